"""Where Lambda can be told to misbehave."""

from __future__ import annotations

from localaws.faults import Faults

INVOKE = "lambda.invoke"
ASYNC = "lambda.async"


def declare(registry: Faults) -> None:
    """Announces Lambda's fault points."""
    registry.declare(
        INVOKE,
        attributes=("function",),
        document="the event (`$.Records[0].Sns.Message.id`)",
        kinds={
            "throttle": "Lambda answers TooManyRequestsException; queued events wait and are tried again",
            "service_error": "Lambda answers ServiceException, a 500",
            "delay": "the function is started after `seconds`",
            "kill": "the sandbox dies `seconds` into the invocation",
            "cold": "a new sandbox is started although one is idle",
        },
    )
    registry.declare(
        ASYNC,
        attributes=("function",),
        document="the event (`$.Records[0].Sns.Message.id`)",
        kinds={
            "repeat": "the event is handed to the function `count` more times (default 1), as AWS may",
            "retry_after": "a failed event is retried after `seconds` instead of one and two minutes",
            "aged": "the event counts as having waited `seconds` already",
        },
    )
