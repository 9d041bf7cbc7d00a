"""Faults of the model, as data: see GET /_local/faults for the kinds."""

from __future__ import annotations

from typing import Any

from localaws.bedrock import demo
from localaws.bedrock.script import Script
from localaws.faults import Fault, Faults
from localaws.http import Response
from localaws.operations import Operation

IN_STREAM = (
    "internalServerException",
    "modelStreamErrorException",
    "validationException",
    "throttlingException",
    "serviceUnavailableException",
)
"""The exceptions ConverseStream can send inside its stream."""


CONVERSE_STREAM = "bedrock.converse_stream"


def declare(registry: Faults) -> None:
    """Announces the model's fault point."""
    registry.declare(
        CONVERSE_STREAM,
        attributes=("model", "question", "function"),
        document="the request (`$.requestMetadata.id`)",
        kinds={
            "error": "refused before the stream with the error `code` (such as ThrottlingException) and `message`",
            "exception": f"an exception inside the stream after `after` deltas: `code` one of {', '.join(IN_STREAM)}",
            "cut": "the connection is closed in the middle of a frame after `after` deltas",
            "silent": "after `after` deltas nothing more comes for `seconds` (3600), then the connection closes",
            "late": "the response starts after `seconds`",
            "no_message_stop": "after `after` deltas the stream ends cleanly, without messageStop",
            "empty": "the model says nothing and ends its turn",
            "stop": "after `after` deltas the model stops with `reason`, such as content_filtered",
            "guardrail": "after `after` deltas a guardrail intervenes and says `message`",
            "say": "the model says exactly `text`, or each of `pieces` as a delta, and stops with `reason` "
            "(end_turn), at the model's pace or the one given as for `pace`",
            "pace": "the first token after `first_token_seconds`, then `tokens_per_second`, `tokens_per_event`",
        },
    )


def refusal(fault: Fault | None, operation: Operation) -> Response | None:
    """The answer to a request that is refused before its stream starts."""
    if fault is None or fault.kind != "error":
        return None
    code = str(fault.parameters.get("code", "ThrottlingException"))
    message = str(fault.parameters.get("message", "Too many requests, please wait before trying again."))
    return operation.error(code, message, fault.parameters.get("status"))


def apply(fault: Fault | None, script: Script, parameters: dict[str, Any]) -> None:
    """Rewrites the script as the fault says."""
    if fault is None:
        return
    given = fault.parameters
    after = int(given.get("after", 3))
    match fault.kind:
        case "exception":
            code = str(given.get("code", "modelStreamErrorException"))
            script.after, script.ending = after, "exception"
            script.exception = (code, {"message": str(given.get("message", "The model failed."))})
        case "cut" | "no_message_stop":
            script.after, script.ending = after, fault.kind
        case "silent":
            script.after, script.ending = after, "silent"
            script.silent_seconds = float(given.get("seconds", 3600))
        case "late":
            script.late_seconds = float(given["seconds"])
        case "empty":
            script.pieces = []
        case "stop":
            del script.pieces[after * script.tokens_per_event :]
            script.stop_reason = str(given["reason"])
        case "guardrail":
            del script.pieces[after * script.tokens_per_event :]
            intervene(script, parameters, str(given.get("message", "This answer was blocked.")), keep=True)
        case "say":
            script.pieces = [str(piece) for piece in given.get("pieces", [])] or demo.tokens(str(given["text"]))
            script.tokens_per_event = 1 if "pieces" in given else script.tokens_per_event
            script.stop_reason = str(given.get("reason", "end_turn"))
            _pace(script, given)
        case "pace":
            _pace(script, given)


def _pace(script: Script, given: dict[str, Any]) -> None:
    """Where a fault names a pace, that replaces the model's own."""
    script.first_token_seconds = float(given.get("first_token_seconds", script.first_token_seconds))
    script.tokens_per_second = float(given.get("tokens_per_second", script.tokens_per_second))
    script.tokens_per_event = int(given.get("tokens_per_event", script.tokens_per_event))


def intervene(script: Script, parameters: dict[str, Any], message: str, *, keep: bool = False) -> None:
    """A guardrail blocks the answer: its message follows what was said (`keep`) or stands in its place."""
    blocked = demo.tokens(message)
    script.pieces = [*script.pieces, *blocked] if keep else blocked
    script.stop_reason = "guardrail_intervened"
    config = parameters.get("guardrailConfig") or {}
    if config.get("trace", "disabled") != "disabled":
        policy = {"topics": [{"name": "demo", "type": "DENY", "action": "BLOCKED"}]}
        identifier = str(config.get("guardrailIdentifier", "demo"))
        script.trace = {"inputAssessment": {identifier: {"topicPolicy": policy}}}
