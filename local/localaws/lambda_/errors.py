"""What Lambda answers instead of an invocation."""

from __future__ import annotations


class LambdaError(Exception):
    """The invocation was not accepted: `code` is Lambda's error name, `status` its HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400, reason: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.reason = reason
        """`Reason` of TooManyRequestsException, for example ReservedFunctionConcurrentInvocationLimitExceeded."""
