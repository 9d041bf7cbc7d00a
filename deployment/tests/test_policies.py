"""Every policy of every plan passes parliament; where parliament is wrong is listed here with the reason."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import parliament
import pytest

from plans import Document, Plan


@dataclass(frozen=True)
class Accepted:
    """A finding that is no fault: the issue, where it occurs, what it says, and why it may stand."""

    issue: str
    address: str
    detail: str
    reason: str

    def covers(self, document: Document, issue: str, detail: str) -> bool:
        return (
            issue == self.issue
            and bool(re.search(self.address, document.address))
            and bool(re.search(self.detail, detail))
        )


ACCEPTED = (
    Accepted(
        "RESOURCE_STAR",
        r"aws_kms_key",
        r"kms:",
        "In a key's own policy * is that key; there is no other way to write it.",
    ),
    Accepted(
        "MISMATCHED_TYPE",
        r"aws_kms_key",
        r"ArnLike requires a value of type Arn but given String",
        "The encryption context of a log group holds its ARN; AWS documents ArnLike for it.",
    ),
    Accepted(
        "UNKNOWN_CONDITION_FOR_ACTION",
        r"aws_iam_role_policy\.platform",
        r"lambda:SourceFunctionArn",
        "Lambda adds this key to every call a function makes; parliament lists keys by the called service only.",
    ),
    Accepted(
        "RESOURCE_MISMATCH",
        r"aws_iam_role_policy\.function|aws_vpc_endpoint",
        r"bedrock:InvokeModelWithResponseStream",
        "The action takes one of seven kinds of resource; parliament wants all of them in every statement.",
    ),
    Accepted(
        "MISMATCHED_TYPE_BUT_USABLE",
        r"aws_iam_role_policy\.function",
        r"StringEquals requires a value of type String but given Arn",
        "AWS documents StringEquals for bedrock:InferenceProfileArn; an exact comparison is what is meant.",
    ),
)


def findings(document: Document) -> list[tuple[str, str]]:
    text = document.text
    if document.attribute == "assume_role_policy":
        # parliament knows policies that name resources; a trust policy's resource is the role it stands in.
        policy = json.loads(text)
        policy["Statement"] = [
            {**statement, "Resource": "arn:aws:iam::123456789012:role/itself"} for statement in policy["Statement"]
        ]
        text = json.dumps(policy)
    return [(finding.issue, str(finding.detail)) for finding in parliament.analyze_policy_string(text).findings]


@pytest.fixture(scope="module")
def documents(plans: dict[str, Plan]) -> list[Document]:
    return list({document.text: document for plan in plans.values() for document in plan.documents()}.values())


def test_there_is_something_to_lint(documents: list[Document]) -> None:
    kinds = {re.sub(r"\[.*?\]", "", document.address).split(".")[-2] for document in documents}
    assert kinds >= {
        "aws_iam_role",
        "aws_iam_role_policy",
        "aws_kms_key",
        "aws_s3_bucket_policy",
        "aws_sns_topic_policy",
        "aws_sqs_queue",
        "aws_vpc_endpoint",
    }
    assert "aws_cloudwatch_log_resource_policy" in kinds
    assert len(documents) > 20


def test_every_policy_passes_the_linter(documents: list[Document]) -> None:
    used: set[Accepted] = set()
    faults = []
    for document in documents:
        for issue, detail in findings(document):
            accepted = [each for each in ACCEPTED if each.covers(document, issue, detail)]
            used.update(accepted)
            if not accepted:
                faults.append(f"{document.address}: {issue}: {detail}")
    assert not faults, "\n".join(faults)
    assert used == set(ACCEPTED), "accepted findings that no longer occur"


@pytest.mark.parametrize(
    ("action", "resource", "issue"),
    [
        ("sns:Publishh", "arn:aws:sns:us-east-1:123456789012:t", "UNKNOWN_ACTION"),
        ("sns:Publish", "arn:aws:sqs:us-east-1:123456789012:q", "RESOURCE_MISMATCH"),
        ("sns:Publish", "*", "RESOURCE_STAR"),
    ],
)
def test_the_linter_finds_what_it_is_here_for(action: str, resource: str, issue: str) -> None:
    text = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}]}
    )
    assert issue in {found for found, _ in findings(Document("planted", "policy", text))}


def test_statements_say_what_they_are_for(documents: list[Document]) -> None:
    for document in documents:
        sids = [statement["Sid"] for statement in document.statements]
        assert len(sids) == len(set(sids)) and all(re.fullmatch(r"[A-Za-z0-9]{5,}", sid) for sid in sids), (
            document.address
        )
