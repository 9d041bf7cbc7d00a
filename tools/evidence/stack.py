"""The resources of one stack, read from what Terraform prints about it.

Three forms are accepted: `terraform show -json` of a state, the same of a plan, and the lines of
`terraform test -json -verbose`, of which the last applied state counts. In a first plan most policies are unknown, so
the matrices need one of the other two.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Types whose id is not a name somebody chose, so that a document must not show it.
RANDOM_ID_TYPES = {
    "aws_appsync_graphql_api",
    "aws_eip",
    "aws_internet_gateway",
    "aws_kms_key",
    "aws_nat_gateway",
    "aws_route_table",
    "aws_security_group",
    "aws_subnet",
    "aws_vpc",
    "aws_vpc_endpoint",
}


class NoResourcesError(ValueError):
    """The file holds no stack."""


@dataclass(frozen=True)
class Resource:
    """One resource instance with its attributes."""

    address: str
    type: str
    name: str
    index: str
    values: Mapping[str, Any]

    @property
    def label(self) -> str:
        """A short name that is the same in every deployment: module, type and name as the configuration writes them."""
        module = re.sub(r"\[\"?0\"?\]", "", ".".join(re.findall(r"module\.([\w-]+(?:\[[^\]]+\])?)", self.address)))
        own = (
            self.type.removeprefix("aws_")
            + ("" if self.name == "this" else f".{self.name}")
            + (f"[{self.index}]" if self.index else "")
        )
        return f"{module}.{own}" if module else own


class Stack:
    """All managed resources and data sources of a stack."""

    def __init__(self, root_module: Mapping[str, Any]) -> None:
        """`root_module` is Terraform's own rendering of the values of a root module."""
        found = list(_walk(root_module))
        self.managed = [resource for mode, resource in found if mode == "managed"]
        self.data = [resource for mode, resource in found if mode == "data"]
        if not self.managed:
            raise NoResourcesError("the file holds no managed resource")
        self._placeholders = self._collect_placeholders()

    def of(self, *types: str) -> list[Resource]:
        """The managed resources of the given types, by address."""
        return sorted(
            (resource for resource in self.managed if resource.type in types), key=lambda resource: resource.address
        )

    def generic(self, text: str) -> str:
        """`text` with ids, ARNs and the account number replaced by what they stand for."""
        for value, placeholder in self._placeholders:
            text = text.replace(value, placeholder)
        return text

    def resource_with(self, attribute: str, value: str, *types: str) -> Resource | None:
        """The resource of one of the types whose attribute has the value, if there is one."""
        return next((resource for resource in self.of(*types) if resource.values.get(attribute) == value), None)

    def _collect_placeholders(self) -> list[tuple[str, str]]:
        names: dict[str, str] = {}
        for resource in self.managed:
            if resource.type in RANDOM_ID_TYPES:
                ids = {resource.values.get(attribute) for attribute in ("id", "key_id")}
                # An id that is an ARN, as a key's is in some states, is covered by the part of it that is random.
                names |= {each: f"<{resource.label}>" for each in ids if each and not each.startswith("arn:")}
        accounts = {resource.values["account_id"] for resource in self.data if resource.type == "aws_caller_identity"}
        names |= {account: "<account>" for account in accounts if account}
        return sorted(names.items(), key=lambda item: -len(item[0]))


def load(path: Path) -> Stack:
    """Reads a stack; raises NoResourcesError where the file holds none."""
    text = path.read_text()
    try:
        document = json.loads(text)
    except json.JSONDecodeError:
        return Stack(_last_test_state(text))
    for key in ("values", "planned_values"):
        if key in document:
            return Stack(document[key]["root_module"])
    raise NoResourcesError(f"{path}: neither a state nor a plan as terraform show -json prints it")


def _last_test_state(text: str) -> Mapping[str, Any]:
    events = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    failed = [event["@message"] for event in events if event.get("@level") == "error"]
    states = [event["test_state"]["root_module"] for event in events if event.get("type") == "test_state"]
    if failed or not states:
        raise NoResourcesError("terraform test failed or applied nothing:\n" + "\n".join(failed))
    return states[-1]


def _walk(module: Mapping[str, Any]) -> Iterator[tuple[str, Resource]]:
    for entry in module.get("resources", []):
        index = entry.get("index")
        yield (
            entry["mode"],
            Resource(
                entry["address"],
                entry["type"],
                entry["name"],
                "" if index in (None, 0) else str(index),
                entry.get("values", {}),
            ),
        )
    for child in module.get("child_modules", []):
        yield from _walk(child)
