"""Service roles: the roles AppSync assumes itself, to invoke functions and to write logs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from moto.iam.models import iam_backends

from localaws import partitions
from localaws.appsync.auth.policy import Context, Document, is_allowed
from localaws.appsync.control.models import GraphqlApi

SERVICE = "appsync.amazonaws.com"


def attached(holder: Any) -> Iterator[Document]:
    """The documents of a role's, user's or group's inline and attached policies."""
    for text in holder.policies.values():
        yield json.loads(text)
    for policy in holder.managed_policies.values():
        yield _document(policy)


def policy_sets(role: Any, region: str) -> Iterator[list[Document]]:
    """Identity policies, and the permissions boundary if there is one. An action needs every set's consent."""
    yield list(attached(role))
    boundary = role.permissions_boundary_arn
    if boundary:
        managed = partitions.of_partition(iam_backends, region).managed_policies
        yield [_document(managed[boundary])] if boundary in managed else []


def find(arn: str, region: str) -> Any:
    """The role, or None."""
    return next(
        (role for role in partitions.of_partition(iam_backends, region).roles.values() if role.arn == arn), None
    )


def assumable(api: GraphqlApi, arn: str) -> Any:
    """The role if AppSync may assume it on behalf of the API, else None."""
    role = find(arn, api.region)
    context = {"aws:sourceaccount": api.account_id, "aws:sourcearn": api.arn}
    return role if role is not None and _is_trusted(role.assume_role_policy_document, context) else None


def may(api: GraphqlApi, role: Any, action: str, resource: str) -> bool:
    """Whether the role, once assumed, may do the action."""
    context: Context = {"aws:principalarn": role.arn, "aws:principalaccount": api.account_id}
    return all(is_allowed(documents, action, resource, context) for documents in policy_sets(role, api.region))


def _is_trusted(text: str, context: Context) -> bool:
    statements = json.loads(text)["Statement"]
    relevant = []
    for statement in statements if isinstance(statements, list) else [statements]:
        services = (statement.get("Principal") or {}).get("Service", [])
        if SERVICE in (services if isinstance(services, list) else [services]):
            relevant.append({name: value for name, value in statement.items() if name != "Principal"})
    return is_allowed([{"Statement": relevant}], "sts:AssumeRole", "*", context)


def _document(policy: Any) -> Document:
    version = next(version for version in policy.versions if version.is_default)
    document: Document = json.loads(version.document)
    return document
