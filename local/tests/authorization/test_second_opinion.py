"""The same generated questions put to ministack's evaluator: it must agree, but where AWS's pages say otherwise.

It is no dependency of local AWS: it pins botocore and graphql-core to other versions than ours, and has neither
policy variables, NotPrincipal nor endpoint policies.
"""

from __future__ import annotations

import random
from typing import Any

import pytest
from ministack.core import iam_evaluator

from localaws.authorization.evaluation import Policies, decide
from localaws.authorization.principal import Principal
from localaws.authorization.statement import Request, parse

ACCOUNT = "123456789012"
USER = Principal("user", f"arn:aws:iam::{ACCOUNT}:user/bob", ACCOUNT, "AIDAEXAMPLE")
ACTIONS = ["sns:Publish", "sns:Subscribe", "sqs:SendMessage", "s3:GetObject"]
PATTERNS = ["*", "sns:*", "SNS:publish", "s?s:*", "s3:Get*", "sqs:SendMessage", "*:*e"]
RESOURCES = [f"arn:aws:sns:eu-west-1:{ACCOUNT}:{name}" for name in ("questions", "other")]
COVERS = ["*", RESOURCES[0], "arn:aws:sns:*", f"arn:aws:sns:eu-west-1:{ACCOUNT}:*", "arn:aws:sns:eu-west-?:*"]
VALUES = ["a", "b", "10", "9", "true", "2026-01-01T00:00:00Z", "10.0.0.1", RESOURCES[0]]
WANTED: dict[str, list[str]] = {
    "String": ["a", "A", "b", "a*", "?"],
    "Numeric": ["9", "10"],
    "Date": ["2026-01-01T00:00:00Z", "2025-06-01T00:00:00Z"],
    "Bool": ["true", "false"],
    "Ip": ["10.0.0.0/8", "10.0.0.1", "192.0.2.0/24"],
    "Arn": [RESOURCES[0], f"arn:aws:sns:*:{ACCOUNT}:q*"],
}
OPERATORS = {
    "String": ["StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringLike", "StringNotLike"],
    "Numeric": ["NumericEquals", "NumericLessThan", "NumericGreaterThanEquals"],
    "Date": ["DateEquals", "DateLessThan", "DateGreaterThanEquals"],
    "Bool": ["Bool"],
    "Ip": ["IpAddress"],
    "Arn": ["ArnEquals", "ArnLike", "ArnNotLike", "ArnNotEquals"],
}


def _condition(dice: random.Random) -> dict[str, Any]:
    if dice.random() < 0.1:
        return {"Null": {f"aws:key{dice.randrange(3)}": dice.choice(["true", "false"])}}
    kind = dice.choice(list(OPERATORS))
    prefix = dice.choice(["", "", "ForAllValues:", "ForAnyValue:"])
    suffix = dice.choice(["", "", "IfExists"])
    wanted = dice.sample(WANTED[kind], k=dice.randint(1, 2))
    return {f"{prefix}{dice.choice(OPERATORS[kind])}{suffix}": {f"aws:key{dice.randrange(3)}": wanted}}


def _statement(dice: random.Random) -> dict[str, Any]:
    action = dice.choice(["Action", "Action", "NotAction"])
    resource = dice.choice(["Resource", "Resource", "NotResource"])
    statement: dict[str, Any] = {
        "Effect": dice.choice(["Allow", "Allow", "Deny"]),
        action: dice.sample(PATTERNS, k=dice.randint(1, 2)),
        resource: dice.sample(COVERS[1:] if resource == "NotResource" else COVERS, k=dice.randint(1, 2)),
    }
    if dice.random() < 0.6:
        statement["Condition"] = _condition(dice)
    return statement


def _document(dice: random.Random) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [_statement(dice) for _ in range(dice.randint(1, 3))]}


def _facts(dice: random.Random) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for number in range(3):
        if dice.random() < 0.7:
            several = dice.random() < 0.3
            # A key with several values is asked with a set qualifier only, as AWS demands; see below.
            facts[f"aws:key{number}"] = tuple(dice.sample(VALUES, k=2)) if several else dice.choice(VALUES)
    return facts


def _well_asked(documents: list[dict[str, Any]], facts: dict[str, Any]) -> bool:
    several = {key for key, value in facts.items() if isinstance(value, tuple)}
    return not any(
        key in several and not operator.startswith("For") and operator != "Null"
        for document in documents
        for statement in document["Statement"]
        for operator, tests in statement.get("Condition", {}).items()
        for key in tests
    )


def _theirs(request: Request, identity: list[dict[str, Any]], boundary: dict[str, Any] | None) -> bool:
    facts = {key: list(value) if isinstance(value, tuple) else value for key, value in request.facts.items()}
    context = iam_evaluator.EvalContext(
        USER.arn, "User", ACCOUNT, request.action, request.resource, "eu-west-1", service_context=facts
    )
    read = iam_evaluator.parse_policy_document
    limits = [[read(boundary)]] if boundary else []
    return iam_evaluator.evaluate(context, [read(document) for document in identity], *limits).decision == "Allow"


def test_both_evaluators_agree() -> None:
    dice = random.Random(20261125)
    asked = allowed = 0
    while asked < 4000:
        identity = [_document(dice) for _ in range(dice.randint(1, 2))]
        boundary = _document(dice) if dice.random() < 0.3 else None
        facts = _facts(dice)
        if not _well_asked(identity + ([boundary] if boundary else []), facts):
            continue
        request = Request(USER, dice.choice(ACTIONS), dice.choice(RESOURCES), facts)
        policies = Policies(
            identity=tuple(parse(document, str(place)) for place, document in enumerate(identity)),
            boundary=parse(boundary, "boundary") if boundary else None,
        )
        ours = decide(request, policies).allowed
        assert ours == _theirs(request, identity, boundary), (identity, boundary, request)
        asked += 1
        allowed += ours
    assert 400 < allowed < 3600, "the questions are no test if nearly all have one answer"


def _statement_on(resource: str, condition: dict[str, Any] | None = None) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": "sns:Publish", "Resource": resource, "Condition": condition or {}}
    return {"Version": "2012-10-17", "Statement": [statement]}


@pytest.mark.parametrize(
    ("document", "facts", "ours"),
    [
        # A wildcard inside a segment does not cross a colon.
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
        (_statement_on("arn:aws:s*2:questions"), {}, False),
        # Policy variables. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
        (_statement_on("arn:aws:sns:*:*:${aws:topic}"), {"aws:topic": "questions"}, True),
        (_statement_on("*", {"StringEquals": {"aws:a": "${aws:b}"}}), {"aws:a": "x", "aws:b": "x"}, True),
        # Each part of an ARN is compared by itself.
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
        (_statement_on("*", {"ArnLike": {"aws:a": "arn:aws:*:questions"}}), {"aws:a": RESOURCES[0]}, False),
    ],
)
def test_the_evaluators_differ_where_awss_pages_decide(
    document: dict[str, Any], facts: dict[str, Any], ours: bool
) -> None:
    request = Request(USER, "sns:Publish", RESOURCES[0], facts)
    assert decide(request, Policies(identity=(parse(document, "p"),))).allowed is ours
    assert _theirs(request, [document], None) is not ours, "they agree now: the question belongs to those above"
