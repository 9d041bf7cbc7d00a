"""Where AppSync can be told to misbehave, and with what."""

from __future__ import annotations

from localaws.faults import Faults

HTTP = "appsync.http"
MESSAGE = "appsync.message"
CONNECTION = "appsync.connection"
API_KEY = "appsync.api-key"
ISSUER = "appsync.issuer"


def declare(faults: Faults) -> None:
    """Announces AppSync's fault points."""
    faults.declare(
        HTTP,
        attributes=("api", "operation"),
        document="the field's arguments (`$.input.id`)",
        kinds={
            "slow": "waits `milliseconds` (default 1000) before executing",
            "fail": "answers `status` (default 500) with `errorType` (default InternalFailure); nothing is executed",
            "throttle": "answers 429 TooManyRequestsException; nothing is executed",
            "errors": "answers 200 with null data and one error of `errorType` and `message`; nothing is executed",
            "lost-response": "executes and publishes, then answers `status` (default 500)",
            "time-limit": "makes the request's time limit `milliseconds` instead of 30 s",
        },
    )
    faults.declare(
        MESSAGE,
        attributes=("api", "operation"),
        document="the published value (`$.id`)",
        kinds={
            "drop": "the subscriber never gets the message",
            "repeat": "the subscriber gets it `copies` times (default 2)",
            "reorder": "it arrives after the next `places` messages (default 1) or `milliseconds` (default 2000)",
            "delay": "it arrives `milliseconds` later (default 1000); later messages are not held up",
            "cut": "the WebSocket is closed (code 1001) instead of delivering it",
        },
    )
    faults.declare(
        API_KEY,
        attributes=("api",),
        kinds={"later": "judges the caller's API key as if `days` had passed (default 365): it may have expired"},
    )
    faults.declare(
        ISSUER,
        attributes=("issuer",),
        kinds={"aged": "what was learnt of a token issuer counts as `seconds` older (default 900): it is asked again"},
    )
    faults.declare(
        CONNECTION,
        attributes=("api",),
        kinds={
            "refuse": "answers the handshake with HTTP 503",
            "silence": "accepts and acknowledges, then never sends anything again",
            "lifetime": "ends the connection after `milliseconds`, as AWS does after 24 h",
            "keep-alive": "sends ka every `milliseconds` instead of every 60 s",
        },
    )
