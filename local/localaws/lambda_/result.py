"""What an accepted invocation came to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class InvokeResult:
    """The outcome of one invocation."""

    status: int
    """200 after RequestResponse, 202 after Event, 204 after DryRun."""
    payload: bytes
    """The function's answer, or its error document `{"errorMessage", "errorType", …}`."""
    function_error: str | None = None
    """`Unhandled` if the function failed (its error, a timeout, a crash), else None."""
    executed_version: str = "$LATEST"
    log_tail: str = ""
    """The last 4 KB of log of this invocation, as LogType=Tail returns it (not base64 here)."""
