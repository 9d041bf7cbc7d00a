"""The ASGI application: looks at where a request goes and hands it to the component that answers it.

`/_local/…` is the admin API, `/appsync/{urlid}/…` is AppSync's data plane over HTTP and WebSocket, and everything
else is an AWS API call: identified, checked against its model, then answered here or by moto.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from localaws.admin import Admin
from localaws.appsync import AppSync
from localaws.context import Context
from localaws.http import ClientGone, Receive, Request, Response, Scope, Send, read, write
from localaws.moto_app import MotoApp
from localaws.operations import Operation, Refusal, identify
from localaws.validation import violation

log = logging.getLogger(__name__)

Handler = Callable[[Operation, Request], Awaitable[Response]]


class Application:
    """Everything that listens on the endpoint."""

    def __init__(self, context: Context, moto: MotoApp, appsync: AppSync, admin: Admin) -> None:
        self._context = context
        self._moto = moto
        self._appsync = appsync
        self._admin = admin
        self._handlers: dict[tuple[str, str], Handler] = {}

    def handle(self, service: str, operation: str, handler: Handler) -> None:
        """Answers an operation here, on the event loop, instead of in moto."""
        self._handlers[service, operation] = handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI entry point."""
        if scope["type"] == "websocket":
            if scope["path"].startswith("/appsync/"):
                await self._appsync.websocket(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": 1008, "reason": "no WebSocket API at this path"})
            return
        if scope["path"].startswith("/appsync/"):
            await self._appsync.http(scope, receive, send)
            return
        try:
            request = await read(scope, receive)
            if scope["path"].startswith("/_local/"):
                response = await self._admin.call(request)
            else:
                response = await self._aws(request)
            await write(response, send, receive)
        except ClientGone:
            return

    async def _aws(self, request: Request) -> Response:
        try:
            operation = identify(request)
        except Refusal as refusal:
            return refusal.response
        problem = violation(operation)
        if problem:
            return operation.error(problem.code, problem.message, 400)
        handler = self._handlers.get((operation.service, operation.name), self._moto.call)
        return await handler(operation, request)
