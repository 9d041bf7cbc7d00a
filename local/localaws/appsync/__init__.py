"""AppSync: control plane, GraphQL execution, authorization and the real-time protocol."""

from __future__ import annotations

from localaws.context import Context
from localaws.http import Receive, Response, Scope, Send, read, write


def install(context: Context) -> None:
    """Patches moto's AppSync control plane. Called once, before moto serves its first request."""


class AppSync:
    """The data plane under /appsync/{urlid}/."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def http(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one HTTP request."""
        await read(scope, receive)
        await write(
            Response.json(404, {"errors": [{"errorType": "NotFound", "message": "no such API"}]}), send
        )

    async def websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one WebSocket connection to its end."""
        await receive()
        await send({"type": "websocket.close", "code": 1008})

    async def reset(self) -> None:
        """Forgets every connection; the control plane's state is moto's."""

    async def close(self) -> None:
        """Closes every connection; the server is stopping."""
