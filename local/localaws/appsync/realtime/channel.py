"""The sending side of one WebSocket: a queue, so that publishing never waits for a slow reader."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from localaws.faults import Fault
from localaws.http import Send

QUEUE_LIMIT = 10_000
"""Messages waiting for a reader that does not read; the connection is closed at more."""

GOING_AWAY = 1001
POLICY_VIOLATION = 1008


class Channel:
    """Queues messages and sends them in order."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._queue: asyncio.Queue[str | int] = asyncio.Queue()
        self._held: list[tuple[int, str]] = []
        """Messages a `reorder` fault keeps back, with how many others go first."""
        self.is_silent = False
        """A `silence` fault: nothing is sent any more."""

    def say(self, kind: str, identifier: str | None = None, payload: Any = None) -> None:
        """Queues a protocol message."""
        message: dict[str, Any] = {"type": kind}
        if identifier is not None:
            message["id"] = identifier
        if payload is not None:
            message["payload"] = payload
        self._put(json.dumps(message))

    def errors(self, kind: str, errors: list[dict[str, Any]], identifier: str | None = None) -> None:
        """Queues an `error` or `connection_error`."""
        self.say(kind, identifier, {"errors": errors})

    def close(self, code: int = 1000) -> None:
        """Closes the socket once everything queued is sent."""
        self._queue.put_nowait(code)

    def data(self, identifier: str, payload: dict[str, Any], fault: Fault | None) -> None:
        """Queues a `data` message, or acts out the fault."""
        text = json.dumps({"id": identifier, "type": "data", "payload": payload})
        if fault is None:
            self._put_counted(text)
            return
        wanted = fault.parameters
        loop = asyncio.get_running_loop()
        match fault.kind:
            case "repeat":
                for _ in range(wanted.get("copies", 2)):
                    self._put_counted(text)
            case "delay":
                loop.call_later(wanted.get("milliseconds", 1000) / 1000, self._put, text)
            case "reorder":
                held = wanted.get("places", 1), text
                self._held.append(held)
                loop.call_later(wanted.get("milliseconds", 2000) / 1000, self._release, held)
            case "cut":
                self.close(GOING_AWAY)

    async def run(self) -> None:
        """Sends until closed."""
        while True:
            item = await self._queue.get()
            if isinstance(item, int):
                await self._send({"type": "websocket.close", "code": item})
                return
            await self._send({"type": "websocket.send", "text": item})

    def _put_counted(self, text: str) -> None:
        self._put(text)
        waiting, self._held = self._held, []
        for places, held in waiting:
            if places <= 1:
                self._put(held)
            else:
                self._held.append((places - 1, held))

    def _release(self, held: tuple[int, str]) -> None:
        for entry in self._held:
            if entry[1] is held[1]:
                self._held.remove(entry)
                self._put(held[1])
                return

    def _put(self, text: str) -> None:
        if self.is_silent:
            return
        if self._queue.qsize() >= QUEUE_LIMIT:
            self.close(POLICY_VIOLATION)
            return
        self._queue.put_nowait(text)
