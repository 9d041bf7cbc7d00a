"""The entry point to Lambda's data plane."""

from __future__ import annotations

from dataclasses import dataclass

from localaws.context import Context
from localaws.settings import ACCOUNT_ID


@dataclass(frozen=True)
class InvokeResult:
    """What an accepted invocation came to."""

    status: int
    """200 after RequestResponse, 202 after Event, 204 after DryRun."""
    payload: bytes
    """The function's answer, or its error document `{"errorMessage", "errorType", …}`."""
    function_error: str | None = None
    """`Unhandled` if the function failed (its error, a timeout, a crash), else None."""
    executed_version: str = "$LATEST"
    log_tail: str = ""
    """The last 4 KB of log of this invocation, as LogType=Tail returns it (not base64 here)."""


class LambdaService:
    """Invokes functions of this account. Use it on the server's event loop."""

    def __init__(self, context: Context) -> None:
        self._context = context

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
        raise NotImplementedError

    async def close(self) -> None:
        """Ends every sandbox."""
