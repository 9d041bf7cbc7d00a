"""Runs a field's resolver: request handler, data source, response handler; or a pipeline of such functions."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from graphql import FieldNode, GraphQLResolveInfo

from localaws.appsync import limits
from localaws.appsync.control.models import Fields
from localaws.appsync.evaluation.engine import EvaluationError, Outcome, engine
from localaws.appsync.execution.data_sources import Answer, DataSources
from localaws.appsync.execution.errors import FieldError, entry, not_authorized
from localaws.appsync.execution.logs import FieldLog
from localaws.appsync.execution.request import GraphqlRequest


@dataclass
class _Skip(Exception):  # noqa: N818 - `runtime.earlyReturn` is not an error
    """A handler returned early."""

    value: Any
    to_end: bool


@dataclass
class Field:
    """One field being resolved: where it stands, and the parts of `ctx` that all its handlers share."""

    request: GraphqlRequest
    info: GraphQLResolveInfo[Any]
    source: Any
    arguments: dict[str, Any]
    stash: dict[str, Any] = field(default_factory=dict)

    @property
    def node(self) -> FieldNode:
        """The field's first node in the document."""
        return self.info.field_nodes[0]

    @property
    def path(self) -> list[str | int]:
        """Where the field stands in the response."""
        return self.info.path.as_list()

    @property
    def name(self) -> str:
        """`Type.field`."""
        return f"{self.info.parent_type.name}.{self.info.field_name}"

    def context(self, **more: Any) -> str:
        """`ctx` as JSON."""
        request = self.request
        assert request.document is not None
        listed, printed = request.document.shown(self.node)
        return json.dumps(
            {
                "arguments": self.arguments,
                "source": self.source if self.info.path.prev is not None else None,
                "identity": request.caller.identity,
                "stash": self.stash,
                "request": {"headers": request.headers, "domainName": None},
                "info": {
                    "fieldName": self.info.field_name,
                    "parentTypeName": self.info.parent_type.name,
                    "variables": request.variables,
                    "selectionSetList": listed,
                    "selectionSetGraphQL": printed,
                },
                **more,
            }
        )


class Resolvers:
    """Runs resolvers of any API."""

    def __init__(self, data_sources: DataSources, log: FieldLog) -> None:
        self._data_sources = data_sources
        self._log = log

    async def run(self, resolver: Fields, field: Field) -> Any:
        """The field's value; raises FieldError."""
        if resolver["kind"] == "PIPELINE":
            return await self._pipeline(resolver, field)
        try:
            return await self._step(resolver, field, {})
        except _Skip as skip:
            return skip.value

    async def _pipeline(self, resolver: Fields, field: Field) -> Any:
        api = field.request.api
        try:
            previous = self._handle(resolver, "request", field, {"prev": {"result": None}}).value
            for function_id in (resolver.get("pipelineConfig") or {}).get("functions") or []:
                try:
                    previous = await self._step(api.functions[function_id], field, {"prev": {"result": previous}})
                except _Skip as skip:
                    if skip.to_end:
                        raise
                    previous = skip.value
        except _Skip as skip:
            previous = skip.value
        extra = {"prev": {"result": previous}, "result": previous}
        try:
            return self._handle(resolver, "response", field, extra).value
        except _Skip as skip:
            return skip.value

    async def _step(self, unit: Fields, field: Field, extra: dict[str, Any]) -> Any:
        """One data source call between its two handlers."""
        document = self._handle(unit, "request", field, extra).value
        source = field.request.api.data_sources[unit["dataSourceName"]]
        answer: Answer = await self._data_sources.call(field.request, source, document)
        seen: dict[str, Any] = {**extra, "result": answer.result}
        if answer.error is not None:
            seen["error"] = answer.error
        return self._handle(unit, "response", field, seen).value

    def _handle(self, unit: Fields, handler: str, field: Field, extra: dict[str, Any]) -> Outcome:
        """Calls one handler and carries out what it asked for."""
        request = field.request
        try:
            outcome = engine().call(unit["code"], handler, field.context(**extra), request.caller.auth_type)
        except EvaluationError as error:
            self._log.failed(request, field.name, str(error))
            raise FieldError("Runtime Error", "Code", error_info=None) from error
        field.stash = outcome.stash
        self._log.console(request, field.name, outcome.logs)
        for fault in outcome.errors:
            appended = FieldError.raised(fault, field.node.selection_set)
            request.appended.append(entry(appended, field.path, field.info.field_nodes))
        _extend(outcome, handler, field)
        if outcome.unauthorized:
            raise not_authorized(field.info.parent_type.name, field.info.field_name)
        if outcome.error is not None:
            raise FieldError.raised(outcome.error, field.node.selection_set)
        if outcome.early is not None:
            raise _Skip(outcome.early["value"], outcome.early["skipTo"] == "END")
        return outcome


def _extend(outcome: Outcome, handler: str, field: Field) -> None:
    """Records what `extensions` was told, where AppSync allows it to be told."""
    request, said = field.request, outcome.extensions
    operation = field.info.operation.operation.value
    at_root = field.info.path.prev is None
    if said["filter"] is not None or said["invalidationFilter"] is not None:
        if operation != "subscription" or handler != "response" or not at_root:
            raise FieldError("Subscription filters can only be set in a subscription's response handler.", "Code")
        request.filter = said["filter"] if said["filter"] is not None else request.filter
        if said["invalidationFilter"] is not None:
            request.invalidation_filter = said["invalidationFilter"]
    if said["invalidations"]:
        if operation != "mutation" or handler != "response":
            raise FieldError("Subscriptions can only be invalidated in a mutation's response handler.", "Code")
        request.invalidations += said["invalidations"]
        if len(request.invalidations) > limits.INVALIDATIONS_PER_REQUEST:
            message = f"At most {limits.INVALIDATIONS_PER_REQUEST} subscription invalidations per request."
            raise FieldError(message, "Code")
