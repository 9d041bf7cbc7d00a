"""The policies as the services hold them: read out of moto's stores for each decision, so a change counts at once."""

from __future__ import annotations

import json
from typing import Any

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import lambda_backends
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends
from moto.sts.models import sts_backends

from localaws.authorization.evaluation import RESOURCE, TRUST, Policies
from localaws.authorization.principal import Principal
from localaws.authorization.statement import Policy, parse
from localaws.bedrock.profiles import application_profiles
from localaws.settings import ACCOUNT_ID

__all__ = ["application_profiles"]


def role(arn: str | None) -> Any:
    """The role, or None."""
    if not arn or not arn.startswith("arn:"):
        return None
    return next((role for role in list(_of(iam_backends, arn).roles.values()) if role.arn == arn), None)


def _of(backends: Any, arn: str) -> Any:
    """The backend of the ARN's partition, for services that a partition has once."""
    return backends[ACCOUNT_ID][arn.split(":")[1]]


def of_principal(principal: Principal, access_key: str | None) -> Policies:
    """Identity policies, permissions boundary and session policy."""
    iam = _of(iam_backends, principal.arn)
    if principal.kind == "user":
        user = next((user for user in list(iam.users.values()) if user.arn == principal.arn), None)
        groups = [group for group in list(iam.groups.values()) if user in group.users]
        holders = [holder for holder in (user, *groups) if holder is not None]
        return Policies(identity=tuple(policy for holder in holders for policy in _attached(holder)))
    holder = role(principal.role_arn)
    if holder is None:
        return Policies()
    boundary = holder.permissions_boundary_arn
    managed = iam.managed_policies.get(boundary) if boundary else None
    # A boundary that is gone allows nothing.
    limit = _managed(managed) if managed else Policy(str(boundary), ()) if boundary else None
    sts = _of(sts_backends, principal.arn)
    session = sts.get_assumed_role_from_access_key(access_key) if access_key else None
    document = session.policy if session is not None else None
    return Policies(
        identity=tuple(_attached(holder)), boundary=limit, session=parse(document, "session") if document else None
    )


def of_resource(action: str, resource: str) -> dict[str, Any]:
    """The resource's own policy, as members of `Policies`."""
    if action == "sts:AssumeRole":
        holder = role(resource)
        trust = parse(holder.assume_role_policy_document, f"trust of {holder.name}") if holder else None
        return {"resource": trust, "resource_must_allow": True, "resource_kind": TRUST}
    service = action.partition(":")[0]
    read = _READERS.get(service)
    document = read(resource) if read else None
    policy = parse(document, resource) if document else None
    return {"resource": policy, "resource_must_allow": service == "kms", "resource_kind": RESOURCE}


def topic_key(arn: str) -> str | None:
    """ARN of the customer managed key that encrypts the topic."""
    topic = _topic(arn)
    return key_arn(getattr(topic, "kms_master_key_id", None), arn.split(":")[3]) if topic else None


def queue_key(arn: str) -> str | None:
    """ARN of the customer managed key that encrypts the queue."""
    queue = _queue(arn)
    return key_arn(getattr(queue, "kms_master_key_id", None), arn.split(":")[3]) if queue else None


def key_arn(reference: str | None, region: str) -> str | None:
    """ARN of a key given by id, ARN or alias; None where there is none, or AWS manages it."""
    if not reference or reference.startswith("alias/aws/"):
        return None
    key = _key(reference, region)
    return str(key.arn) if key else reference if reference.startswith("arn:") else None


def _topic(arn: str) -> Any:
    return sns_backends[ACCOUNT_ID][arn.split(":")[3]].topics.get(arn) if arn.count(":") == 5 else None


def _queue(arn: str) -> Any:
    return sqs_backends[ACCOUNT_ID][arn.split(":")[3]].queues.get(arn.rsplit(":", maxsplit=1)[-1])


def _key(reference: str, region: str) -> Any:
    backend = kms_backends[ACCOUNT_ID][region]
    by_alias = "alias/" in reference
    return backend.keys.get((backend.get_key_id_from_alias if by_alias else backend.get_key_id)(reference))


def _topic_policy(arn: str) -> Any:
    topic = _topic(arn)
    return topic.policy if topic else None


def _queue_policy(arn: str) -> Any:
    queue = _queue(arn)
    return queue.policy if queue else None


def _function_policy(arn: str) -> Any:
    parts = arn.split(":")
    try:
        model = lambda_backends[ACCOUNT_ID][parts[3]].get_function(parts[6], None)
    except UnknownFunctionException:
        return None
    return {"Version": "2012-10-17", "Statement": model.policy.statements}


def _key_policy(arn: str) -> Any:
    key = _key(arn, arn.split(":")[3]) if arn.startswith("arn:") else None
    return key.policy if key else None


_READERS = {"sns": _topic_policy, "sqs": _queue_policy, "lambda": _function_policy, "kms": _key_policy}


def _attached(holder: Any) -> list[Policy]:
    inline = [parse(_text(text), f"{name} of {holder.name}") for name, text in list(holder.policies.items())]
    return inline + [_managed(policy) for policy in list(holder.managed_policies.values())]


def _managed(policy: Any) -> Policy:
    version = next(version for version in policy.versions if version.is_default)
    return parse(_text(version.document), policy.arn)


def _text(document: Any) -> str:
    return document if isinstance(document, str) else json.dumps(document)
