"""Condition operators against the tables of the IAM User Guide."""

from __future__ import annotations

from typing import Any

import pytest

from localaws.authorization.operators import UnknownOperator, parse

OPERATORS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html"
SETS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html"
VARIABLES = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html"
TOPIC = "arn:aws:sns:us-east-1:123456789012:Topic"


def holds(operator: str, wanted: Any, actual: Any, **facts: Any) -> bool:
    known = {"k": actual, **facts} if actual is not None else facts
    return parse(operator, "K", wanted).holds(known, variables=True)


@pytest.mark.documented(OPERATORS)
@pytest.mark.parametrize(
    ("operator", "wanted", "actual", "met"),
    [
        ("StringEquals", "A", "A", True),
        ("StringEquals", "A", "a", False),
        ("StringEquals", ["B", "A"], "A", True),
        ("StringEquals", "*", "A", False),
        ("StringNotEquals", ["B", "A"], "A", False),
        ("StringNotEquals", ["B", "C"], "A", True),
        ("StringEqualsIgnoreCase", "a", "A", True),
        ("StringNotEqualsIgnoreCase", "a", "A", False),
        ("StringLike", "A*", "ABC", True),
        ("StringLike", "A?", "ABC", False),
        ("StringLike", "a*", "ABC", False),
        ("StringNotLike", "A*", "ABC", False),
        ("NumericEquals", "3", "3.0", True),
        ("NumericNotEquals", "3", "3", False),
        ("NumericLessThan", "10", "9", True),
        ("NumericLessThan", "10", "10", False),
        ("NumericLessThanEquals", 10, "10", True),
        ("NumericGreaterThan", "10", "9", False),
        ("NumericGreaterThanEquals", "10", "10", True),
        ("NumericEquals", "3", "three", False),
        ("DateEquals", "2026-01-01T00:00:00Z", "1767225600", True),
        ("DateNotEquals", "2026-01-01T00:00:00Z", "1767225600", False),
        ("DateLessThan", "2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z", True),
        ("DateLessThanEquals", "2026-01-01", "2026-01-01T00:00:00Z", True),
        ("DateGreaterThan", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", False),
        ("DateGreaterThanEquals", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", True),
        ("Bool", "true", "true", True),
        ("Bool", True, "true", True),
        ("Bool", "false", "true", False),
        ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", True),
        ("BinaryEquals", "QmluYXJ5", "QmluYXJ6", False),
        ("IpAddress", "203.0.113.0/24", "203.0.113.9", True),
        ("IpAddress", "203.0.113.0/24", "203.0.114.9", False),
        ("IpAddress", "2001:db8::/32", "2001:db8::1", True),
        ("NotIpAddress", ["203.0.113.0/24", "10.0.0.0/8"], "10.1.1.1", False),
        ("ArnEquals", TOPIC, TOPIC, True),
        ("ArnEquals", "arn:aws:sns:*:123456789012:T*", TOPIC, True),
        ("ArnLike", "arn:aws:sns:us-east-1:*", TOPIC, False),
        ("ArnLike", "arn:aws:sns:us-east-1:*:*", TOPIC, True),
        ("ArnLike", "arn:aws:*:Topic", TOPIC, False),
        ("ArnNotEquals", TOPIC, TOPIC, False),
        ("ArnNotLike", "arn:aws:sqs:*:*:*", TOPIC, True),
        ("ArnEquals", TOPIC, "no-arn", False),
        ("Null", "true", None, True),
        ("Null", "true", "x", False),
        ("Null", "false", "x", True),
        ("Null", False, None, False),
    ],
)
def test_operators(operator: str, wanted: Any, actual: str | None, met: bool) -> None:
    assert holds(operator, wanted, actual) is met


@pytest.mark.documented(OPERATORS)
@pytest.mark.parametrize(
    ("operator", "met"),
    [
        ("StringEquals", False),
        ("StringNotEquals", True),
        ("StringLike", False),
        ("StringNotLike", True),
        ("ArnEquals", False),
        ("ArnNotLike", True),
        ("NumericLessThan", False),
        ("NumericNotEquals", True),
        ("DateNotEquals", True),
        ("NotIpAddress", True),
        ("IpAddress", False),
        ("Bool", False),
        ("StringEqualsIfExists", True),
        ("StringNotEqualsIfExists", True),
        ("BoolIfExists", True),
        ("IpAddressIfExists", True),
        ("ForAllValues:StringEquals", True),
        ("ForAllValues:StringNotEquals", True),
        ("ForAnyValue:StringEquals", False),
        ("ForAnyValue:StringNotEquals", False),
        ("ForAnyValue:StringEqualsIfExists", True),
    ],
)
def test_a_key_that_is_not_in_the_request(operator: str, met: bool) -> None:
    assert holds(operator, "1", None) is met
    assert holds(operator, "1", ()) is met


@pytest.mark.documented(SETS)
@pytest.mark.parametrize(
    ("operator", "wanted", "actual", "met"),
    [
        ("ForAllValues:StringEquals", ["a", "b"], ("a", "b"), True),
        ("ForAllValues:StringEquals", ["a", "b"], ("a", "c"), False),
        ("ForAllValues:StringEquals", ["a", "b"], "a", True),
        ("ForAnyValue:StringEquals", ["a", "b"], ("c", "b"), True),
        ("ForAnyValue:StringEquals", ["a", "b"], ("c", "d"), False),
        ("ForAnyValue:StringLike", "a*", ("xa", "ax"), True),
        ("ForAllValues:StringNotEquals", ["a", "b"], ("c", "d"), True),
        ("ForAllValues:StringNotEquals", ["a", "b"], ("c", "a"), False),
        ("ForAnyValue:StringNotEquals", ["a", "b"], ("a", "c"), True),
        ("ForAnyValue:StringNotEquals", ["a", "b"], ("a", "b"), False),
        ("ForAllValues:ArnLike", "arn:aws:sns:*:*:*", (TOPIC, "arn:aws:sqs:a:b:c"), False),
        ("StringNotEquals", "a", ("c", "a"), False),
        ("StringEquals", "a", ("c", "a"), True),
    ],
)
def test_set_qualifiers(operator: str, wanted: Any, actual: Any, met: bool) -> None:
    assert holds(operator, wanted, actual) is met


@pytest.mark.documented(VARIABLES)
@pytest.mark.parametrize(
    ("operator", "wanted", "actual", "met"),
    [
        ("StringEquals", "${aws:username}", "bob", True),
        ("StringEquals", "${AWS:UserName}", "bob", True),
        ("StringLike", "home/${aws:username}/*", "home/bob/x", True),
        ("StringLike", "home/${aws:username}/*", "home/al/x", False),
        ("StringEquals", "${aws:PrincipalTag/team, 'all'}", "all", True),
        ("StringEquals", "${aws:PrincipalTag/team}", "", False),
        ("StringNotEquals", "${aws:PrincipalTag/team}", "blue", True),
        ("StringLike", "a${*}", "a*", True),
        ("StringLike", "a${*}", "ab", False),
        ("StringLike", "a${?}", "ab", False),
        ("StringEquals", "${$}{x}", "${x}", True),
        ("StringLike", "${aws:wild}", "anything", False),
        ("StringLike", "${aws:wild}", "*", True),
        ("ArnLike", "arn:aws:sns:*:*:${aws:username}", "arn:aws:sns:r:1:bob", True),
        ("NumericEquals", "${aws:number}", "3", False),
        ("StringEquals", "${aws:several}", "a", False),
    ],
)
def test_policy_variables(operator: str, wanted: str, actual: str, met: bool) -> None:
    facts = {"aws:username": "bob", "aws:wild": "*", "aws:number": "3", "aws:several": ("a", "b")}
    assert holds(operator, wanted, actual, **facts) is met


@pytest.mark.documented(VARIABLES)
def test_older_policies_have_no_variables() -> None:
    condition = parse("StringEquals", "k", "${aws:username}")
    assert condition.holds({"k": "${aws:username}", "aws:username": "bob"}, variables=False)
    assert not condition.holds({"k": "bob", "aws:username": "bob"}, variables=False)


@pytest.mark.parametrize("operator", ["StringIs", "ForSomeValues:StringEquals", "NullIfExists", "ForAnyValue:Null"])
def test_what_is_no_operator_is_refused(operator: str) -> None:
    with pytest.raises(UnknownOperator):
        parse(operator, "k", "x")
