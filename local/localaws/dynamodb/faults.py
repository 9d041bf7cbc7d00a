"""Where DynamoDB can be told to misbehave."""

from __future__ import annotations

from localaws.faults import Faults

CALL = "dynamodb.call"
EXPIRY = "dynamodb.expiry"


def declare(registry: Faults) -> None:
    """Announces DynamoDB's fault points."""
    registry.declare(
        CALL,
        attributes=("operation", "table", "function"),
        document="the request (`$.Key.id.S`)",
        kinds={
            "slow": "waits `milliseconds` (default 1000) before the call is done",
            "throttle": "answers ThrottlingException; nothing is done",
            "fail": "answers `status` (default 500) with `code` (default InternalServerError); nothing is done",
            "lost-response": "does the call, then closes the connection in the middle of the answer",
        },
    )
    registry.declare(
        EXPIRY,
        attributes=("table",),
        kinds={"due": "at the next call expired items are deleted, those of the next `seconds` (default 0) too"},
    )
