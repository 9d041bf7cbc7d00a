"""Every policy that is stored, as documents: what there is to withhold and to ask about."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from moto.awslambda.models import lambda_backends
from moto.dynamodb.models import dynamodb_backends
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.s3.models import s3_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from localaws.authorization import stored
from localaws.authorization.evaluation import ENDPOINT, IDENTITY, RESOURCE, TRUST
from localaws.settings import ACCOUNT_ID


def policies() -> list[dict[str, Any]]:
    """Each policy: its kind, its name in the journal, whom it belongs to, and its statements with their Sids."""
    return [*_of_roles(), *_of_resources(), *_of_endpoints()]


def _of_roles() -> Iterator[dict[str, Any]]:
    for iam in list(iam_backends[ACCOUNT_ID].values()):
        for role in list(iam.roles.values()):
            yield _entry(TRUST, f"trust of {role.name}", role.arn, role.assume_role_policy_document)
            for name, document in list(role.policies.items()):
                yield _entry(IDENTITY, f"{name} of {role.name}", role.arn, document)
            for policy in list(role.managed_policies.values()):
                version = next(each for each in policy.versions if each.is_default)
                yield _entry(IDENTITY, policy.arn, role.arn, version.document)


def _of_resources() -> Iterator[dict[str, Any]]:
    held = {
        "sns": [topic for each in sns_backends[ACCOUNT_ID].values() for topic in list(each.topics)],
        "sqs": [queue.queue_arn for each in sqs_backends[ACCOUNT_ID].values() for queue in list(each.queues.values())],
        "lambda": [
            function.function_arn for each in lambda_backends[ACCOUNT_ID].values() for function in each.list_functions()
        ],
        "dynamodb": [
            table.table_arn for each in dynamodb_backends[ACCOUNT_ID].values() for table in list(each.tables.values())
        ],
        "s3": [bucket.arn for each in s3_backends[ACCOUNT_ID].values() for bucket in list(each.buckets.values())],
        "kms": [key.arn for each in kms_backends[ACCOUNT_ID].values() for key in list(each.keys.values())],
    }
    for service, arns in held.items():
        for arn in arns:
            document = stored.resource_document(service, arn)
            if document:
                yield _entry(RESOURCE, arn, arn, document)


def _of_endpoints() -> Iterator[dict[str, Any]]:
    from moto.ec2.models import ec2_backends  # noqa: PLC0415 - slow to import

    for ec2 in list(ec2_backends[ACCOUNT_ID].values()):
        for endpoint in list(ec2.vpc_end_points.values()):
            if endpoint.policy_document:
                yield _entry(ENDPOINT, endpoint.id, endpoint.id, endpoint.policy_document)


def _entry(kind: str, name: str, holder: str, document: str | Mapping[str, Any]) -> dict[str, Any]:
    read = json.loads(document) if isinstance(document, str) else document
    statements = read["Statement"] if isinstance(read["Statement"], list) else [read["Statement"]]
    numbered = [{**each, "Sid": str(each.get("Sid") or f"#{place}")} for place, each in enumerate(statements, 1)]
    return {"kind": kind, "policy": name, "holder": holder, "statements": numbered}
