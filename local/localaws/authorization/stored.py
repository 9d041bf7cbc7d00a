"""The policies as the services hold them: read out of moto's stores for each decision, so a change counts at once."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from localaws import partitions, services
from localaws.authorization.evaluation import RESOURCE, TRUST, Policies
from localaws.authorization.principal import Principal
from localaws.authorization.statement import Policy, parse
from localaws.settings import ACCOUNT_ID


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
    document = resource_document(service, resource)
    policy = parse(document, _holder(service, resource)) if document else None
    return {"resource": policy, "resource_must_allow": service == "kms", "resource_kind": RESOURCE}


def resource_document(service: str, arn: str) -> Any:
    """The policy of a resource as it is stored, or None."""
    part = services.part(service, "needs")
    return part.policy(arn) if part and hasattr(part, "policy") else None


def _holder(service: str, arn: str) -> str:
    """What the policy of a resource is stored at: an object has that of its bucket."""
    part = services.part(service, "needs")
    return part.holder(arn) if part and hasattr(part, "holder") else arn


def strangers(document: str, region: str) -> Iterator[str]:
    """Principals in a policy that are of this account and do not exist. Other accounts are not known here."""
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


def _attached(holder: Any) -> list[Policy]:
    inline = [parse(_text(text), f"{name} of {holder.name}") for name, text in list(holder.policies.items())]
    return inline + [_managed(policy) for policy in list(holder.managed_policies.values())]


def _managed(policy: Any) -> Policy:
    version = next(version for version in policy.versions if version.is_default)
    return parse(_text(version.document), policy.arn)


def _text(document: Any) -> str:
    return document if isinstance(document, str) else json.dumps(document)
