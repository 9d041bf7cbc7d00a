"""One execution environment: a process running `bootstrap`, frozen whenever it waits for work.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html

Differs from AWS: the process runs as you, sees this machine's file system and network, and its memory and CPU are not
limited to the function's; /tmp is shared.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from localaws.http import ClientGone
from localaws.lambda_.function import Function
from localaws.lambda_.logs import LogStream
from localaws.lambda_.runtime_api import RuntimeApi

SHUTDOWN_GRACE_SECONDS = 0.5
"""What a process with an internal extension gets between SIGTERM and SIGKILL; without one it gets nothing."""

_TIED_TO_THIS_PROCESS = ("setpriv", "--pdeathsig", "KILL")
"""A function ends with the server even if that is killed."""


@dataclass
class Invocation:
    """One request on its way through a sandbox."""

    request_id: str
    payload: bytes
    invoked_arn: str
    trace_header: str
    deadline_ms: int = 0
    done: asyncio.Future[tuple[bytes, str | None]] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )
    """Resolves to the answer and, if the function reported an error, its type."""


class SandboxExited(Exception):  # noqa: N818 - mirrors Runtime.ExitError
    """The process ended when it should have been running."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


class InitFailed(Exception):  # noqa: N818 - the process said so itself
    """The process reported that it could not initialise."""

    def __init__(self, payload: bytes, error_type: str) -> None:
        super().__init__(error_type)
        self.payload = payload
        self.error_type = error_type


class Sandbox:
    """Start it, wait until it is ready, give it invocations one at a time, end it."""

    def __init__(self, function: Function, api: RuntimeApi, log: LogStream) -> None:
        self.function = function
        self.log = log
        self.idle_since = time.monotonic()
        """When it last asked for work. One that has waited too long is ended."""
        self.invocations = 0
        """How many were given to it."""
        self._api = api
        self._port = 0
        """Of its Runtime API, which serves this process alone; 0 before the start."""
        self._process: asyncio.subprocess.Process | None = None
        self._output = -1
        """Our end of the pipe that the process writes to; -1 where there is none."""
        self._partial = b""
        """The beginning of a line whose end has not been written yet."""
        self._waiting: asyncio.Future[Invocation] | None = None
        """The process's open request for work. Setting its result hands an invocation over."""
        self._current: Invocation | None = None
        """What the process works on."""
        self._ready = asyncio.Event()
        """Set while the process asks for work, and once it has said that it cannot start."""
        self._init_error: InitFailed | None = None
        self._has_extension = False
        self._ended = False
        """Its end was ordered; whatever follows is no crash."""
        self._gone = asyncio.Event()
        """Set once the process is no more."""
        self._exit_watch: asyncio.Task[int] | None = None
        """Ends with the process, with its exit status."""

    @property
    def alive(self) -> bool:
        """Whether the process runs (frozen counts)."""
        return self._process is not None and self._process.returncode is None and not self._ended

    async def start(self, folder: Path, environment: dict[str, str]) -> None:
        """Starts the process; it initialises on its own time, see wait_ready."""
        self._port = await self._api.open(self)
        environment = {**environment, "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self._port}"}
        command = [*_TIED_TO_THIS_PROCESS, str(folder / "bootstrap")]
        self._output, writer = os.pipe()
        os.set_blocking(self._output, False)
        try:
            self._process = await asyncio.create_subprocess_exec(
                *command,
                cwd=folder,
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=writer,
                stderr=writer,
                start_new_session=True,
            )
        finally:
            os.close(writer)
        asyncio.get_running_loop().add_reader(self._output, self._drain)
        self._exit_watch = asyncio.create_task(self._process.wait())

    async def wait_ready(self, seconds: float) -> None:
        """Waits for the process to ask for work. Raises TimeoutError, SandboxExited or InitFailed."""
        ready = asyncio.create_task(self._ready.wait())
        await self._first(ready, seconds)
        if self._init_error:
            raise self._init_error

    async def invoke(self, invocation: Invocation, seconds: float) -> tuple[bytes, str | None]:
        """Runs one invocation. Raises TimeoutError or SandboxExited; the sandbox is then of no more use."""
        if self._waiting is None:
            raise SandboxExited("no runtime is waiting for work")
        self.invocations += 1
        self._current = invocation
        self._thaw()
        waiting, self._waiting = self._waiting, None
        self._ready.clear()
        waiting.set_result(invocation)
        answer: tuple[bytes, str | None] = await self._first(invocation.done, seconds)
        self._drain()
        return answer

    async def settle(self, seconds: float) -> bool:
        """Waits until the process asks for the next invocation; False if it ends or does not within the time."""
        with contextlib.suppress(TimeoutError, SandboxExited):
            await self._first(asyncio.create_task(self._ready.wait()), seconds)
            return True
        return False

    async def _first(self, wanted: asyncio.Future[Any], seconds: float) -> Any:
        assert self._exit_watch is not None
        done, _ = await asyncio.wait(
            {wanted, self._exit_watch}, timeout=max(seconds, 0), return_when=asyncio.FIRST_COMPLETED
        )
        if wanted in done:
            return wanted.result()
        if isinstance(wanted, asyncio.Task):
            wanted.cancel()
        self._drain()
        if self._exit_watch in done:
            raise SandboxExited(_status(self._exit_watch.result()))
        raise TimeoutError

    def crash(self) -> None:
        """Kills the process under a running invocation, as a fault."""
        self._signal(signal.SIGKILL)

    async def kill(self) -> None:
        """Ends the process at once, as a timeout does."""
        if self._ended:
            return
        self._ended = True
        self._signal(signal.SIGKILL)
        await self._finish()

    async def shut_down(self) -> None:
        """Ends an idle sandbox as Lambda does: SIGTERM first if an extension is registered."""
        if self._ended:
            return
        self._ended = True
        if self._has_extension and self._process and self._process.returncode is None:
            self._thaw()
            self._signal(signal.SIGTERM)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._process.wait()), SHUTDOWN_GRACE_SECONDS)
        self._signal(signal.SIGKILL)
        await self._finish()

    async def _finish(self) -> None:
        if self._exit_watch:
            await self._exit_watch
        self._drain()
        if self._output >= 0:
            asyncio.get_running_loop().remove_reader(self._output)
            os.close(self._output)
            self._output = -1
        if self._waiting and not self._waiting.done():
            self._waiting.cancel()
        self._gone.set()
        self._api.close(self._port)

    def _signal(self, number: signal.Signals) -> None:
        if self._process and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)

    def _freeze(self) -> None:
        self._drain()
        self._signal(signal.SIGSTOP)

    def _thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _drain(self) -> None:
        """Reads what the process has written so far, so that log lines come before what happens next."""
        while self._output >= 0:
            try:
                chunk = os.read(self._output, 65536)
            except BlockingIOError:
                return
            if not chunk:
                asyncio.get_running_loop().remove_reader(self._output)
                if self._partial:
                    self.log.application(self._partial.decode(errors="replace"))
                    self._partial = b""
                return
            *lines, self._partial = (self._partial + chunk).split(b"\n")
            for line in lines:
                if line.strip():
                    self.log.application(line.decode(errors="replace"))

    # The functions below are the Runtime API: the process inside the sandbox calls them.

    async def next_invocation(self) -> tuple[bytes, dict[str, str]]:
        """The process is idle: it is frozen until there is work."""
        self.idle_since = time.monotonic()
        self._current = None
        self._waiting = asyncio.get_running_loop().create_future()
        self._ready.set()
        self._freeze()
        try:
            invocation = await self._waiting
        except asyncio.CancelledError:
            if not self._ended:
                raise
            # The process that asked for work was ended here, so its request gets no answer.
            raise ClientGone from None
        headers = {
            "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
            "Lambda-Runtime-Deadline-Ms": str(invocation.deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": invocation.invoked_arn,
            "Lambda-Runtime-Trace-Id": invocation.trace_header,
        }
        return invocation.payload, headers

    def responded(self, request_id: str, payload: bytes, error_type: str | None) -> bool:
        """Takes the answer to the running invocation."""
        current = self._current
        if current is None or current.request_id != request_id or current.done.done():
            return False
        self._drain()
        current.done.set_result((payload, error_type))
        return True

    def init_failed(self, payload: bytes, error_type: str) -> None:
        """Takes the process's own word that it cannot start."""
        self._init_error = InitFailed(payload, error_type)
        self._ready.set()

    def extension_registered(self, name: str, events: list[str]) -> None:  # noqa: ARG002 - Client's signature
        """From now on the process gets SIGTERM before it is killed."""
        self._has_extension = True

    async def next_extension_event(self) -> NoReturn:
        """Blocks until the process is gone: it learns of its end by SIGTERM, so there is never an event for it."""
        await self._gone.wait()
        raise ClientGone


def _status(code: int) -> str:
    return f"signal: {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"
