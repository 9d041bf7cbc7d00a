"""The ASGI application: looks at where a request goes and hands it to the component that answers it.

`/_local/…` is the admin API, a service's data plane gets every request it claims (AppSync: `/appsync/{urlid}/…`), and
everything else is an AWS API call: identified, checked against its model, then answered by the service's own handler
or by moto.
"""

from __future__ import annotations

import logging

from localaws import refusals
from localaws.admin import Admin
from localaws.authorization.guard import Guard
from localaws.http import ClientGone, Lost, Receive, Request, Response, Scope, Send, never_answer, read, write
from localaws.moto_app import MotoApp
from localaws.operations import Refusal, identify
from localaws.services import Services
from localaws.validation import violation

log = logging.getLogger(__name__)

NETWORK_SERVICES = ("ec2", "route53", "cloudformation")
READING = ("Describe", "Get", "List")


class Application:
    """Everything that listens on the endpoint."""

    def __init__(self, services: Services, moto: MotoApp, guard: Guard, admin: Admin) -> None:
        self._services = services
        self._moto = moto
        self._guard = guard
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
        except Lost:
            await never_answer(receive)

    async def _aws(self, request: Request) -> Response:
        try:
            operation = identify(request)
        except Refusal as refusal:
            return refusal.response
        problem = violation(operation)
        if problem:
            return operation.error(problem.code, problem.message, 400)
        try:
            denial = self._guard.refusal(operation, request) or refusals.check(operation, self._guard)
        except Lost:
            raise
        except Exception as error:
            log.exception("no decision on %s %s", operation.service, operation.name)
            text = f"local AWS could not decide {operation.service} {operation.name}: {type(error).__name__}: {error}"
            return operation.error("LocalAwsFault", text, 400)
        if denial:
            return denial
        handler = self._services.handler(operation) or self._moto.call
        try:
            return await handler(operation, request)
        finally:
            if operation.service in NETWORK_SERVICES and not operation.name.startswith(READING):
                self._guard.forget_networks()
