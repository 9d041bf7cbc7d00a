"""The entry point to Lambda's data plane."""

from __future__ import annotations

import asyncio
import json
import uuid

from localaws.cloudwatch import metrics
from localaws.context import Context
from localaws.lambda_ import faults
from localaws.lambda_.asynchronous import AsyncQueue, Event
from localaws.lambda_.errors import LambdaError
from localaws.lambda_.execution import Executor
from localaws.lambda_.function import Function, find
from localaws.lambda_.result import InvokeResult
from localaws.settings import ACCOUNT_ID

MAX_SYNC_BYTES = 6 * 1024 * 1024
MAX_ASYNC_BYTES = 1024 * 1024
"""https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""


class LambdaService:
    """Invokes functions of this account. Use it on the server's event loop."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._executor = Executor(context)
        self._queue = AsyncQueue(self._run, context.faults, context.guard)
        faults.declare(context.faults)

    async def invoke(
        self,
        function: str,
        payload: bytes,
        *,
        invocation_type: str = "RequestResponse",
        region: str,
        account_id: str = ACCOUNT_ID,
        qualifier: str | None = None,
        trace_header: str | None = None,
    ) -> InvokeResult:
        """Invokes a function given by name, partial ARN or ARN (with or without a qualifier).

        `invocation_type` is RequestResponse (waits for the answer), Event (queued; returns at once) or DryRun.
        Raises LambdaError where Lambda refuses the call; a function that fails is a result, not an exception.
        """
        if account_id != ACCOUNT_ID:
            raise LambdaError("AccessDeniedException", f"account {account_id} is not {ACCOUNT_ID}", 403)
        target = find(function, region, qualifier)
        _check_payload(payload, MAX_ASYNC_BYTES if invocation_type == "Event" else MAX_SYNC_BYTES)
        if invocation_type == "DryRun":
            return InvokeResult(204, b"")
        request_id = str(uuid.uuid4())
        if invocation_type == "Event":
            event_qualifier = target.invoked_arn.split(":")[7] if target.invoked_arn.count(":") == 7 else None
            self._queue.put(Event(target.name, target.region, event_qualifier, request_id, payload, trace_header))
            return InvokeResult(202, b"")
        return await self._run(target, request_id, payload, trace_header)

    async def close(self) -> None:
        """Ends every sandbox and drops every queued event."""
        await self._queue.close()
        await self._executor.pool.close()

    async def _run(self, function: Function, request_id: str, payload: bytes, trace_header: str | None) -> InvokeResult:
        fault = self._context.faults.take(faults.INVOKE, payload, function=function.name)
        if fault and fault.kind == "delay":
            await asyncio.sleep(float(fault.parameters["seconds"]))
        try:
            if fault and fault.kind == "throttle":
                raise LambdaError("TooManyRequestsException", "Rate Exceeded.", 429, "CallerRateLimitExceeded")
            if fault and fault.kind == "service_error":
                raise LambdaError("ServiceException", "An error occurred and the request cannot be processed.", 500)
            return await self._executor.run(function, request_id, payload or b"{}", trace_header, fault)
        except LambdaError as error:
            if error.status == 429:
                dimensions = {"FunctionName": function.name}
                metrics.put(function.region, "AWS/Lambda", "Throttles", 1, "Count", dimensions)
            raise


def _check_payload(payload: bytes, limit: int) -> None:
    if len(payload) > limit:
        raise LambdaError(
            "RequestTooLargeException", f"{len(payload)} byte payload is too large for the limit of {limit} bytes", 413
        )
    if payload:
        try:
            json.loads(payload)
        except ValueError as error:
            message = f"Could not parse request body into json: {error}"
            raise LambdaError("InvalidRequestContentException", message, 400) from None
