"""Decides whether a resource policy lets an AWS service in: Lambda permissions and queue policies.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html

Differs from AWS: only calls made by services are decided, never those of users and roles; condition operators other
than those below count as not met in an allow and as met in a deny, so what is not understood lets nobody in.
"""

from __future__ import annotations

import fnmatch
from typing import Any


def admits(policy: dict[str, Any], *, service: str, action: str, resource: str, context: dict[str, str]) -> bool:
    """Whether the policy allows `service` (a principal such as sns.amazonaws.com) the action, and nothing denies it."""
    facts = {key.lower(): value for key, value in context.items()}
    facts.setdefault("aws:securetransport", "true")
    facts.setdefault("aws:principalisawsservice", "true")
    allowed = False
    for statement in _list(policy.get("Statement")):
        if not _concerns(statement, service, action, resource):
            continue
        denies = statement.get("Effect") == "Deny"
        if not _conditions_met(statement.get("Condition") or {}, facts, unknown=denies):
            continue
        if denies:
            return False
        allowed = True
    return allowed


def _concerns(statement: dict[str, Any], service: str, action: str, resource: str) -> bool:
    principal = statement.get("Principal")
    services = ["*"] if principal == "*" else _list((principal or {}).get("Service"))
    if isinstance(principal, dict) and "*" in _list(principal.get("AWS")):
        services.append("*")
    if service not in services and "*" not in services:
        return False
    actions = [name.lower() for name in _list(statement.get("Action"))]
    if not any(fnmatch.fnmatchcase(action.lower(), name) for name in actions):
        return False
    resources = _list(statement.get("Resource", "*"))
    return any(fnmatch.fnmatchcase(resource, pattern) for pattern in resources)


def _conditions_met(conditions: dict[str, Any], facts: dict[str, str], *, unknown: bool) -> bool:
    for operator, tests in conditions.items():
        name, if_exists = operator.removesuffix("IfExists"), operator.endswith("IfExists")
        for key, wanted in tests.items():
            fact = facts.get(key.lower())
            if fact is None and if_exists:
                continue
            met = _test(name, fact, [str(value) for value in _list(wanted)])
            if not (unknown if met is None else met):
                return False
    return True


def _test(operator: str, fact: str | None, wanted: list[str]) -> bool | None:
    """Whether one condition holds; None if the operator is not one of these."""
    negated = operator.replace("Not", "") if "Not" in operator else None
    if negated:
        positive = _test(negated, fact, wanted)
        return None if positive is None else not positive
    match operator:
        case "Null":
            return (fact is None) == (wanted[0].lower() == "true")
        case "StringEquals":
            return fact in wanted
        case "StringLike" | "ArnLike" | "ArnEquals":
            return fact is not None and any(fnmatch.fnmatchcase(fact, pattern) for pattern in wanted)
        case "Bool":
            return fact is not None and fact.lower() in [value.lower() for value in wanted]
    return None


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
