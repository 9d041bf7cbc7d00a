"""A reader of the chat, written against the wire and not against any of our code.

The real-time half speaks AppSync's own `graphql-ws` sub-protocol:
https://docs.aws.amazon.com/appsync/latest/devguide/real-time-websocket-client.html
"""

from __future__ import annotations

import base64
import json
import queue
import secrets
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

Piece = dict[str, Any]

_API = Path(__file__).parents[2] / "deployment/api"
ASK = (_API / "operations/get-llm-response.graphql").read_text()
SUBSCRIBE = (_API / "operations/on-send-message.graphql").read_text()
PUBLISH = (_API / "operations/send-message.graphql").read_text()
# A piece with text, as the orchestrator writes it.
DELTA: Piece = json.loads((_API / "pieces/delta.json").read_text())

# What no test waits longer than for a single thing to happen; far above anything measured.
PATIENCE_SECONDS = 40.0


def new_session() -> str:
    """A session id as a browser makes it: long and random, since under an API key it is the only secret."""
    return secrets.token_urlsafe(24)


def new_request() -> str:
    """A request id of the client's choice."""
    return str(uuid.uuid4())


class Refused(Exception):  # noqa: N818 - a refusal is what most of these tests want
    """The service said no; `kind` is AppSync's error type where it gave one."""

    def __init__(self, kind: str | None, payload: Any) -> None:
        """`payload` is the whole message, for the assertion's text."""
        super().__init__(f"{kind}: {payload}")
        self.kind = kind
        self.payload = payload


@dataclass(frozen=True)
class Api:
    """One deployed API as one kind of caller sees it; `auth` is the header pair that proves who is calling."""

    graphql_url: str
    realtime_url: str
    auth: Mapping[str, str] = field(default_factory=dict)

    def post(
        self, query: str, variables: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> requests.Response:
        """One GraphQL request over HTTP."""
        body = json.dumps({"query": query, "variables": variables or {}})
        sent = {"content-type": "application/json", **(self.auth if headers is None else headers)}
        return requests.post(self.graphql_url, data=body.encode(), headers=sent, timeout=PATIENCE_SECONDS)

    def ask(self, session: str, message: str, locale: str = "en_US", request_id: str | None = None) -> dict[str, Any]:
        """Asks, and returns the acknowledgement; raises `Refused` where the service refused the question."""
        question = {"sessionId": session, "message": message, "locale": locale}
        if request_id is not None:
            question["requestId"] = request_id
        body = self.post(ASK, {"input": question}).json()
        if body.get("errors"):
            raise Refused(body["errors"][0].get("errorType"), body)
        return body["data"]["getLlmResponse"]

    @contextmanager
    def subscribe(self, session: str, document: str = SUBSCRIBE) -> Iterator[Subscription]:
        """A live subscription to `session`, acknowledged before this yields."""
        with self.socket() as socket:
            subscription = Subscription(socket)
            subscription.start(document, {"sessionId": session}, self.authorization())
            yield subscription

    @contextmanager
    def socket(self) -> Iterator[ClientConnection]:
        """An acknowledged connection."""
        header = base64.urlsafe_b64encode(json.dumps(self.authorization()).encode()).decode().rstrip("=")
        with connect(
            self.realtime_url,
            subprotocols=["graphql-ws", f"header-{header}"],  # type: ignore[list-item]
            open_timeout=PATIENCE_SECONDS,
            max_size=None,
        ) as socket:
            socket.send(json.dumps({"type": "connection_init"}))
            message = json.loads(socket.recv(timeout=PATIENCE_SECONDS))
            if message["type"] != "connection_ack":
                raise Refused(_kind(message), message)
            yield socket

    def authorization(self) -> dict[str, str]:
        """What the real-time protocol wants to know of the caller."""
        return {"host": urlsplit(self.graphql_url).netloc, **self.auth}


class Subscription:
    """The pieces that arrive, in the order they arrive; a thread reads so that arrival times are true."""

    def __init__(self, socket: ClientConnection) -> None:
        """`socket` is acknowledged and carries only this subscription."""
        self._socket = socket
        self._inbox: queue.Queue[dict[str, Any]] = queue.Queue()
        self.pieces: list[Piece] = []
        self.arrivals: list[float] = []
        self.closed: str | None = None

    def start(self, document: str, variables: Mapping[str, Any], authorization: Mapping[str, str]) -> None:
        """Sends `start` and waits for `start_ack`."""
        self.request(document, variables, authorization)
        while (message := self._inbox.get(timeout=PATIENCE_SECONDS))["type"] != "start_ack":
            if message["type"] != "ka":
                raise Refused(_kind(message), message)

    def request(self, document: str, variables: Mapping[str, Any], authorization: Mapping[str, str]) -> None:
        """Sends `start` and waits for nothing, as the blog's page does."""
        payload = {
            "data": json.dumps({"query": document, "variables": variables}),
            "extensions": {"authorization": dict(authorization)},
        }
        self._socket.send(json.dumps({"id": str(uuid.uuid4()), "type": "start", "payload": payload}))
        threading.Thread(target=self._read, daemon=True).start()

    def until(self, done: Callable[[list[Piece]], bool], patience: float = PATIENCE_SECONDS) -> list[Piece]:
        """Collects pieces until `done` is satisfied; fails with what came where it never is."""
        deadline = time.monotonic() + patience
        while not done(self.pieces):
            try:
                message = self._inbox.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(
                    f"gave up after {patience} s; closed: {self.closed}; pieces: {self.pieces}"
                ) from None
            if message["type"] == "data":
                assert not message["payload"].get("errors"), message
                self.pieces.append(message["payload"]["data"]["onSendMessage"])
                self.arrivals.append(message["at"])
            elif message["type"] == "closed":
                raise AssertionError(f"socket closed ({self.closed}) after {self.pieces}")
            elif message["type"] not in ("ka", "start_ack"):
                raise Refused(_kind(message), message)
        return self.pieces

    def answer(self, request_id: str | None = None, patience: float = PATIENCE_SECONDS) -> Answer:
        """Waits for the whole answer to one request: its END, or the marker that follows its apology."""

        def ended(pieces: list[Piece]) -> bool:
            return any(
                piece["event"] == "END" or piece["message"] == "#STREAM_ERROR#"
                for piece in pieces
                if request_id is None or piece["requestId"] == request_id
            )

        pieces = self.until(ended, patience)
        return Answer([piece for piece in pieces if request_id is None or piece["requestId"] == request_id])

    def silence(self, seconds: float) -> list[Piece]:
        """Whatever arrives within `seconds`: for proving that nothing more does."""
        deadline = time.monotonic() + seconds
        extra: list[Piece] = []
        while (left := deadline - time.monotonic()) > 0:
            try:
                message = self._inbox.get(timeout=left)
            except queue.Empty:
                break
            if message["type"] == "data":
                extra.append(message["payload"]["data"]["onSendMessage"])
        return extra

    def _read(self) -> None:
        try:
            for raw in self._socket:
                self._inbox.put({**json.loads(raw), "at": time.monotonic()})
        except ConnectionClosed as closed:
            self.closed = str(closed)
        self._inbox.put({"type": "closed"})


@dataclass
class Answer:
    """The pieces of one request, as they arrived."""

    pieces: list[Piece]

    @property
    def ordered(self) -> list[Piece]:
        """By sequence, each once."""
        return [piece for _, piece in sorted({piece["sequence"]: piece for piece in self.pieces}.items())]

    @property
    def text(self) -> str:
        """The answer's text."""
        return "".join(piece["message"] for piece in self.ordered if piece["event"] == "DELTA")

    @property
    def kinds(self) -> list[str]:
        """The events in sequence, a run of one kind written once."""
        return [kind for kind, _ in groupby(piece["event"] for piece in self.ordered)]

    @property
    def error_code(self) -> str | None:
        """Why the answer ended early, or None where it did not."""
        return next((piece["errorCode"] for piece in self.ordered if piece["event"] == "ERROR"), None)

    @property
    def last(self) -> Piece:
        """The piece with the highest sequence."""
        return self.ordered[-1]

    def assert_no_gap(self) -> None:
        """Sequences are 0, 1, 2 … without a gap."""
        assert [piece["sequence"] for piece in self.ordered] == list(range(len(self.ordered))), self.ordered


def _kind(message: Mapping[str, Any]) -> str | None:
    errors = (message.get("payload") or {}).get("errors") or [{}]
    return errors[0].get("errorType")
