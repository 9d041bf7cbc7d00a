"""Where SNS can be told to misbehave."""

from __future__ import annotations

from localaws.faults import Faults

DELIVER = "sns.deliver"


def declare(registry: Faults) -> None:
    """Announces SNS's fault point."""
    registry.declare(
        DELIVER,
        attributes=("topic", "function"),
        document="the message, if it is JSON (`$.id`)",
        kinds={
            "repeat": "the message is delivered `count` more times (default 1) with the same MessageId, as SNS may",
            "delay": "the message is delivered after `seconds`",
            "refuse": "the function's policy does not let the topic in: the message goes to the redrive queue",
        },
    )
