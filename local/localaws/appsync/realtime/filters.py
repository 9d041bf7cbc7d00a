"""Enhanced subscription filters: what a filter may be, and whether a published value passes it.

https://docs.aws.amazon.com/appsync/latest/devguide/extensions.html
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

FIELDS_PER_FILTER = 5
FILTERS_PER_GROUP = 10
IN_VALUES = 5
CONTAINS_ANY_VALUES = 20
STRING_LENGTH = 256
NESTING_LEVELS = 5


class FilterRefused(ValueError):  # noqa: N818 - reported to the subscriber
    """The filter is not one AppSync accepts."""


@dataclass(frozen=True)
class Rule:
    """One condition on one field."""

    path: tuple[str, ...]
    operator: str
    value: Any

    def passes(self, published: dict[str, Any]) -> bool:
        """Whether the published value meets the condition; rules nested too deep are ignored."""
        if len(self.path) > NESTING_LEVELS:
            return True
        actual: Any = published
        for name in self.path:
            if not isinstance(actual, dict):
                return False
            actual = actual.get(name)
        if actual is None:
            # An absent field is different from every value.
            return self.operator in ("ne", "notIn", "notContains")
        try:
            return OPERATORS[self.operator](actual, self.value)
        except TypeError:
            return False


@dataclass(frozen=True)
class Filter:
    """A filter group: some alternative must hold, with all of its rules."""

    alternatives: tuple[tuple[Rule, ...], ...]

    def passes(self, published: dict[str, Any]) -> bool:
        """Whether the value may be delivered (or, of an invalidation filter, whether it invalidates)."""
        return any(all(rule.passes(published) for rule in rules) for rules in self.alternatives)


def parse(document: Any) -> Filter:
    """Reads what `setSubscriptionFilter` was given; raises FilterRefused."""
    groups = document.get("filterGroup") if isinstance(document, dict) else None
    if not isinstance(groups, list):
        raise FilterRefused("The filter has no filterGroup.")
    alternatives = tuple(tuple(_rule(each) for each in group.get("filters") or []) for group in groups)
    for rules in alternatives:
        if len({rule.path for rule in rules}) > FIELDS_PER_FILTER:
            raise FilterRefused(f"A filter can name at most {FIELDS_PER_FILTER} fields.")
    if sum(_expanded(rules) for rules in alternatives) > FILTERS_PER_GROUP:
        raise FilterRefused(f"A filter group can have at most {FILTERS_PER_GROUP} filters.")
    return Filter(alternatives)


def _rule(document: Any) -> Rule:
    if not isinstance(document, dict) or not isinstance(document.get("fieldName"), str):
        raise FilterRefused("A filter rule has no fieldName.")
    operator, value = document.get("operator"), document.get("value")
    if operator not in OPERATORS:
        raise FilterRefused(f"The filter operator {operator} is not supported.")
    values = value if isinstance(value, list) else [value]
    if operator in ("in", "notIn", "between", "containsAny") and not isinstance(value, list):
        raise FilterRefused(f"The filter operator {operator} needs a list.")
    if operator in ("in", "notIn") and len(values) > IN_VALUES:
        raise FilterRefused(f"The filter operator {operator} takes at most {IN_VALUES} values.")
    if operator == "containsAny" and len(values) > CONTAINS_ANY_VALUES:
        raise FilterRefused(f"The filter operator containsAny takes at most {CONTAINS_ANY_VALUES} values.")
    if operator == "between" and len(values) != 2:
        raise FilterRefused("The filter operator between takes a pair of values.")
    for each in values:
        if isinstance(each, str) and len(each) > STRING_LENGTH:
            raise FilterRefused(f"A filter value can have at most {STRING_LENGTH} characters.")
        if each is None or isinstance(each, dict | list):
            raise FilterRefused(f"The filter on {document['fieldName']} has no usable value.")
    return Rule(tuple(document["fieldName"].split(".")), operator, value)


def _expanded(rules: tuple[Rule, ...]) -> int:
    count = 1
    for rule in rules:
        if rule.operator == "in":
            count *= len(rule.value)
    return count


def _equal(actual: Any, wanted: Any) -> bool:
    # True == 1 in Python; it is not in GraphQL.
    return isinstance(actual, bool) == isinstance(wanted, bool) and bool(actual == wanted)


def _within(actual: Any, wanted: list[Any]) -> bool:
    return any(_equal(actual, each) for each in wanted)


def _contains(actual: Any, wanted: Any) -> bool:
    if isinstance(actual, list):
        return any(_equal(each, wanted) for each in actual)
    return isinstance(actual, str) and isinstance(wanted, str) and wanted in actual


OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": _equal,
    "ne": lambda actual, wanted: not _equal(actual, wanted),
    "le": lambda actual, wanted: actual <= wanted,
    "lt": lambda actual, wanted: actual < wanted,
    "ge": lambda actual, wanted: actual >= wanted,
    "gt": lambda actual, wanted: actual > wanted,
    "contains": _contains,
    "notContains": lambda actual, wanted: not _contains(actual, wanted),
    "beginsWith": lambda actual, wanted: isinstance(actual, str) and actual.startswith(wanted),
    "in": _within,
    "notIn": lambda actual, wanted: not _within(actual, wanted),
    "between": lambda actual, wanted: wanted[0] <= actual <= wanted[1],
    "containsAny": lambda actual, wanted: isinstance(actual, list) and any(_within(each, wanted) for each in actual),
}
