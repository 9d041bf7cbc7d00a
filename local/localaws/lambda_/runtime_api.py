"""The Runtime API and Extensions API that a sandbox's process polls, one port per sandbox.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html

Differs from AWS: the streaming response mode, the Logs and the Telemetry API are refused; external extensions
(/opt/extensions) are not started.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import NoReturn, Protocol

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from localaws.http import ClientGone, Receive, Request, Response, Scope, Send, read, write

MAX_RESPONSE_BYTES = 6 * 1024 * 1024 + 100
"""https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""

RUNTIME = "/2018-06-01/runtime/"
EXTENSION = "/2020-01-01/extension/"


class Client(Protocol):
    """The sandbox whose process is calling."""

    async def next_invocation(self) -> tuple[bytes, dict[str, str]]:
        """Blocks until there is an invocation; returns its payload and the Runtime API's headers for it."""

    def responded(self, request_id: str, payload: bytes, error_type: str | None) -> bool:
        """The invocation's answer or error; False if no such invocation is running."""

    def init_failed(self, payload: bytes, error_type: str) -> None:
        """The process could not initialise."""

    def extension_registered(self, name: str, events: list[str]) -> None:
        """The process will be told before it is ended."""

    async def next_extension_event(self) -> NoReturn:
        """Blocks until the process is gone."""


class RuntimeApi:
    """Serves every sandbox; a request belongs to the sandbox whose port it came in on."""

    def __init__(self) -> None:
        self._clients: dict[int, Client] = {}
        self._servers: dict[int, asyncio.Server] = {}
        self._config = uvicorn.Config(
            self, http="httptools", ws="none", lifespan="off", access_log=False, log_config=None, server_header=False
        )
        # A frozen process keeps its connection; the server must not be the one to drop it.
        self._config.timeout_keep_alive = 24 * 3600
        self._config.load()
        self._state = ServerState()

    async def open(self, client: Client) -> int:
        """Starts a port for a sandbox and returns it."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: HttpToolsProtocol(config=self._config, server_state=self._state, app_state={}), "127.0.0.1", 0
        )
        port = int(server.sockets[0].getsockname()[1])
        self._clients[port], self._servers[port] = client, server
        return port

    def close(self, port: int) -> None:
        """Ends a sandbox's port."""
        self._clients.pop(port, None)
        server = self._servers.pop(port, None)
        if server:
            server.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI entry point."""
        client = self._clients.get(scope["server"][1])
        try:
            request = await read(scope, receive)
            if client is None:
                response = _refusal(410, "SandboxGone", "the sandbox has ended")
            elif request.raw_path.startswith(RUNTIME):
                response = await self._runtime(client, request)
            elif request.raw_path.startswith(EXTENSION):
                response = await self._extension(client, request)
            else:
                response = _refusal(404, "NotFakedByLocalAws", f"no Runtime API call {request.raw_path}")
            await write(response, send)
        except ClientGone:
            return

    async def _runtime(self, client: Client, request: Request) -> Response:
        match request.method, request.raw_path[len(RUNTIME) :].split("/"):
            case "GET", ["invocation", "next"]:
                payload, headers = await client.next_invocation()
                return Response(200, payload, [("content-type", "application/json"), *headers.items()])
            case "POST", ["invocation", request_id, "response"]:
                return self._response(client, request_id, request)
            case "POST", ["invocation", request_id, "error"]:
                known = client.responded(request_id, request.body, _error_type(request))
                return _accepted() if known else _unknown(request_id)
            case "POST", ["init", "error"]:
                client.init_failed(request.body, _error_type(request))
                return _accepted()
        return _refusal(404, "NotFakedByLocalAws", f"no Runtime API call {request.method} {request.raw_path}")

    def _response(self, client: Client, request_id: str, request: Request) -> Response:
        if request.headers.get("lambda-runtime-function-response-mode"):
            return _refusal(400, "NotFakedByLocalAws", "response streaming is not faked")
        if len(request.body) > MAX_RESPONSE_BYTES:
            document = {
                "errorMessage": f"Response payload size ({len(request.body)} bytes) exceeded maximum allowed "
                f"payload size (6291556 bytes).",
                "errorType": "Function.ResponseSizeTooLarge",
            }
            client.responded(request_id, json.dumps(document).encode(), "Function.ResponseSizeTooLarge")
            return _refusal(413, "RequestEntityTooLarge", "the response is too large")
        return _accepted() if client.responded(request_id, request.body, None) else _unknown(request_id)

    async def _extension(self, client: Client, request: Request) -> Response:
        match request.method, request.raw_path[len(EXTENSION) :]:
            case "POST", "register":
                events = json.loads(request.body or b"{}").get("events", [])
                if set(events) - {"SHUTDOWN"}:
                    return _refusal(403, "Extension.InvalidEventType", "internal extensions get no INVOKE here")
                client.extension_registered(request.headers.get("lambda-extension-name", ""), events)
                identifier = ("lambda-extension-identifier", str(uuid.uuid4()))
                return Response(200, b"{}", [("content-type", "application/json"), identifier])
            case "GET", "event/next":
                await client.next_extension_event()
        return _refusal(404, "NotFakedByLocalAws", f"no Extensions API call {request.method} {request.raw_path}")


def _error_type(request: Request) -> str:
    return request.headers.get("lambda-runtime-function-error-type", "Unhandled")


def _accepted() -> Response:
    return Response.json(202, {"status": "OK"})


def _unknown(request_id: str) -> Response:
    return _refusal(400, "InvalidRequestID", f"no invocation {request_id} is running here")


def _refusal(status: int, error_type: str, message: str) -> Response:
    return Response.json(status, {"errorType": error_type, "errorMessage": message})
