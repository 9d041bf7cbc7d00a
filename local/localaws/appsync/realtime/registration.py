"""Turns a `start` message into a subscription, or says why there is none."""

from __future__ import annotations

import json
from typing import Any

from localaws.appsync.auth import Caller
from localaws.appsync.control.models import GraphqlApi
from localaws.appsync.execution import selection
from localaws.appsync.execution.documents import Document, InvalidDocument
from localaws.appsync.execution.executor import Executor
from localaws.appsync.execution.request import GraphqlRequest
from localaws.appsync.realtime import filters, handshake
from localaws.appsync.realtime.subscription import Subscription
from localaws.http import Scope


class Refused(Exception):  # noqa: N818 - an answer, not a fault of ours
    """The subscription is not registered; `errors` goes into the `error` message."""

    def __init__(self, error_type: str | None, message: str, **more: Any) -> None:
        super().__init__(message)
        first = {"errorType": error_type, "message": message} if error_type else {"message": message}
        self.errors: list[dict[str, Any]] = [{**first, **more}]

    @classmethod
    def for_errors(cls, errors: list[dict[str, Any]]) -> Refused:
        """A refusal with AppSync's own entries, cut to what its real-time API shows."""
        refused = cls(None, errors[0]["message"])
        refused.errors = [
            {name: each[name] for name in ("errorType", "message", "errorInfo") if each.get(name) is not None}
            for each in errors
        ]
        return refused


class Registrar:
    """Reads and checks subscription requests of any API."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def read(self, payload: Any) -> tuple[str, dict[str, str]]:
        """`payload.data`, exactly as sent, and the auth object; raises Refused or Unauthorized."""
        if not isinstance(payload, dict) or not isinstance(payload.get("data"), str):
            raise Refused("BadRequestException", "payload.data must be a string that holds a JSON object.")
        extensions = payload.get("extensions")
        given = extensions.get("authorization") if isinstance(extensions, dict) else None
        return payload["data"], handshake.lowered(given)

    async def subscription(
        self, api: GraphqlApi, caller: Caller, identifier: str, data: str, headers: dict[str, str], scope: Scope
    ) -> Subscription:
        """The subscription the caller asks for, its resolver run once; raises Refused."""
        request = _request(api, caller, data, headers, scope)
        try:
            document, operation = self._executor.document(request)
            if operation.operation.value != "subscription":
                raise Refused("UnsupportedOperation", "Only subscriptions can be started on the real-time endpoint.")
            if len(list(selection.fields(operation.selection_set, document.fragments))) != 1:
                raise Refused("BadRequestException", "A subscription must have exactly one field.")
            name = request.operation_name
            subscription = Subscription(identifier, api, caller, document, name, request.variables)
        except InvalidDocument as invalid:
            raise Refused.for_errors(invalid.errors) from invalid
        forbidden = list(subscription.forbidden())
        if forbidden:
            raise Refused.for_errors(forbidden)
        await self._resolve(request, document, subscription)
        return subscription

    async def _resolve(self, request: GraphqlRequest, document: Document, subscription: Subscription) -> None:
        """Runs the subscription field's resolver, which may refuse the caller and may set filters."""
        operation = document.operation(request.operation_name)
        root = request.api.schema.root("subscription") if request.api.schema else None
        if root is None or (root.name, subscription.field) not in request.api.resolvers:
            return
        result = await self._executor.run(request, document, operation)
        # A resolver that sets filters returns null; that a non-null field then has no value is no failure here.
        errors = [each for each in result.errors if "errorType" in each]
        if errors:
            raise Refused.for_errors(errors)
        try:
            if request.filter is not None:
                subscription.filter = filters.parse(request.filter)
            if request.invalidation_filter is not None:
                subscription.invalidation_filter = filters.parse(request.invalidation_filter)
        except filters.FilterRefused as refused:
            raise Refused("BadRequestException", str(refused)) from refused


def _request(api: GraphqlApi, caller: Caller, data: str, headers: dict[str, str], scope: Scope) -> GraphqlRequest:
    try:
        body = json.loads(data)
    except ValueError:
        body = None
    if not isinstance(body, dict) or not isinstance(body.get("query"), str):
        raise Refused("BadRequestException", "payload.data must be a string that holds a JSON object with a query.")
    variables, name = body.get("variables") or {}, body.get("operationName") or None
    if not isinstance(variables, dict) or not isinstance(name, str | None):
        raise Refused("BadRequestException", "variables must be an object and operationName a string.")
    seen = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    seen.pop("cookie", None)
    seen.pop("sec-websocket-protocol", None)
    return GraphqlRequest(api, caller, body["query"], variables, name, {**seen, **headers})
