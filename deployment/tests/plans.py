"""The plans of tests/plans.tftest.hcl as data.

`terraform test -json -verbose` prints every plan it makes against the mocked provider. That is the one way to see whole
plans without an account: assertions in a test file reach only what the root module itself can see.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paths import DEPLOYMENT, ENVIRONMENT, REPOSITORY

Statement = dict[str, Any]

POLICY_ATTRIBUTES = ("policy", "assume_role_policy", "policy_document")


@dataclass(frozen=True)
class Resource:
    """One planned resource: its address, its type and the values AWS would be given."""

    address: str
    type: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Document:
    """One policy document of a plan and the resource and attribute it stands in."""

    address: str
    attribute: str
    text: str

    @property
    def statements(self) -> list[Statement]:
        return json.loads(self.text)["Statement"]


@dataclass(frozen=True)
class Plan:
    """Everything one run would create."""

    name: str
    resources: tuple[Resource, ...]

    def of(self, *types: str) -> list[Resource]:
        return [resource for resource in self.resources if resource.type in types]

    def one(self, address: str) -> dict[str, Any]:
        matches = [resource.values for resource in self.resources if resource.address == address]
        assert len(matches) == 1, f"{self.name}: {len(matches)} resources {address}"
        return matches[0]

    def documents(self) -> Iterator[Document]:
        for resource in self.resources:
            for attribute in POLICY_ATTRIBUTES:
                text = resource.values.get(attribute)
                # A topic or bucket whose policy is another resource shows a mocked word here.
                if isinstance(text, str) and text.lstrip().startswith("{"):
                    yield Document(resource.address, attribute, text)

    def statements(self, address: str, attribute: str = "policy") -> list[Statement]:
        return Document(address, attribute, self.one(address)[attribute]).statements


def as_list(value: Any) -> list[Any]:
    """IAM lets a single value stand for a list of one."""
    return value if isinstance(value, list) else [value]


def terraform(*arguments: str, folder: Path = DEPLOYMENT) -> subprocess.CompletedProcess[str]:
    """Terraform in deployment/ or in a folder of a test's own, each with its own data directory."""
    data = REPOSITORY / ".local/terraform/mocked" if folder == DEPLOYMENT else folder / ".terraform"
    environment = ENVIRONMENT | {"TF_DATA_DIR": str(data)}
    return subprocess.run(
        ["terraform", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def install() -> None:
    """Providers and modules, once for all tests."""
    installed = terraform("init", "-backend=false", "-input=false", "-no-color")
    assert installed.returncode == 0, installed.stdout[-2000:] + installed.stderr[-2000:]


def read_plans() -> dict[str, Plan]:
    """Plans by run. Fails with Terraform's own diagnostics if a run does."""
    install()
    finished = terraform("test", "-json", "-verbose", "-filter=tests/plans.tftest.hcl", "-var-file=sample.tfvars")
    messages = [json.loads(line) for line in finished.stdout.splitlines() if line.startswith("{")]
    problems = [
        message["@message"] + json.dumps(message["diagnostic"])
        for message in messages
        if message["type"] == "diagnostic" and message["@level"] == "error"
    ]
    assert finished.returncode == 0, "\n".join(problems) or finished.stdout[-4000:] + finished.stderr[-4000:]
    return {
        message["@testrun"]: Plan(message["@testrun"], tuple(_resources(message["test_plan"])))
        for message in messages
        if message["type"] == "test_plan"
    }


def _resources(plan: dict[str, Any]) -> Iterator[Resource]:
    for change in plan["resource_changes"]:
        if change["mode"] == "managed":
            assert change["change"]["actions"] == ["create"], change["address"]
            yield Resource(change["address"], change["type"], change["change"]["after"])
