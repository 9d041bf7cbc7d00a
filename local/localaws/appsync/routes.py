"""AppSync's data plane as one ASGI component: finds the API a path names, and who serves it.

Differs from AWS: request tokens and message rates limit nothing; caching, merged APIs and AppSync Events are not
served.
"""

from __future__ import annotations

import logging
import re

from localaws.appsync import faults
from localaws.appsync.auth import Authenticator
from localaws.appsync.control.models import GraphqlApi, all_apis
from localaws.appsync.endpoint import Endpoint
from localaws.appsync.execution.data_sources import DataSources
from localaws.appsync.execution.documents import Documents
from localaws.appsync.execution.executor import Executor
from localaws.appsync.execution.logs import FieldLog
from localaws.appsync.execution.resolvers import Resolvers
from localaws.appsync.realtime import handshake
from localaws.appsync.realtime.connection import Connection, Services
from localaws.appsync.realtime.hub import Hub
from localaws.appsync.realtime.registration import Registrar
from localaws.authorization import wording
from localaws.authorization.guard import claimed_key
from localaws.context import Context
from localaws.http import ClientGone, Lost, Receive, Response, Scope, Send, never_answer, read, write
from localaws.wafv2.firewall import Firewall

log = logging.getLogger(__name__)

PATH = re.compile(r"/appsync/(?P<urlid>[a-z0-9]{26})/graphql(?P<realtime>/realtime)?/?")
HOST = re.compile(r"(?P<urlid>[a-z0-9]{26})\.appsync(?P<realtime>-realtime)?-api\.[^/]+")
"""AWS's own host names, for clients that make one host of the other (`appsync-realtime-api`) and know one path only."""


class AppSync:
    """The data plane, under /appsync/{urlid}/ and under AWS's own host names."""

    def __init__(self, context: Context) -> None:
        faults.declare(context.faults)
        log = FieldLog(context.guard)
        self._guard = context.guard
        self._authenticator = Authenticator(context.settings, context.faults, context.guard)
        self._firewall = Firewall()
        self._hub = Hub(context.faults)
        executor = Executor(Documents(), Resolvers(DataSources(context.lambda_, context.guard), log), log)
        self._endpoint = Endpoint(self._authenticator, self._firewall, executor, self._hub, context.faults)
        endpoints = [context.endpoint, context.tls_endpoint or context.endpoint]
        hosts = frozenset(endpoint.partition("://")[2] for endpoint in endpoints)
        self._services = Services(
            self._authenticator, self._firewall, Registrar(executor), self._hub, context.faults, hosts
        )
        self._connections: set[Connection] = set()

    def serves(self, scope: Scope) -> bool:
        """Whether the request is for an API's data plane."""
        return str(scope["path"]).startswith("/appsync/") or HOST.fullmatch(_host(scope)) is not None

    async def http(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one HTTP request."""
        try:
            request = await read(scope, receive)
        except ClientGone:
            return
        api = _api(scope, realtime=False)
        if api is None:
            await write(Response.json(404, {"errors": [{"errorType": "NotFound", "message": "no such API"}]}), send)
            return
        try:
            response = self._refused_on_the_way(api, claimed_key(request.headers))
            response = response or await self._endpoint.respond(api, request, scope)
        except Lost:
            await never_answer(receive)
            return
        except Exception:
            log.exception("AppSync failed on a request to %s", api.api_id)
            response = Response.json(500, {"errors": [{"errorType": "InternalFailure", "message": None}]})
        await write(response, send)

    async def websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one WebSocket connection to its end."""
        # The query string may hold a key or a token, and uvicorn logs the scope it has when a socket is accepted.
        offered = dict(scope)
        scope["query_string"] = b""
        api = _api(scope, realtime=True)
        if api is None:
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": "no such API"})
            return
        connection = Connection(api, offered, receive, send, self._services)
        self._connections.add(connection)
        try:
            refused = self._refused_on_the_way(api, handshake.claimed_key(api, offered))
            if refused is None:
                await connection.run()
            else:
                await _refuse_handshake(refused, receive, send)
        except Lost:
            await never_answer(receive)
        finally:
            self._connections.discard(connection)

    def _refused_on_the_way(self, api: GraphqlApi, access_key: str | None) -> Response | None:
        """The answer to a reader whom an endpoint's policy refuses; functions are walked with their signature.

        Raises Lost where the readers' network has no way to the API.
        """
        if not api.is_private or not self._guard.is_reader(access_key):
            return None
        path = self._guard.readers.path(api.arn, api.host)
        if access_key is not None:
            return None  # The policy is asked about the signer, once the signature is verified.
        decision = self._guard.readers.decide(api.arn, path)
        if decision.allowed:
            return None
        error = {"errorType": "AccessDeniedException", "message": wording.message(decision)}
        return Response.json(403, {"errors": [error]}, {"x-amzn-errortype": error["errorType"]})

    async def forget(self) -> None:
        """Forgets every connection; the control plane's state is moto's."""
        self._authenticator.forget()
        self._firewall.forget()
        for connection in list(self._connections):
            connection.end()


async def _refuse_handshake(response: Response, receive: Receive, send: Send) -> None:
    await receive()
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
    await send({"type": "websocket.http.response.start", "status": response.status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": response.body})


def _api(scope: Scope, *, realtime: bool) -> GraphqlApi | None:
    """The API that the URL names, or None; each of its two endpoints has a URL of its own."""
    path = str(scope["path"])
    match = HOST.fullmatch(_host(scope))
    if match is not None and path.rstrip("/") not in ("/graphql", "/graphql/realtime"):
        return None
    match = match or PATH.fullmatch(path)
    wants_realtime = match is not None and (match["realtime"] is not None or path.rstrip("/").endswith("/realtime"))
    return _find(match["urlid"]) if match is not None and wants_realtime == realtime else None


def _host(scope: Scope) -> str:
    hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
    return hosts[0].lower() if hosts else ""


def _find(urlid: str) -> GraphqlApi | None:
    return next((api for api in all_apis() if api.urlid == urlid), None)
