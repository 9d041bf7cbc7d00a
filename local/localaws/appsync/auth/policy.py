"""Evaluates IAM identity policies: what moto stores but does not apply.

Covers explicit deny, wildcards, Not* elements, policy variables and the condition operators below. An operator
or a condition key that is not known here never grants: an Allow with it does not apply, a Deny with it does.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
Differs from AWS: used by AppSync's data plane only; service control and endpoint policies are not evaluated.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

Document = Mapping[str, Any]
Context = Mapping[str, str]
"""Condition keys in lower case, with the value each has in this request."""


def is_allowed(policies: Iterable[Document], action: str, resource: str, context: Context) -> bool:
    """Whether some statement allows and none denies the action on the resource."""
    allowed = False
    for policy in policies:
        for statement in _list(policy.get("Statement")):
            if not _covers(statement, action, resource, context):
                continue
            denies = statement.get("Effect") == "Deny"
            holds = _conditions_hold(statement.get("Condition") or {}, context)
            if denies and holds is not False:
                return False
            allowed = allowed or (not denies and holds is True)
    return allowed


def _covers(statement: Document, action: str, resource: str, context: Context) -> bool:
    actions, not_actions = _list(statement.get("Action")), _list(statement.get("NotAction"))
    if actions and not any(_like(pattern.lower(), action.lower()) for pattern in actions):
        return False
    if not_actions and any(_like(pattern.lower(), action.lower()) for pattern in not_actions):
        return False
    resources = [_expand(pattern, context) for pattern in _list(statement.get("Resource"))]
    not_resources = [_expand(pattern, context) for pattern in _list(statement.get("NotResource"))]
    if resources and not any(_like(pattern, resource) for pattern in resources):
        return False
    return not (not_resources and any(_like(pattern, resource) for pattern in not_resources))


def _conditions_hold(conditions: Mapping[str, Mapping[str, Any]], context: Context) -> bool | None:
    """True, False, or None where this evaluator does not know."""
    verdict: bool | None = True
    for operator, tests in conditions.items():
        for key, wanted in tests.items():
            result = _condition_holds(operator, key.lower(), [str(value) for value in _list(wanted)], context)
            if result is False:
                return False
            verdict = None if result is None else verdict
    return verdict


def _condition_holds(operator: str, key: str, wanted: list[str], context: Context) -> bool | None:
    _, _, plain = operator.rpartition(":")
    optional = plain.endswith("IfExists")
    plain = plain.removesuffix("IfExists")
    actual = context.get(key)
    if plain == "Null":
        return (actual is None) == (wanted[0].lower() == "true")
    negated = plain in _NEGATED
    compare = _COMPARISONS.get(_NEGATED.get(plain, plain))
    if compare is None:
        return None
    if actual is None:
        # ForAllValues is true of no values; a negated operator is true of an absent key.
        return optional or negated or operator.startswith("ForAllValues:")
    try:
        matched = any(compare(actual, _expand(value, context)) for value in wanted)
    except ValueError:
        return None
    return matched != negated


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


@lru_cache(maxsize=4096)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile("".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in pattern), re.DOTALL)


def _like(pattern: str, text: str) -> bool:
    return _pattern(pattern).fullmatch(text) is not None


def _arn_like(actual: str, wanted: str) -> bool:
    # A wildcard stays within its part of the ARN, except in the last part, which may hold colons.
    actual_parts, wanted_parts = actual.split(":", 5), wanted.split(":", 5)
    return len(actual_parts) == len(wanted_parts) and all(map(_like, wanted_parts, actual_parts))


def _expand(text: str, context: Context) -> str:
    def value(match: re.Match[str]) -> str:
        return {"*": "*", "?": "?", "$": "$"}.get(match[1], context.get(match[1].lower(), match[0]))

    return re.sub(r"\$\{([^}]+)\}", value, text)


def _moment(text: str) -> datetime:
    if text.isdigit():
        return datetime.fromtimestamp(int(text), UTC)
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


_COMPARISONS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda actual, wanted: actual == wanted,
    "StringEqualsIgnoreCase": lambda actual, wanted: actual.lower() == wanted.lower(),
    "StringLike": lambda actual, wanted: _like(wanted, actual),
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
    "Bool": lambda actual, wanted: actual.lower() == wanted.lower(),
    "IpAddress": lambda actual, wanted: ipaddress.ip_address(actual) in ipaddress.ip_network(wanted, strict=False),
    "NumericEquals": lambda actual, wanted: float(actual) == float(wanted),
    "NumericLessThan": lambda actual, wanted: float(actual) < float(wanted),
    "NumericLessThanEquals": lambda actual, wanted: float(actual) <= float(wanted),
    "NumericGreaterThan": lambda actual, wanted: float(actual) > float(wanted),
    "NumericGreaterThanEquals": lambda actual, wanted: float(actual) >= float(wanted),
    "DateEquals": lambda actual, wanted: _moment(actual) == _moment(wanted),
    "DateLessThan": lambda actual, wanted: _moment(actual) < _moment(wanted),
    "DateLessThanEquals": lambda actual, wanted: _moment(actual) <= _moment(wanted),
    "DateGreaterThan": lambda actual, wanted: _moment(actual) > _moment(wanted),
    "DateGreaterThanEquals": lambda actual, wanted: _moment(actual) >= _moment(wanted),
}
_NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NotIpAddress": "IpAddress",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
}
