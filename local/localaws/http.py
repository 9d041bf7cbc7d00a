"""A buffered HTTP request and response, between ASGI and the components that do not stream."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

JSON = "application/json"


class ClientGone(Exception):  # noqa: N818 - an event, not a fault of ours
    """The client hung up before its request was complete."""


class Hangup(Exception):  # noqa: N818 - as above
    """Raised by a streamed body: the connection is closed in the middle of the response."""


class Lost(Exception):  # noqa: N818 - what a call without a way meets
    """The call gets nowhere: it is never answered."""


@dataclass
class Request:
    """One whole request."""

    method: str
    raw_path: str
    """The path as sent, percent-encoding kept and without the query: signatures cover this form."""
    query: str
    headers: dict[str, str]
    """Names in lower case; repeated headers joined with commas."""
    body: bytes
    scheme: str = "http"

    @property
    def host(self) -> str:
        """The Host header, port included."""
        return self.headers.get("host", "")


@dataclass
class Response:
    """One whole response, or the start of one whose body is produced as it is sent."""

    status: int
    body: bytes | AsyncIterator[bytes] = b""
    headers: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def json(cls, status: int, document: Any, headers: dict[str, str] | None = None) -> Response:
        """A JSON response."""
        pairs = [("content-type", JSON), *(headers or {}).items()]
        return cls(status, json.dumps(document, default=str).encode(), pairs)


async def read(scope: Scope, receive: Receive) -> Request:
    """Reads a request to its end. Raises ClientGone if the client hangs up first."""
    chunks = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunks.append(message.get("body", b""))
        if not message.get("more_body"):
            break
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    return Request(
        method=scope["method"],
        raw_path=scope["raw_path"].decode("ascii"),
        query=scope["query_string"].decode("ascii"),
        headers=headers,
        body=b"".join(chunks),
        scheme=scope.get("scheme", "http"),
    )


async def write(response: Response, send: Send, receive: Receive | None = None) -> None:
    """Sends a response. A streamed body goes out chunk by chunk as it is produced, until the client hangs up.

    `receive` is how a hang-up is noticed; without it a streamed body is produced to its end.
    """
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    if isinstance(response.body, bytes):
        await send({"type": "http.response.body", "body": response.body})
        return
    pump = asyncio.ensure_future(_pump(response.body, send))
    watch = asyncio.ensure_future(_hung_up(receive)) if receive else None
    await asyncio.wait([task for task in (pump, watch) if task], return_when=asyncio.FIRST_COMPLETED)
    for task in (pump, watch):
        if task and not task.done():
            task.cancel()
    if not pump.cancelled() and pump.done():
        pump.result()


async def never_answer(receive: Receive) -> None:
    """Leaves a call without an answer, as a network without a way does, until the client gives up."""
    while (await receive())["type"] not in ("http.disconnect", "websocket.disconnect"):
        pass


async def _pump(body: AsyncIterator[bytes], send: Send) -> None:
    try:
        async for chunk in body:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    except Hangup:
        # An ASGI server closes the connection of a response that was not completed.
        return
    await send({"type": "http.response.body", "body": b""})


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
