"""Policies as they are evaluated: parsed once, asked often.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from localaws.authorization import operators
from localaws.authorization.operators import Condition
from localaws.authorization.patterns import Facts, expand, like, like_resource
from localaws.authorization.principal import Naming, Principal

ELEMENTS = {"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"}


class MalformedPolicy(ValueError):  # noqa: N818 - AWS's own name for it
    """The document is no policy; the message says where and why."""


@dataclass(frozen=True)
class Request:
    """One question: may the principal do the action on the resource?"""

    principal: Principal
    action: str
    resource: str
    facts: Facts


@dataclass(frozen=True)
class Statement:
    """One statement of one policy."""

    sid: str
    """The Sid, or `#3` for the third statement where it has none."""
    denies: bool
    principal: Any
    not_principal: Any
    actions: tuple[str, ...]
    """In lower case: actions ignore case."""
    not_actions: tuple[str, ...]
    resources: tuple[str, ...]
    not_resources: tuple[str, ...]
    conditions: tuple[Condition, ...]
    variables: bool
    """Whether `${…}` is a variable: from version 2012-10-17 on."""

    def covers(self, request: Request) -> bool:
        """Whether action, resource and conditions fit; the principal is asked for apart."""
        action = request.action.lower()
        if self.actions and not any(like(pattern, action) for pattern in self.actions):
            return False
        if self.not_actions and any(like(pattern, action) for pattern in self.not_actions):
            return False
        if self.resources and not self._on(self.resources, request):
            return False
        if self.not_resources and self._on(self.not_resources, request):
            return False
        return all(condition.holds(request.facts, variables=self.variables) for condition in self.conditions)

    def names(self, principal: Principal) -> Naming:
        """How the statement names the principal; identity policies name nobody and hold for whom they are attached."""
        if self.not_principal is not None:
            return Naming.NOT if principal.spared_by(self.not_principal) else Naming.LIMITED
        return Naming.DIRECT if self.principal is None else principal.named_by(self.principal)

    def _on(self, patterns: tuple[str, ...], request: Request) -> bool:
        for pattern in patterns:
            wanted = expand(pattern, request.facts) if self.variables else pattern
            if wanted is not None and like_resource(wanted, request.resource):
                return True
        return False


@dataclass(frozen=True)
class Policy:
    """One document, with what it is called where it decides."""

    name: str
    statements: tuple[Statement, ...]


def parse(document: str | Mapping[str, Any], name: str) -> Policy:
    """Reads a policy. Raises MalformedPolicy where AWS would refuse to store it."""
    text = document if isinstance(document, str) else json.dumps(document, sort_keys=True)
    return _parse(text, name)


@lru_cache(maxsize=1024)
def _parse(text: str, name: str) -> Policy:
    try:
        document = json.loads(text)
    except ValueError:
        raise MalformedPolicy(f"{name}: the policy is not valid JSON") from None
    if not isinstance(document, dict):
        raise MalformedPolicy(f"{name}: the policy must be a JSON object")
    variables = document.get("Version") == "2012-10-17"
    statements = _list(document.get("Statement"))
    read = (_statement(each, place, name, variables=variables) for place, each in enumerate(statements, 1))
    return Policy(name, tuple(read))


def _statement(source: Any, place: int, name: str, *, variables: bool) -> Statement:
    where = f"{name}, statement {place}"
    if not isinstance(source, dict):
        raise MalformedPolicy(f"{where} is no object")
    unknown = set(source) - ELEMENTS
    if unknown:
        raise MalformedPolicy(f"{where} has unknown elements: {', '.join(sorted(unknown))}")
    if source.get("Effect") not in ("Allow", "Deny"):
        raise MalformedPolicy(f"{where}: Effect must be Allow or Deny")
    for element in ("Action", "Resource", "Principal"):
        if element in source and f"Not{element}" in source:
            raise MalformedPolicy(f"{where} has both {element} and Not{element}")
    if not source.keys() & {"Action", "NotAction"}:
        raise MalformedPolicy(f"{where} has no Action")
    try:
        conditions = tuple(
            operators.parse(operator, key, values)
            for operator, tests in (source.get("Condition") or {}).items()
            for key, values in tests.items()
        )
    except operators.UnknownOperator as error:
        raise MalformedPolicy(f"{where}: {error}") from None
    return Statement(
        sid=str(source.get("Sid") or f"#{place}"),
        denies=source["Effect"] == "Deny",
        principal=source.get("Principal"),
        not_principal=source.get("NotPrincipal"),
        actions=tuple(str(action).lower() for action in _list(source.get("Action"))),
        not_actions=tuple(str(action).lower() for action in _list(source.get("NotAction"))),
        resources=tuple(map(str, _list(source.get("Resource")))),
        not_resources=tuple(map(str, _list(source.get("NotResource")))),
        conditions=conditions,
        variables=variables,
    )


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
