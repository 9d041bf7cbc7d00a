"""How requests arrive: HTTP/1.1 by uvicorn, HTTP/2 by hypercorn, on the same ports.

AWS serves HTTP/2 and its SDK for JavaScript insists on it for Bedrock, without TLS too (prior knowledge: the connection
begins with HTTP/2's preface). uvicorn knows HTTP/1.1 only, and is kept for it since hypercorn takes longer per request.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import httptools
from hypercorn.app_wrappers import ASGIWrapper
from hypercorn.asyncio.tcp_server import TCPServer
from hypercorn.asyncio.worker_context import WorkerContext
from hypercorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from localaws.settings import MAX_HEADER_BYTES

log = logging.getLogger(__name__)

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
"""https://www.rfc-editor.org/rfc/rfc9113#section-3.4"""

KEEP_ALIVE_SECONDS = 60.0
LINGER_SECONDS = 2.0

_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain\r\nconnection: close\r\n"
    b"content-length: 30\r\n\r\nRequest headers are too large."
)

_http2 = Config()
_http2.keep_alive_timeout = KEEP_ALIVE_SECONDS
_http2.h2_max_header_list_size = MAX_HEADER_BYTES
_http2.include_server_header = False
_http2.include_date_header = False


class HttpProtocol(HttpToolsProtocol):
    """uvicorn's own protocol, which hands HTTP/2 on, and takes requests that offer to leave HTTP/1.1 as they are."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self._first: bytes | None = b""
        """What has come while it may still become HTTP/2's preface; None once that is decided."""
        self._header_bytes = 0
        self._is_refused = False
        self._is_http2 = False

    def data_received(self, data: bytes) -> None:
        """Takes what the client sent."""
        if self._is_refused:
            return
        if self._first is not None:
            data = self._first + data
            if data.startswith(PREFACE):
                self._hand_on(data)
                return
            if PREFACE.startswith(data):
                self._first = data
                return
            self._first = None
        self._feed(data)

    def _feed(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            if self._should_upgrade():
                self.handle_websocket_upgrade()
            else:
                self._stay(data[upgrade.args[0] :])
        except httptools.HttpParserError:
            if self._is_refused:
                return
            log.warning("a request was not HTTP")
            self.send_400_response("Invalid HTTP request received.")

    def _stay(self, rest: bytes) -> None:
        """A server may ignore an offer to upgrade (RFC 9110, 7.8), and then reads the request as if it had none.

        The parser stops where the other protocol would begin, so the request is read once more without the offer.
        """
        head = [self.parser.get_method(), b" ", self.url, b" HTTP/1.1\r\n"]
        for name, value in self.headers:
            if name != b"upgrade":
                head += [name, b": ", value, b"\r\n"]
        self.parser = httptools.HttpRequestParser(self)
        self._feed(b"".join([*head, b"\r\n", rest]))

    def _declines_upgrade(self) -> bool:
        return bool(self.parser.should_upgrade()) and not self._should_upgrade()

    def on_message_begin(self) -> None:
        """A request begins."""
        self._header_bytes = 0
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Counts, so that a header that is too large is answered."""
        self._header_bytes += len(name) + len(value)
        if self._header_bytes > MAX_HEADER_BYTES:
            self._refuse(_TOO_LARGE)
            raise ValueError("headers are too large")
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Starts the request, unless it is about to be read again."""
        if not self._declines_upgrade():
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Takes a part of the body."""
        if not self._declines_upgrade():
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        if not self._declines_upgrade():
            super().on_message_complete()

    def _refuse(self, answer: bytes) -> None:
        """Answers at once; what still comes is thrown away for a while, since a reset would take the answer with it."""
        self._is_refused = True
        self.transport.write(answer)
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(LINGER_SECONDS, self.transport.close)

    def shutdown(self) -> None:
        """The server is stopping."""
        if self._is_http2:
            self.transport.abort()
        else:
            super().shutdown()

    def _hand_on(self, data: bytes) -> None:
        """Gives the connection to hypercorn."""
        self._is_http2 = True
        reader = asyncio.StreamReader(loop=self.loop)
        protocol = asyncio.StreamReaderProtocol(reader, self._serve_http2, loop=self.loop)
        self.transport.set_protocol(protocol)
        protocol.connection_made(self.transport)
        protocol.data_received(data)

    async def _serve_http2(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await TCPServer(ASGIWrapper(self.app), self.loop, _http2, WorkerContext(None), {}, reader, writer)
        finally:
            self.connections.discard(self)
