"""Lambda's queue of asynchronous events: retries, age, and what becomes of events that fail.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html

Differs from AWS: an event is delivered once unless the fault `lambda.async` repeats it; the queue does not outlive the
server.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from localaws.authorization.guard import Guard
from localaws.cloudwatch import metrics
from localaws.faults import Fault, Faults
from localaws.lambda_ import destinations
from localaws.lambda_.errors import LambdaError
from localaws.lambda_.faults import ASYNC
from localaws.lambda_.function import Function, find
from localaws.lambda_.result import InvokeResult

log = logging.getLogger(__name__)

RETRY_SECONDS = (60.0, 120.0)
"""Between the first and second, and the second and third try of an event whose function failed."""

FIRST_THROTTLE_SECONDS = 1.0
MAX_THROTTLE_SECONDS = 300.0
"""Throttles and system errors are retried with this exponential backoff until the event is too old."""

Run = Callable[[Function, str, bytes, str | None], Awaitable[InvokeResult]]


@dataclass
class Event:
    """One queued event."""

    function: str
    region: str
    qualifier: str | None
    request_id: str
    payload: bytes
    trace_header: str | None


class AsyncQueue:
    """Carries queued events to their functions."""

    def __init__(self, run: Run, faults: Faults, guard: Guard) -> None:
        self._run = run
        self._faults = faults
        self._guard = guard
        self._tasks: set[asyncio.Task[None]] = set()

    def put(self, event: Event) -> None:
        """Queues an event; returns at once."""
        fault = self._faults.take(ASYNC, event.payload, function=event.function)
        copies = 1 + int(fault.parameters.get("count", 1)) if fault and fault.kind == "repeat" else 1
        for _ in range(copies):
            task = asyncio.create_task(self._deliver(event, fault))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Drops every event that is still queued."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _deliver(self, event: Event, fault: Fault | None) -> None:
        try:
            await self._try_until_done(event, fault)
        except LambdaError as error:
            log.warning("an event for %s was dropped: %s", event.function, error.message)
        except Exception:
            log.exception("an event for %s was lost to a fault of local AWS", event.function)

    async def _try_until_done(self, event: Event, fault: Fault | None) -> None:
        born = time.monotonic() - (float(fault.parameters["seconds"]) if fault and fault.kind == "aged" else 0)
        attempts, last, throttle_seconds = 0, None, FIRST_THROTTLE_SECONDS
        while True:
            function = find(event.function, event.region, event.qualifier)
            left = function.asynchronous.max_age_seconds - (time.monotonic() - born)
            if left <= 0:
                metrics.put(
                    event.region, "AWS/Lambda", "AsyncEventsDropped", 1, "Count", {"FunctionName": function.name}
                )
                await self._failed(function, event, "EventAgeExceeded", attempts, last)
                return
            try:
                last = await self._run(function, event.request_id, event.payload, event.trace_header)
            except LambdaError as error:
                if error.status != 429 and error.status < 500:
                    raise
                await asyncio.sleep(min(throttle_seconds, left))
                throttle_seconds = min(2 * throttle_seconds, MAX_THROTTLE_SECONDS)
                continue
            attempts += 1
            if last.function_error is None:
                await self._succeeded(function, event, attempts, last)
                return
            if attempts > function.asynchronous.retries:
                await self._failed(function, event, "RetriesExhausted", attempts, last)
                return
            delay = RETRY_SECONDS[attempts - 1]
            if fault and fault.kind == "retry_after":
                delay = float(fault.parameters["seconds"])
            await asyncio.sleep(min(delay, left))

    async def _succeeded(self, function: Function, event: Event, attempts: int, last: InvokeResult) -> None:
        target = function.asynchronous.on_success
        if target:
            document = destinations.record(function, event.request_id, event.payload, "Success", attempts, last)
            await destinations.deliver(self._guard, function, target, document)

    async def _failed(
        self, function: Function, event: Event, condition: str, attempts: int, last: InvokeResult | None
    ) -> None:
        target = function.asynchronous.on_failure
        if target:
            document = destinations.record(function, event.request_id, event.payload, condition, attempts, last)
            await destinations.deliver(self._guard, function, target, document)
        if function.asynchronous.dead_letter:
            await destinations.dead_letter(self._guard, function, event.request_id, event.payload, last)
