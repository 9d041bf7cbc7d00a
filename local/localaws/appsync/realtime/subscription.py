"""One live subscription: what it asked for, whether a published value is meant for it, and how it would see it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphql import (
    ExecutionResult,
    GraphQLNamedType,
    GraphQLResolveInfo,
    GraphQLSchema,
    SelectionSetNode,
    execute,
    get_argument_values,
    get_named_type,
    get_variable_values,
)

from localaws.appsync.auth import Caller
from localaws.appsync.control.models import GraphqlApi
from localaws.appsync.execution import selection
from localaws.appsync.execution.documents import Document, InvalidDocument
from localaws.appsync.execution.errors import formatted, not_authorized
from localaws.appsync.execution.executor import root_field
from localaws.appsync.execution.fields import may_read
from localaws.appsync.realtime.filters import Filter


@dataclass
class Subscription:
    """A registered subscription. `id` is the client's and unique on its connection.

    Making one raises InvalidDocument if the variables do not fit the operation.
    """

    id: str
    api: GraphqlApi
    caller: Caller
    document: Document
    operation_name: str | None
    variables: dict[str, Any]
    filter: Filter | None = None
    """Set by the resolver: then arguments filter nothing."""
    invalidation_filter: Filter | None = None

    def __post_init__(self) -> None:
        operation = self.document.operation(self.operation_name)
        self.node = root_field(self.document, operation)
        schema = _schema(self.api)
        assert schema.subscription_type is not None
        coerced = get_variable_values(schema, operation.variable_definitions or (), self.variables)
        if isinstance(coerced, list):
            raise InvalidDocument([formatted(error, schema) for error in coerced])
        definition = schema.subscription_type.fields[self.field]
        self._arguments = get_argument_values(definition, self.node, coerced)

    @property
    def field(self) -> str:
        """The field of the Subscription type."""
        return self.node.name.value

    def wants(self, published: dict[str, Any]) -> bool:
        """Whether the value passes the enhanced filter, or without one the arguments.

        An argument left out admits everything; a null one only values whose field is null.
        """
        if self.filter is not None:
            return self.filter.passes(published)
        return all(published.get(name) == value for name, value in self._arguments.items())

    def forbidden(self) -> Iterator[dict[str, str]]:
        """Errors for the selected fields that the subscriber's mode may not read."""
        schema = _schema(self.api)
        assert schema.subscription_type is not None
        top = SelectionSetNode(selections=(self.node,))
        yield from self._forbidden(schema.subscription_type, top)

    def _forbidden(self, parent: GraphQLNamedType, selected: SelectionSetNode | None) -> Iterator[dict[str, str]]:
        for node in selection.fields(selected, self.document.fragments):
            name = node.name.value
            if name.startswith("__") or not hasattr(parent, "fields"):
                continue
            if not may_read(self.api, self.caller, parent.name, name):
                error = not_authorized(parent.name, name)
                yield {"errorType": str(error.error_type), "message": str(error.message)}
            yield from self._forbidden(get_named_type(parent.fields[name].type), node.selection_set)

    def payload(self, published: dict[str, Any]) -> dict[str, Any]:
        """The `data` message's payload: the mutation's fields, cut down to this subscription's selection.

        What the mutation did not select is null; where the schema forbids null the payload carries an error.
        """
        schema = _schema(self.api)
        outcome = execute(
            schema,
            self.document.node,
            root_value={self.field: published},
            variable_values=self.variables,
            operation_name=self.operation_name,
            field_resolver=_read,
        )
        assert isinstance(outcome, ExecutionResult)
        if not outcome.errors:
            return {"data": outcome.data}
        return {"data": outcome.data, "errors": [formatted(error, schema) for error in outcome.errors]}


def _read(source: Any, info: GraphQLResolveInfo[Any], **_: Any) -> Any:
    return source.get(info.field_name) if isinstance(source, dict) else None


def _schema(api: GraphqlApi) -> GraphQLSchema:
    assert api.schema is not None
    return api.schema.graphql
