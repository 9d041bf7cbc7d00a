"""Executes one admitted request against its API's schema."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Any

from graphql import ExecutionResult, FieldNode, OperationDefinitionNode, execute

from localaws.appsync.execution import selection
from localaws.appsync.execution.documents import Document, Documents, InvalidDocument
from localaws.appsync.execution.errors import FieldError, formatted
from localaws.appsync.execution.fields import FieldResolver
from localaws.appsync.execution.logs import FieldLog
from localaws.appsync.execution.request import GraphqlRequest
from localaws.appsync.execution.resolvers import Resolvers


@dataclass
class Published:
    """What one mutation field hands to its subscribers."""

    mutation: str
    value: dict[str, Any]
    """The fields the mutation selected, under their schema names."""


@dataclass
class Result:
    """An executed request."""

    data: dict[str, Any] | None
    errors: list[dict[str, Any]] = field(default_factory=list)
    published: list[Published] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """The response body."""
        return {"data": self.data, "errors": self.errors} if self.errors else {"data": self.data}


class Executor:
    """Executes requests of any API."""

    def __init__(self, documents: Documents, resolvers: Resolvers, log: FieldLog) -> None:
        self._documents = documents
        self._resolvers = resolvers
        self._log = log

    def document(self, request: GraphqlRequest) -> tuple[Document, OperationDefinitionNode]:
        """What the request asks to execute; raises InvalidDocument."""
        api = request.api
        if api.schema is None:
            raise InvalidDocument([{"path": None, "locations": None, "message": "The API has no schema."}])
        introspection = api.settings.get("introspectionConfig") != "DISABLED"
        document = self._documents.get(api.schema, request.query, introspection=introspection)
        return document, document.operation(request.operation_name)

    async def execute(self, request: GraphqlRequest) -> Result:
        """Executes a query or mutation. Errors are part of the result."""
        try:
            document, operation = self.document(request)
        except InvalidDocument as invalid:
            return Result(None, invalid.errors)
        return await self.run(request, document, operation)

    async def run(self, request: GraphqlRequest, document: Document, operation: OperationDefinitionNode) -> Result:
        """Executes one operation of a valid document."""
        assert request.api.schema is not None
        schema = request.api.schema.graphql
        request.document = document
        outcome = execute(
            schema,
            document.node,
            variable_values=request.variables,
            operation_name=operation.name.value if operation.name else None,
            field_resolver=FieldResolver(request, self._resolvers),
            hide_suggestions=True,
        )
        if isinstance(outcome, Awaitable):
            outcome = await outcome
        assert isinstance(outcome, ExecutionResult)
        for error in outcome.errors or []:
            if isinstance(error.original_error, FieldError):
                place = "/".join(str(step) for step in error.path or [])
                self._log.failed(request, place, error.original_error.error_type or "error")
        errors = [formatted(error, schema) for error in outcome.errors or []]
        published = _published(document, operation, outcome.data) if operation.operation.value == "mutation" else []
        return Result(outcome.data, [*request.appended, *errors], published)


def root_field(document: Document, operation: OperationDefinitionNode) -> FieldNode:
    """The operation's first field."""
    return next(selection.fields(operation.selection_set, document.fragments))


def _published(document: Document, operation: OperationDefinitionNode, data: dict[str, Any] | None) -> list[Published]:
    found = []
    for node in selection.fields(operation.selection_set, document.fragments):
        value = (data or {}).get(selection.response_key(node))
        if isinstance(value, dict):
            cut = selection.without_aliases(value, node.selection_set, document.fragments)
            found.append(Published(node.name.value, cut))
    return found
