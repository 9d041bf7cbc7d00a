"""Plans are made once for all tests: every one of them costs Terraform a second or two."""

from __future__ import annotations

import pytest

from plans import Plan, read_plans


@pytest.fixture(scope="session")
def plans() -> dict[str, Plan]:
    return read_plans()


@pytest.fixture(scope="session")
def sample(plans: dict[str, Plan]) -> Plan:
    return plans["sample"]
