"""What an IAM principal may do to one API: its policies out of moto's IAM, put to the evaluator."""

from __future__ import annotations

import json
from collections.abc import Iterator

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from localaws import partitions, sigv4
from localaws.appsync.auth import roles
from localaws.appsync.auth.policy import Context, Document, is_allowed
from localaws.appsync.control.models import GraphqlApi

ACTION = "appsync:GraphQL"


def root_fields(api: GraphqlApi) -> Iterator[tuple[str, str]]:
    """(type, field) of everything `appsync:GraphQL` can be granted on."""
    if api.schema is None:
        return
    for operation in ("query", "mutation", "subscription"):
        root = api.schema.root(operation)
        if root is not None:
            for field in root.fields:
                yield root.name, field


def denied_fields(principal: sigv4.Caller, api: GraphqlApi, source_ip: str, scheme: str) -> frozenset[tuple[str, str]]:
    """The root fields the principal may not use."""
    if principal.arn.endswith(":root"):
        return frozenset()
    context = _context(principal, api, source_ip, scheme)
    sets = list(_policy_sets(principal))
    return frozenset(
        key
        for key in root_fields(api)
        if not all(is_allowed(policies, ACTION, api.field_arn(*key), context) for policies in sets)
    )


def _context(principal: sigv4.Caller, api: GraphqlApi, source_ip: str, scheme: str) -> Context:
    return {
        # For a role's session aws:PrincipalArn is the role, not the session.
        "aws:principalarn": principal.role_arn or principal.arn,
        "aws:principalaccount": principal.account_id,
        "aws:principaltype": "AssumedRole" if principal.role_arn else "User",
        "aws:userid": principal.user_id,
        "aws:sourceip": source_ip,
        "aws:securetransport": "true" if scheme == "https" else "false",
        "aws:requestedregion": api.region,
        "aws:resourceaccount": api.account_id,
    }


def _policy_sets(principal: sigv4.Caller) -> Iterator[list[Document]]:
    """Every set must allow: identity policies, the boundary if there is one, the session policy if there is one."""
    iam = partitions.of_partition(iam_backends, principal.region)
    if principal.role_arn is None:
        user = next((user for user in iam.users.values() if user.arn == principal.arn), None)
        groups = [group for group in iam.groups.values() if user in group.users]
        holders = [holder for holder in (user, *groups) if holder is not None]
        yield [document for holder in holders for document in roles.attached(holder)]
        return
    role = roles.find(principal.role_arn, principal.region)
    if role is None:
        yield []
        return
    yield from roles.policy_sets(role, principal.region)
    session = partitions.of_partition(sts_backends, principal.region).get_assumed_role_from_access_key(
        principal.access_key_id
    )
    if session is not None and session.policy:
        yield [json.loads(session.policy)]
