"""Condition operators, their set qualifiers and `...IfExists`.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from __future__ import annotations

import base64
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from localaws.authorization.patterns import Facts, expand, like, like_arn, written


class UnknownOperator(ValueError):  # noqa: N818 - the policy is malformed
    """AWS has no such condition operator."""


@dataclass(frozen=True)
class Condition:
    """One operator on one key."""

    operator: str
    """Without qualifier and suffix, such as StringLike."""
    negated: bool
    qualifier: str | None
    """ForAllValues or ForAnyValue, in lower case."""
    if_exists: bool
    key: str
    """In lower case: keys ignore case."""
    values: tuple[str, ...]
    written: str = ""
    """Operator and key as the policy spells them."""

    def holds(self, facts: Facts, *, variables: bool) -> bool:
        """Whether the request meets the condition. `variables` as in policies of version 2012-10-17."""
        found = facts.get(self.key)
        actual = found if isinstance(found, tuple) else () if found is None else (found,)
        if self.operator == "null":
            return any((not actual) == (value.lower() == "true") for value in self.values)
        if not actual:
            if self.if_exists or self.qualifier == "forallvalues":
                return True
            return self.negated and self.qualifier is None
        met = [self._matches(value, facts, variables=variables) != self.negated for value in actual]
        # Without a qualifier AWS expects one value. Where a request has more, a negated operator (StringNotEquals) must
        # hold for each of them, any other for one.
        every = self.qualifier == "forallvalues" or (self.qualifier is None and self.negated)
        return all(met) if every else any(met)

    def _matches(self, actual: str, facts: Facts, *, variables: bool) -> bool:
        compare, expands = _OPERATORS[self.operator]
        for value in self.values:
            wanted = expand(value, facts) if expands and variables else value
            try:
                if wanted is not None and compare(actual, wanted):
                    return True
            except ValueError:
                continue
        return False


def parse(operator: str, key: str, values: Any) -> Condition:
    """One entry of a Condition element. Raises UnknownOperator."""
    qualifier, _, name = operator.lower().rpartition(":")
    if_exists = name.endswith("ifexists")
    name = name.removesuffix("ifexists")
    positive = _NEGATED.get(name, name)
    if (positive not in _OPERATORS and positive != "null") or qualifier not in ("", "forallvalues", "foranyvalue"):
        raise UnknownOperator(f"there is no condition operator {operator}")
    if positive == "null" and (if_exists or qualifier):
        raise UnknownOperator(f"Null takes neither a set qualifier nor IfExists: {operator}")
    listed = values if isinstance(values, list) else [values]
    texts = tuple(str(value).lower() if isinstance(value, bool) else str(value) for value in listed)
    return Condition(positive, positive != name, qualifier or None, if_exists, key.lower(), texts, f"{operator} {key}")


def _moment(text: str) -> datetime:
    """A date of W3C's ISO 8601 profile, where four digits are a year, or seconds since 1970."""
    if text.replace(".", "", 1).isdigit() and len(text) != 4:
        return datetime.fromtimestamp(float(text), UTC)
    moment = datetime.fromisoformat(f"{text}-01-01" if len(text) == 4 else text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _in_network(actual: str, wanted: str) -> bool:
    return ipaddress.ip_address(actual) in ipaddress.ip_network(wanted, strict=False)


def _ordered(read: Callable[[str], Any], prefix: str) -> dict[str, tuple[Callable[[str, str], bool], bool]]:
    return {
        f"{prefix}equals": (lambda actual, wanted: read(actual) == read(wanted), False),
        f"{prefix}lessthan": (lambda actual, wanted: read(actual) < read(wanted), False),
        f"{prefix}lessthanequals": (lambda actual, wanted: read(actual) <= read(wanted), False),
        f"{prefix}greaterthan": (lambda actual, wanted: read(actual) > read(wanted), False),
        f"{prefix}greaterthanequals": (lambda actual, wanted: read(actual) >= read(wanted), False),
    }


# How each compares, and whether its values may hold policy variables (${aws:username}): string and ARN ones only.
_OPERATORS: dict[str, tuple[Callable[[str, str], bool], bool]] = {
    "stringequals": (lambda actual, wanted: actual == written(wanted), True),
    "stringequalsignorecase": (lambda actual, wanted: actual.lower() == written(wanted).lower(), True),
    "stringlike": (lambda actual, wanted: like(wanted, actual), True),
    "arnequals": (lambda actual, wanted: like_arn(wanted, actual), True),
    "arnlike": (lambda actual, wanted: like_arn(wanted, actual), True),
    "bool": (lambda actual, wanted: actual.lower() == wanted.lower(), False),
    "binaryequals": (
        lambda actual, wanted: base64.b64decode(actual, validate=True) == base64.b64decode(wanted, validate=True),
        False,
    ),
    "ipaddress": (_in_network, False),
    **_ordered(float, "numeric"),
    **_ordered(_moment, "date"),
}
_NEGATED = {
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
    "arnnotequals": "arnequals",
    "arnnotlike": "arnlike",
    "notipaddress": "ipaddress",
    "numericnotequals": "numericequals",
    "datenotequals": "dateequals",
}
