"""How CloudWatch Logs says that a text is wrong, and how local AWS says that it does not have something."""

from __future__ import annotations

from moto.logs.exceptions import LogsClientError

from localaws.operations import NOT_FAKED


def refused(what: str) -> LogsClientError:
    """Local AWS does not have it, so it says so instead of answering without it."""
    return LogsClientError(NOT_FAKED, f"local AWS does not provide {what}; see local/FAKED.md")


def malformed_query(message: str) -> LogsClientError:
    """The query breaks the language's rules."""
    return LogsClientError("MalformedQueryException", message)


def malformed_pattern(pattern: str, message: str) -> LogsClientError:
    """The filter pattern breaks its rules."""
    return LogsClientError("InvalidParameterException", f"Invalid filter pattern {pattern!r}: {message}")
