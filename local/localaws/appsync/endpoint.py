"""GraphQL over HTTP: one request in, one response out.

https://docs.aws.amazon.com/appsync/latest/devguide/aws-appsync-graphql-api.html; the bodies of malformed requests
are those AppSync's team described in https://github.com/graphql/graphql-over-http/issues/81.
Differs from AWS: every request costs one token; validation errors carry graphql-core's wording, except for unknown
fields; a body over 1 MB and a subscription sent by HTTP are refused in words of ours.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from graphql import GraphQLError, parse, value_from_ast_untyped

from localaws.appsync import faults, limits, metrics
from localaws.appsync.auth import Authenticator, Unauthorized, firewall
from localaws.appsync.control.models import GraphqlApi
from localaws.appsync.execution.documents import InvalidDocument
from localaws.appsync.execution.executor import Executor, Result, root_field
from localaws.appsync.execution.request import GraphqlRequest
from localaws.appsync.realtime.hub import Hub
from localaws.faults import Fault, Faults
from localaws.http import Request, Response, Scope
from localaws.wafv2.firewall import Firewall

HEADERS = {
    "content-type": "application/json;charset=UTF-8",
    "access-control-allow-origin": "*",
    "access-control-expose-headers": (
        "x-amzn-RequestId,x-amzn-ErrorType,x-amz-user-agent,x-amzn-ErrorMessage,Date,x-amz-schema-version"
    ),
}
PREFLIGHT_HEADERS = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "POST, GET, OPTIONS",
    "access-control-max-age": "172800",
}
HIDDEN_HEADERS = {"cookie"}
"""Never shown to resolvers."""


@dataclass
class _Malformed(Exception):  # noqa: N818 - an answer, not a fault of ours
    """There is no GraphQL request in the HTTP request."""

    message: str
    status: int = 400
    error_type: str = "MalformedHttpRequestException"


class Endpoint:
    """Serves `POST /appsync/{urlid}/graphql`."""

    def __init__(
        self, authenticator: Authenticator, firewall: Firewall, executor: Executor, hub: Hub, registry: Faults
    ) -> None:
        self._authenticator = authenticator
        self._firewall = firewall
        self._executor = executor
        self._hub = hub
        self._faults = registry

    async def respond(self, api: GraphqlApi, request: Request, scope: Scope) -> Response:
        """Answers one request."""
        request_id = str(uuid.uuid4())
        try:
            address = source_ips(scope, request)[-1]
            firewall.check(self._firewall, api, address, request.headers, request.body, request.query)
            if request.method == "OPTIONS":
                return preflight(request)
            if request.method not in ("POST", "GET"):
                raise _Malformed(f"Unsupported HTTP method {request.method}.", 405)
            if len(request.body) > limits.REQUEST_BYTES:
                raise _Malformed("Request body is too large.", 413)
            caller = await self._authenticator.authenticate(api, request, source_ips(scope, request))
            graphql = _graphql_request(api, caller, request, scope)
        except Unauthorized as refusal:
            return _refused(api, request_id, refusal.status, refusal.as_error())
        except _Malformed as problem:
            error = {"errorType": problem.error_type, "message": problem.message}
            return _refused(api, request_id, problem.status, error)
        graphql.request_id = request_id
        fault = self._fault(graphql)
        return await self._act_out(fault, graphql) or await self._execute(fault, graphql)

    def _fault(self, graphql: GraphqlRequest) -> Fault | None:
        try:
            document, operation = self._executor.document(graphql)
        except InvalidDocument:
            return self._faults.take(faults.HTTP, api=graphql.api.api_id)
        field = root_field(document, operation)
        given = field.arguments or ()
        arguments = {each.name.value: value_from_ast_untyped(each.value, graphql.variables) for each in given}
        return self._faults.take(faults.HTTP, arguments, api=graphql.api.api_id, operation=field.name.value)

    async def _act_out(self, fault: Fault | None, graphql: GraphqlRequest) -> Response | None:
        """The answer a fault gives instead of an execution, if it does."""
        if fault is None:
            return None
        wanted = fault.parameters
        match fault.kind:
            case "slow":
                await asyncio.sleep(wanted.get("milliseconds", 1000) / 1000)
            case "time-limit":
                graphql.seconds = wanted.get("milliseconds", 1000) / 1000
            case "throttle":
                error = {"errorType": "TooManyRequestsException", "message": "Rate exceeded"}
                return _refused(graphql.api, graphql.request_id, 429, error)
            case "fail":
                return _failed(graphql, wanted)
            case "errors":
                message, error_type = wanted.get("message", "Injected"), wanted.get("errorType", "InternalFailure")
                entry = {"path": None, "locations": None, "errorType": error_type, "message": message}
                return _answer(graphql, Result(None, [entry]))
        return None

    async def _execute(self, fault: Fault | None, graphql: GraphqlRequest) -> Response:
        try:
            document, operation = self._executor.document(graphql)
        except InvalidDocument as invalid:
            return _answer(graphql, Result(None, invalid.errors))
        if operation.operation.value == "subscription":
            message = "Subscriptions are served by the real-time endpoint."
            error = {"errorType": "BadRequestException", "message": message}
            return _refused(graphql.api, graphql.request_id, 400, error)
        result = await self._executor.run(graphql, document, operation)
        for published in result.published:
            self._hub.publish(graphql.api, published)
        for invalidation in graphql.invalidations:
            self._hub.invalidate(graphql.api, invalidation)
        if fault is not None and fault.kind == "lost-response":
            return _failed(graphql, fault.parameters)
        return _answer(graphql, result)


def source_ips(scope: Scope, request: Request) -> list[str]:
    """`ctx.identity.sourceIp`: what the client claims in x-forwarded-for, then the peer's real address."""
    forwarded = [part.strip() for part in request.headers.get("x-forwarded-for", "").split(",") if part.strip()]
    return [*forwarded, (scope.get("client") or ("127.0.0.1", 0))[0]]


def visible_headers(scope: Scope) -> dict[str, Any]:
    """`ctx.request.headers`: a list where a header came more than once."""
    seen: dict[str, Any] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        if name in HIDDEN_HEADERS:
            continue
        if name in seen:
            earlier = seen[name] if isinstance(seen[name], list) else [seen[name]]
            seen[name] = [*earlier, value]
        else:
            seen[name] = value
    return seen


def trace_header() -> str:
    """A fresh X-Ray trace id, sampled."""
    return f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)};Parent={secrets.token_hex(8)};Sampled=1"


def preflight(request: Request) -> Response:
    """Answers a browser's OPTIONS: any origin, any header."""
    wanted = request.headers.get("access-control-request-headers", "*")
    headers = {**PREFLIGHT_HEADERS, "access-control-allow-headers": wanted}
    return Response(200, b"", list(headers.items()))


def _graphql_request(api: GraphqlApi, caller: Any, request: Request, scope: Scope) -> GraphqlRequest:
    body = _from_query(request.query) if request.method == "GET" else _from_body(request.body)
    variables, name = body.get("variables") or {}, body.get("operationName") or None
    if not isinstance(variables, dict) or not isinstance(name, str | None):
        raise _Malformed("Unable to parse GraphQL query.")
    headers = visible_headers(scope)
    trace = None
    if api.settings.get("xrayEnabled"):
        trace = str(headers.get("x-amzn-trace-id") or trace_header())
        headers["x-amzn-trace-id"] = trace
    return GraphqlRequest(api, caller, body["query"], variables, name, headers, trace_header=trace)


def _from_body(body: bytes) -> dict[str, Any]:
    if not body.strip():
        raise _Malformed("Request body is empty.")
    try:
        document = json.loads(body)
    except ValueError:
        return {"query": _query_text(body)}
    if not isinstance(document, dict) or not isinstance(document.get("query"), str) or not document["query"].strip():
        raise _Malformed("Unable to parse GraphQL query.")
    return document


def _from_query(query: str) -> dict[str, Any]:
    given = {name: values[0] for name, values in parse_qs(query).items()}
    try:
        return {**given, "query": given["query"], "variables": json.loads(given.get("variables") or "{}")}
    except (KeyError, ValueError):
        raise _Malformed("Unable to parse GraphQL query.") from None


def _query_text(body: bytes) -> str:
    try:
        text = body.decode()
        parse(text)
    except (UnicodeDecodeError, GraphQLError):
        raise _Malformed("Unable to parse GraphQL query.") from None
    return text


def _answer(graphql: GraphqlRequest, result: Result) -> Response:
    headers = {**HEADERS, "x-amzn-requestid": graphql.request_id, "x-amzn-appsync-tokensconsumed": "1"}
    return Response(200, json.dumps(result.as_dict()).encode(), list(headers.items()))


def _failed(graphql: GraphqlRequest, wanted: dict[str, Any]) -> Response:
    error = {"errorType": wanted.get("errorType", "InternalFailure"), "message": wanted.get("message", "Injected")}
    return _refused(graphql.api, graphql.request_id, wanted.get("status", 500), error)


def _refused(api: GraphqlApi, request_id: str, status: int, error: dict[str, Any]) -> Response:
    metrics.count(api, "5XXError" if status >= 500 else "4XXError")
    headers = {**HEADERS, "x-amzn-requestid": request_id, "x-amzn-errortype": error["errorType"]}
    return Response(status, json.dumps({"errors": [error]}).encode(), list(headers.items()))
