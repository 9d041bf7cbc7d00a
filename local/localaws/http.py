"""A buffered HTTP request and response, between ASGI and the components that do not stream."""

from __future__ import annotations

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


async def write(response: Response, send: Send) -> None:
    """Sends a response. A streamed body goes out chunk by chunk as it is produced."""
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    if isinstance(response.body, bytes):
        await send({"type": "http.response.body", "body": response.body})
        return
    async for chunk in response.body:
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
