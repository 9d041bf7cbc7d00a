"""Evaluates one web ACL: rules by priority, until one blocks or allows.

https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-processing-order.html
https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based.html

Differs from AWS: a rate is judged at once, not some seconds later; a statement that is not evaluated here blocks every
request, and the log names it.
"""

from __future__ import annotations

import base64
import logging
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from localaws.wafv2.managed import GROUPS, Inspected

log = logging.getLogger(__name__)

WINDOW_SECONDS = 300


class Unsupported(Exception):  # noqa: N818 - said in the log
    """The ACL holds a statement that is not evaluated here."""


class Rates:
    """How many requests each address made, per rule."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: dict[tuple[str, str], deque[float]] = {}

    def count(self, rule: str, address: str, seconds: float) -> int:
        """Counts one request, and returns how many there were within the window."""
        now = self._clock()
        times = self._seen.setdefault((rule, address), deque())
        times.append(now)
        while times and times[0] <= now - seconds:
            times.popleft()
        return len(times)


def verdict(
    name: str, rules: Iterable[dict[str, Any]], default: dict[str, Any], request: Inspected, rates: Rates
) -> str | None:
    """The rule that blocks the request (`acl/rule`, with the managed rule where there is one), or None."""
    try:
        for rule in sorted(rules, key=lambda each: int(each["Priority"])):
            outcome = _outcome(rule, request, rates, f"{name}/{rule['Name']}")
            if outcome is not None:
                action, blamed = outcome
                return blamed if action == "Block" else None
    except Unsupported as error:
        log.warning("web ACL %s blocks everything: %s", name, error)
        return f"{name}/unsupported"
    return None if "Allow" in default else f"{name}/default"


def _outcome(rule: dict[str, Any], request: Inspected, rates: Rates, blamed: str) -> tuple[str, str] | None:
    """A terminating action and who took it."""
    statement = rule["Statement"]
    group = statement.get("ManagedRuleGroupStatement")
    if group is not None:
        scope = group.get("ScopeDownStatement")
        if scope is not None and not _matches(scope, request, rates, blamed):
            return None
        found = _in_group(group, request)
        # The group's own outcome may be overridden to count as a whole.
        if found is None or "Count" in (rule.get("OverrideAction") or {}):
            return None
        return found[0], f"{blamed}/{found[1]}"
    action = next(iter(rule.get("Action") or {"Count": {}}))
    if action not in ("Block", "Allow", "Count"):
        raise Unsupported(f"{blamed} takes the action {action}")
    if not _matches(statement, request, rates, blamed) or action == "Count":
        return None
    return action, blamed


def _in_group(group: dict[str, Any], request: Inspected) -> tuple[str, str] | None:
    if group["Name"] not in GROUPS:
        raise Unsupported(f"the managed group {group['Name']} is not known")
    overrides = {each["Name"]: next(iter(each["ActionToUse"])) for each in group.get("RuleActionOverrides") or []}
    excluded = {each["Name"] for each in group.get("ExcludedRules") or []}
    for name, matches in GROUPS[group["Name"]].items():
        action = "Count" if name in excluded else overrides.get(name, "Block")
        if action != "Count" and matches(request):
            return action, name
    return None


def _matches(statement: dict[str, Any], request: Inspected, rates: Rates, blamed: str) -> bool:
    kind, content = next(iter(statement.items()))
    match kind:
        case "NotStatement":
            return not _matches(content["Statement"], request, rates, blamed)
        case "AndStatement":
            return all(_matches(each, request, rates, blamed) for each in content["Statements"])
        case "OrStatement":
            return any(_matches(each, request, rates, blamed) for each in content["Statements"])
        case "ByteMatchStatement":
            return _byte_match(content, request)
        case "RateBasedStatement":
            return _too_often(content, request, rates, blamed)
    raise Unsupported(f"{blamed} has a {kind}")


def _too_often(content: dict[str, Any], request: Inspected, rates: Rates, blamed: str) -> bool:
    if content.get("AggregateKeyType") != "IP":
        raise Unsupported(f"{blamed} aggregates by {content.get('AggregateKeyType')}")
    scope = content.get("ScopeDownStatement")
    if scope is not None and not _matches(scope, request, rates, blamed):
        return False
    seconds = float(content.get("EvaluationWindowSec") or WINDOW_SECONDS)
    return rates.count(blamed, request.address, seconds) > int(content["Limit"])


def _byte_match(content: dict[str, Any], request: Inspected) -> bool:
    wanted = _search_string(content["SearchString"])
    actual = _field(content["FieldToMatch"], request)
    for transformation in content.get("TextTransformations") or []:
        match transformation["Type"]:
            case "NONE":
                continue
            case "LOWERCASE":
                actual = actual.lower()
            case other:
                raise Unsupported(f"the text transformation {other} is not known")
    match content["PositionalConstraint"]:
        case "STARTS_WITH":
            return actual.startswith(wanted)
        case "ENDS_WITH":
            return actual.endswith(wanted)
        case "EXACTLY":
            return actual == wanted
        case "CONTAINS":
            return wanted in actual
    raise Unsupported(f"the constraint {content['PositionalConstraint']} is not known")


def _search_string(value: Any) -> bytes:
    """SearchString is a blob: base64 on the wire, which moto leaves as it is."""
    return value if isinstance(value, bytes) else base64.b64decode(value)


def _field(field: dict[str, Any], request: Inspected) -> bytes:
    kind, content = next(iter(field.items()))
    match kind:
        case "SingleHeader":
            return request.headers.get(content["Name"].lower(), "").encode()
        case "UriPath":
            return request.path.encode()
        case "QueryString":
            return request.query.encode()
        case "Body":
            return request.seen_body
    raise Unsupported(f"the field {kind} is not known")
