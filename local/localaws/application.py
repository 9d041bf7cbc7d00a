"""The ASGI application: looks at where a request goes and hands it to the component that answers it.

`/_local/…` is the admin API, a service's data plane gets every request it claims (AppSync: `/appsync/{urlid}/…`), and
everything else is an AWS API call: identified, checked against its model, then answered by the service's own handler
or by moto.
"""

from __future__ import annotations

from localaws.admin import Admin
from localaws.http import ClientGone, Receive, Request, Response, Scope, Send, read, write
from localaws.moto_app import MotoApp
from localaws.operations import Refusal, identify
from localaws.services import Services
from localaws.validation import violation


class Application:
    """Everything that listens on the endpoint."""

    def __init__(self, services: Services, moto: MotoApp, admin: Admin) -> None:
        self._services = services
        self._moto = moto
        self._admin = admin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI entry point."""
        data_plane = self._services.data_plane(scope)
        if scope["type"] == "websocket":
            if data_plane:
                await data_plane.websocket(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": 1008, "reason": "no WebSocket API at this path"})
            return
        if data_plane:
            await data_plane.http(scope, receive, send)
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
        handler = self._services.handler(operation) or self._moto.call
        return await handler(operation, request)
