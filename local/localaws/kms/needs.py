"""What KMS's operations need, and what other services need of a key in their caller's name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from moto.kms.models import kms_backends

from localaws.authorization.actions import Facts, Need, Needs
from localaws.operations import Operation
from localaws.settings import ACCOUNT_ID


def policy(arn: str) -> Any:
    """The key's policy, with a statement for each grant: a grant allows what a key policy could.

    https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
    """
    key = _key(arn, arn.split(":")[3]) if arn.startswith("arn:") else None
    if key is None or not key.grants:
        return key.policy if key else None
    document = json.loads(key.policy)
    written = document["Statement"]
    granted = [_statement(grant) for grant in list(key.grants.values())]
    return {**document, "Statement": [*(written if isinstance(written, list) else [written]), *granted]}


def _statement(grant: Any) -> dict[str, Any]:
    grantee = grant.grantee_principal
    constraints = grant.constraints or {}
    exactly, subset = constraints.get("EncryptionContextEquals"), constraints.get("EncryptionContextSubset")
    pairs = exactly or subset or {}
    condition: dict[str, Any] = {"StringEquals": {f"kms:EncryptionContext:{name}": pairs[name] for name in pairs}}
    if exactly:
        condition["ForAllValues:StringEquals"] = {"kms:EncryptionContextKeys": list(exactly)}
    return {
        "Sid": f"grant {grant.id}",
        "Effect": "Allow",
        "Principal": {"Service" if grantee.endswith(".amazonaws.com") else "AWS": grantee},
        "Action": [f"kms:{operation}" for operation in grant.operations],
        "Resource": "*",
        **({"Condition": condition} if pairs else {}),
    }


def key_needs(key: str | None, service: str, region: str, context: dict[str, str], *actions: str) -> Iterator[Need]:
    """What a service needs of a customer managed key, in its caller's name.

    https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
    """
    facts = {"kms:viaservice": f"{service}.{region}.amazonaws.com", **_facts(context)}
    for action in actions if key else ():
        yield Need(f"kms:{action}", str(key), facts, on_behalf=service)


def key_arn(reference: str | None, region: str) -> str | None:
    """ARN of a key given by id, ARN or alias; None where there is none, or AWS manages it."""
    if not reference or reference.startswith("alias/aws/"):
        return None
    key = _key(reference, region)
    if key is None:
        return reference if reference.startswith("arn:") else None
    is_managed = any(name.startswith("alias/aws/") for name in key.aliases)
    return None if is_managed else str(key.arn)


def _facts(context: dict[str, str]) -> Facts:
    facts: Facts = {
        "kms:calleraccount": ACCOUNT_ID,
        **{f"kms:encryptioncontext:{name.lower()}": value for name, value in context.items()},
    }
    if context:
        facts["kms:encryptioncontextkeys"] = tuple(context)
    return facts


def _key(reference: str, region: str) -> Any:
    backend = kms_backends[ACCOUNT_ID][region]
    by_alias = "alias/" in reference
    return backend.keys.get((backend.get_key_id_from_alias if by_alias else backend.get_key_id)(reference))


def _direct(operation: Operation) -> Iterator[Need]:
    asked = operation.parameters
    key = key_arn(asked.get("KeyId"), operation.region) or "*"
    yield Need(f"kms:{operation.name}", key, _facts(asked.get("EncryptionContext") or {}))


NEEDS: dict[str, Needs] = {"Decrypt": _direct, "Encrypt": _direct, "GenerateDataKey": _direct}
