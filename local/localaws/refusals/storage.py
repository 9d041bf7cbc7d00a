"""S3 and KMS: names and principals."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from moto.iam.models import iam_backends

from localaws import partitions
from localaws.authorization.guard import Guard
from localaws.operations import Operation
from localaws.refusals.rule import Refused
from localaws.settings import ACCOUNT_ID

RESERVED = ("xn--", "sthree-", "amzn-s3-demo-")


def bucket_name(operation: Operation, guard: Guard) -> None:  # noqa: ARG001 - a rule's signature
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"""
    if operation.parameters["Bucket"].startswith(RESERVED):
        raise Refused("InvalidBucketName", "The specified bucket is not valid.")


def key_principals(operation: Operation, guard: Guard) -> None:  # noqa: ARG001 - a rule's signature
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"""
    policy = operation.parameters.get("Policy")
    if policy and any(_strangers(policy, operation.region)):
        message = "Policy contains a statement with one or more invalid principals."
        raise Refused("MalformedPolicyDocumentException", message)


def bucket_principals(operation: Operation, guard: Guard) -> None:  # noqa: ARG001 - a rule's signature
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"""
    if any(_strangers(operation.parameters.get("Policy") or "{}", operation.region)):
        raise Refused("MalformedPolicy", "Invalid principal in policy")


def _strangers(document: str, region: str) -> Iterator[str]:
    """Principals of this account that do not exist. Other accounts are not known here."""
    try:
        statements = json.loads(document).get("Statement") or []
    except ValueError:
        return
    iam = partitions.of_partition(iam_backends, region)
    known = {holder.arn for holder in [*iam.roles.values(), *iam.users.values()]}
    for statement in statements if isinstance(statements, list) else [statements]:
        for element in ("Principal", "NotPrincipal"):
            named = statement.get(element)
            for arn in _list(named.get("AWS")) if isinstance(named, dict) else []:
                if re.fullmatch(rf"arn:aws[a-z-]*:iam::{ACCOUNT_ID}:(role|user)/.+", arn) and arn not in known:
                    yield arn


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
