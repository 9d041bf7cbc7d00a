"""Resolves one field of a request: may the caller read it, is it within the limits, and what is its value."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from graphql import GraphQLResolveInfo

from localaws.appsync import limits
from localaws.appsync.auth import Caller
from localaws.appsync.control.models import GraphqlApi
from localaws.appsync.execution.errors import FieldError, not_authorized
from localaws.appsync.execution.request import GraphqlRequest
from localaws.appsync.execution.resolvers import Field, Resolvers


def may_read(api: GraphqlApi, caller: Caller, type_name: str, field_name: str) -> bool:
    """Whether directives (or the default mode where there is none) and IAM admit the caller to the field."""
    assert api.schema is not None
    modes = api.schema.modes(type_name, field_name) or {api.default_mode}
    return caller.mode in modes and (caller.rights is None or caller.rights(type_name, field_name))


class FieldResolver:
    """graphql-core's field resolver, for one request."""

    def __init__(self, request: GraphqlRequest, resolvers: Resolvers) -> None:
        self._request = request
        self._resolvers = resolvers
        settings = request.api.settings
        self._depth_limit: int = settings.get("queryDepthLimit") or 0
        self._resolver_limit: int = settings.get("resolverCountLimit") or limits.RESOLVERS_PER_REQUEST

    def __call__(self, source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any | Awaitable[Any]:
        """The field's value, or what will become of it; raises FieldError."""
        request, parent, name = self._request, info.parent_type.name, info.field_name
        if not may_read(request.api, request.caller, parent, name):
            raise not_authorized(parent, name)
        if self._depth_limit and self._depth(info) > self._depth_limit:
            raise FieldError("Query depth limit exceeded.", "QueryDepthLimitReached")
        resolver = request.api.resolvers.get((parent, name))
        if resolver is None:
            return source.get(name) if isinstance(source, dict) else None
        request.resolvers_run += 1
        if request.resolvers_run > self._resolver_limit:
            raise FieldError("Resolver invocation limit exceeded.", "ResolverExecutionLimitReached")
        return self._resolvers.run(resolver, Field(request, info, source, arguments))

    @staticmethod
    def _depth(info: GraphQLResolveInfo[Any]) -> int:
        return sum(1 for step in info.path.as_list() if isinstance(step, str))
