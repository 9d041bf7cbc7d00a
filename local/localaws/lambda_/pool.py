"""The sandboxes of every function: which are idle, how many run, when they end."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter, defaultdict
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from localaws.lambda_.errors import LambdaError
from localaws.lambda_.function import Function, exists
from localaws.lambda_.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ACCOUNT_CONCURRENCY = 1000
"""The default quota of a region."""
IDLE_SECONDS = 300.0
SWEEP_SECONDS = 10.0

Key = tuple[str, str]
"""Region and function name."""


class Pool:
    """Counts concurrency and keeps idle sandboxes for reuse."""

    def __init__(self) -> None:
        self._idle: dict[Key, list[Sandbox]] = defaultdict(list)
        self._busy: set[Sandbox] = set()
        self._running: Counter[Key] = Counter()
        self._sweeper: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def slot(self, function: Function) -> AsyncIterator[None]:
        """Holds one unit of concurrency. Raises LambdaError if the function or the account has none left."""
        key = (function.region, function.name)
        limit = function.reserved_concurrency
        if limit is not None and self._running[key] >= limit:
            raise LambdaError(
                "TooManyRequestsException", "Rate Exceeded.", 429, "ReservedFunctionConcurrentInvocationLimitExceeded"
            )
        if self._running.total() >= ACCOUNT_CONCURRENCY:
            raise LambdaError("TooManyRequestsException", "Rate Exceeded.", 429, "ConcurrentInvocationLimitExceeded")
        self._running[key] += 1
        try:
            yield
        finally:
            self._running[key] -= 1

    def take_idle(self, function: Function) -> Sandbox | None:
        """The most recently used idle sandbox that still matches the configuration."""
        idle = self._idle[function.region, function.name]
        while idle:
            sandbox = idle.pop()
            if sandbox.alive and sandbox.function.revision == function.revision:
                self._busy.add(sandbox)
                return sandbox
            self._end_soon(sandbox)
        return None

    def adopt(self, sandbox: Sandbox) -> None:
        """Takes responsibility for a sandbox that is starting."""
        self._busy.add(sandbox)
        if self._sweeper is None or self._sweeper.done():
            self._sweeper = asyncio.create_task(self._sweep())

    def release(self, sandbox: Sandbox) -> None:
        """Gives an idle sandbox back."""
        self._busy.discard(sandbox)
        self._idle[sandbox.function.region, sandbox.function.name].append(sandbox)

    async def discard(self, sandbox: Sandbox) -> None:
        """Ends a sandbox that is of no more use."""
        self._busy.discard(sandbox)
        await sandbox.kill()

    async def close(self) -> None:
        """Ends every sandbox; running invocations fail."""
        if self._sweeper:
            self._sweeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._sweeper
            self._sweeper = None
        idle = [sandbox for sandboxes in self._idle.values() for sandbox in sandboxes]
        busy = list(self._busy)
        self._idle.clear()
        self._busy.clear()
        await asyncio.gather(*(s.shut_down() for s in idle), *(s.kill() for s in busy))

    def _end_soon(self, sandbox: Sandbox) -> None:
        self._busy.add(sandbox)

        async def end() -> None:
            await sandbox.shut_down()
            self._busy.discard(sandbox)

        task = asyncio.create_task(end())
        task.add_done_callback(lambda _: None)

    async def _sweep(self) -> None:
        """Ends sandboxes that were idle too long or whose function is gone."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            for (region, name), sandboxes in list(self._idle.items()):
                gone = not exists(name, region)
                for sandbox in list(sandboxes):
                    if gone or time.monotonic() - sandbox.idle_since > IDLE_SECONDS:
                        sandboxes.remove(sandbox)
                        self._end_soon(sandbox)
