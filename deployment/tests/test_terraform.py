"""The configuration is valid, and what its own test files assert of plans holds."""

from __future__ import annotations

import pytest

from paths import TESTS
from plans import install, terraform

# plans.tftest.hcl is read by the other tests, which look into its plans.
OWN = sorted(path.name for path in TESTS.glob("*.tftest.hcl") if path.name != "plans.tftest.hcl")


@pytest.fixture(scope="module", autouse=True)
def installed() -> None:
    install()


def test_the_configuration_is_valid() -> None:
    validated = terraform("validate", "-no-color")
    assert validated.returncode == 0, validated.stdout + validated.stderr


@pytest.mark.parametrize("name", OWN)
def test_assertions_hold(name: str) -> None:
    finished = terraform("test", "-no-color", f"-filter=tests/{name}", "-var-file=sample.tfvars")
    assert finished.returncode == 0, finished.stdout[-4000:] + finished.stderr[-2000:]
