"""Runs one invocation to its end: cold start or reuse, the function's timeout, what went wrong, and the log lines.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from typing import Any

from localaws.cloudwatch import metrics
from localaws.context import Context
from localaws.faults import Fault
from localaws.lambda_ import environment
from localaws.lambda_.code import CodeError, unpack
from localaws.lambda_.function import Function
from localaws.lambda_.logs import LogStream, now, stamp
from localaws.lambda_.pool import Pool
from localaws.lambda_.result import InvokeResult
from localaws.lambda_.runtime_api import RuntimeApi
from localaws.lambda_.sandbox import InitFailed, Invocation, Sandbox, SandboxExited

INIT_SECONDS = 10.0
"""The limit of the first initialisation; a second try runs under the function's own timeout."""

SETTLE_SECONDS = 2.0
"""How long a process may keep working after its answer before its sandbox is given up."""


class Executor:
    """Runs invocations in sandboxes."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._api = RuntimeApi()
        self.pool = Pool()

    async def run(
        self, function: Function, request_id: str, payload: bytes, trace_header: str | None, fault: Fault | None
    ) -> InvokeResult:
        """Runs one invocation. Raises LambdaError if there is no concurrency left or the code cannot start."""
        async with self.pool.slot(function):
            run = _Run(self._context, self._api, self.pool, function, request_id)
            return await run.run(payload, trace_header or _new_trace_header(function), fault)


class _Run:
    """The state of one invocation."""

    def __init__(self, context: Context, api: RuntimeApi, pool: Pool, function: Function, request_id: str) -> None:
        self._context = context
        self._api = api
        self._pool = pool
        self._function = function
        self._request_id = request_id
        self._init_ms: float | None = None
        self._status: str | None = None
        """None, `error` (the function said so and lives on), `timeout` or `failure` (the process is gone)."""

    async def run(self, payload: bytes, trace_header: str, fault: Fault | None) -> InvokeResult:
        kind = fault.kind if fault else None
        sandbox = None if kind == "cold" else self._pool.take_idle(self._function)
        started = time.monotonic()
        deadline = started + self._function.timeout
        failure: dict[str, str] | None = None
        if sandbox is None:
            sandbox, failure = await self._cold_start()
            if self._init_ms is not None and failure is None:
                # A first initialisation that succeeded does not count against the function's timeout.
                started = time.monotonic()
                deadline = started + self._function.timeout
        sandbox.log.start_tail()
        self._start_line(sandbox.log)
        invocation = Invocation(self._request_id, payload, self._function.invoked_arn, trace_header)
        invocation.deadline_ms = int((time.time() + deadline - time.monotonic()) * 1000)
        if kind == "kill" and fault:
            asyncio.get_running_loop().call_later(float(fault.parameters.get("seconds", 0)), sandbox.crash)
        result = await self._attempt(sandbox, invocation, deadline, failure)
        await self._finish(sandbox, result, (time.monotonic() - started) * 1000)
        return result

    async def _attempt(
        self, sandbox: Sandbox, invocation: Invocation, deadline: float, failure: dict[str, str] | None
    ) -> InvokeResult:
        if failure is not None:
            return self._failed(failure, "failure")
        try:
            payload, error_type = await sandbox.invoke(invocation, deadline - time.monotonic())
        except TimeoutError:
            seconds = f"{self._function.timeout:.2f}"
            text = f"{self._request_id} Task timed out after {seconds} seconds"
            sandbox.log.platform(f"{stamp(now())} {text}", "runtimeDone", self._record(status="timeout"), "WARN")
            message = f"RequestId: {self._request_id} Error: Task timed out after {seconds} seconds"
            return self._failed({"errorType": "Sandbox.Timedout", "errorMessage": message}, "timeout")
        except SandboxExited as exited:
            return self._failed(_exit_error(self._request_id, exited, sandbox.log), "failure")
        if error_type is not None:
            self._status = "error"
            return InvokeResult(200, payload, "Unhandled", self._function.version)
        return InvokeResult(200, payload, None, self._function.version)

    async def _finish(self, sandbox: Sandbox, result: InvokeResult, milliseconds: float) -> None:
        usable = self._status not in ("timeout", "failure") and await sandbox.settle(SETTLE_SECONDS)
        self._end_lines(sandbox.log, milliseconds)
        result.log_tail = sandbox.log.tail()
        self._measure(milliseconds, failed=result.function_error is not None)
        if usable:
            self._pool.release(sandbox)
        else:
            await self._pool.discard(sandbox)

    def _failed(self, document: dict[str, str], status: str) -> InvokeResult:
        self._status = status
        return InvokeResult(200, json.dumps(document).encode(), "Unhandled", self._function.version)

    async def _cold_start(self) -> tuple[Sandbox, dict[str, str] | None]:
        """A ready sandbox; or, after two failed initialisations, an ended one and the error to answer with."""
        failure: dict[str, str] | None = None
        try:
            folder = await asyncio.to_thread(unpack, self._function, self._context.settings.state_dir)
        except CodeError as error:
            sandbox = Sandbox(self._function, self._api, LogStream(self._function, self._context.guard))
            return sandbox, self._init_failure(error, sandbox, 0, "init")
        for limit, phase in ((INIT_SECONDS, "init"), (float(self._function.timeout), "invoke")):
            log = LogStream(self._function, self._context.guard)
            sandbox = Sandbox(self._function, self._api, log)
            self._pool.adopt(sandbox)
            variables = environment.build(self._function, folder, log.name, self._context)
            began = time.monotonic()
            try:
                await sandbox.start(folder, variables)
                await sandbox.wait_ready(limit)
            except (TimeoutError, SandboxExited, InitFailed, OSError) as error:
                milliseconds = (time.monotonic() - began) * 1000
                failure = self._init_failure(error, sandbox, milliseconds, phase)
                await self._pool.discard(sandbox)
                continue
            if phase == "init":
                self._init_ms = (time.monotonic() - began) * 1000
            return sandbox, None
        return sandbox, failure

    def _init_failure(self, error: Exception, sandbox: Sandbox, milliseconds: float, phase: str) -> dict[str, str]:
        status = "timeout" if isinstance(error, TimeoutError) else "error"
        record = {"initializationType": "on-demand", "phase": phase, "status": status}
        record["metrics"] = {"durationMs": round(milliseconds, 3)}  # type: ignore[assignment]
        line = f"INIT_REPORT Init Duration: {milliseconds:.2f} ms\tPhase: {phase}\tStatus: {status}"
        match error:
            case InitFailed():
                line += f"\tError Type: {error.error_type}"
                document: dict[str, str] = json.loads(error.payload or b"{}")
                document.setdefault("errorType", error.error_type)
            case SandboxExited():
                line += "\tError Type: Runtime.ExitError"
                document = _exit_error(self._request_id, error, sandbox.log)
            case TimeoutError():
                seconds = f"{self._function.timeout:.2f}"
                message = f"RequestId: {self._request_id} Error: Task timed out after {seconds} seconds"
                document = {"errorType": "Sandbox.Timedout", "errorMessage": message}
            case _:
                line += "\tError Type: Runtime.InvalidEntrypoint"
                message = f"RequestId: {self._request_id} Error: {error}"
                document = {"errorType": "Runtime.InvalidEntrypoint", "errorMessage": message}
        sandbox.log.platform(line, "initReport", record, "WARN")
        return document

    def _record(self, **members: Any) -> dict[str, Any]:
        return {"requestId": self._request_id, **members}

    def _start_line(self, log: LogStream) -> None:
        text = f"START RequestId: {self._request_id} Version: {self._function.version}"
        log.platform(text, "start", self._record(version=self._function.version))

    def _end_lines(self, log: LogStream, milliseconds: float) -> None:
        billed = int(milliseconds + (self._init_ms or 0)) + 1
        measured: dict[str, Any] = {
            "durationMs": round(milliseconds, 3),
            "billedDurationMs": billed,
            "memorySizeMB": self._function.memory_mb,
        }
        report = (
            f"REPORT RequestId: {self._request_id}\tDuration: {milliseconds:.2f} ms\tBilled Duration: {billed} ms\t"
            f"Memory Size: {self._function.memory_mb} MB"
        )
        if self._init_ms is not None:
            measured["initDurationMs"] = round(self._init_ms, 3)
            report += f"\tInit Duration: {self._init_ms:.2f} ms"
        if self._status in ("timeout", "failure"):
            report += f"\tStatus: {'timeout' if self._status == 'timeout' else 'error'}"
        if self._function.log_format == "Text":
            log.platform(f"END RequestId: {self._request_id}", "end", {})
        level = "INFO" if self._status is None else "WARN"
        log.platform(report, "report", self._record(metrics=measured, status=self._status or "success"), level)

    def _measure(self, milliseconds: float, *, failed: bool) -> None:
        region, dimensions = self._function.region, {"FunctionName": self._function.name}
        metrics.put(region, "AWS/Lambda", "Invocations", 1, "Count", dimensions)
        metrics.put(region, "AWS/Lambda", "Errors", 1 if failed else 0, "Count", dimensions)
        metrics.put(region, "AWS/Lambda", "Duration", milliseconds, "Milliseconds", dimensions)


def _exit_error(request_id: str, exited: SandboxExited, log: LogStream) -> dict[str, str]:
    message = f"RequestId: {request_id} Error: Runtime exited with error: {exited.status}"
    if exited.status == "exit status 0":
        message = f"RequestId: {request_id} Error: Runtime exited without providing a reason"
    record = {"requestId": request_id, "status": "failure", "errorType": "Runtime.ExitError"}
    log.platform(f"{message}\nRuntime.ExitError", "runtimeDone", record, "WARN")
    return {"errorType": "Runtime.ExitError", "errorMessage": message}


def _new_trace_header(function: Function) -> str:
    sampled = 1 if function.tracing == "Active" else 0
    root = f"1-{int(time.time()):08x}-{secrets.token_hex(12)}"
    return f"Root={root};Parent={secrets.token_hex(8)};Sampled={sampled}"
