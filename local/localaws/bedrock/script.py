"""What a model will do in one conversation: the events it sends, when, and how it ends."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from localaws.bedrock import demo, frames
from localaws.bedrock.models import Model
from localaws.http import Hangup

SCANNED_TOKENS = 50
"""A guardrail in sync mode holds text back until this much of it has been assessed."""

CHARACTERS_PER_TOKEN = 4


@dataclass
class Script:
    """One answer to be played."""

    pieces: list[str]
    """Tokens, in order."""
    stop_reason: str
    input_tokens: int
    first_token_seconds: float
    tokens_per_second: float
    tokens_per_event: int
    late_seconds: float = 0
    """Before even the response headers."""
    after: int | None = None
    """Number of events with text after which `ending` happens; None is after the last."""
    ending: str = "complete"
    """complete, cut, silent, no_message_stop, exception."""
    exception: tuple[str, dict[str, Any]] = field(default_factory=lambda: ("", {}))
    silent_seconds: float = 3600
    trace: dict[str, Any] | None = None
    """The guardrail's trace, if one was asked for and it has something to say."""

    async def play(self) -> AsyncIterator[bytes]:
        """The frames, each at its time. Raises Hangup where the connection is to be cut."""
        began = time.monotonic()
        yield frames.event("messageStart", {"role": "assistant"})
        for number, (text, due) in enumerate(self._events()):
            if self.after is not None and number >= self.after:
                break
            await asyncio.sleep(max(0.0, began + due - time.monotonic()))
            yield frames.event("contentBlockDelta", {"delta": {"text": text}, "contentBlockIndex": 0})
        async for frame in self._end(began):
            yield frame

    async def _end(self, began: float) -> AsyncIterator[bytes]:
        if self.ending == "silent":
            await asyncio.sleep(self.silent_seconds)
            raise Hangup
        if self.ending == "cut":
            frame = frames.event("contentBlockDelta", {"delta": {"text": "never"}, "contentBlockIndex": 0})
            yield frame[: len(frame) // 2]
            raise Hangup
        if self.ending == "exception":
            yield frames.exception(*self.exception)
            return
        if self.ending == "no_message_stop":
            return
        if self.pieces:
            yield frames.event("contentBlockStop", {"contentBlockIndex": 0})
        yield frames.event("messageStop", {"stopReason": self.stop_reason})
        output = len(self.pieces)
        usage = {"inputTokens": self.input_tokens, "outputTokens": output, "totalTokens": self.input_tokens + output}
        metadata: dict[str, Any] = {
            "usage": usage,
            "metrics": {"latencyMs": int((time.monotonic() - began) * 1000)},
        }
        if self.trace:
            metadata["trace"] = {"guardrail": self.trace}
        yield frames.event("metadata", metadata)

    def _events(self) -> list[tuple[str, float]]:
        """Texts of the deltas and the seconds after the start at which each is due."""
        step = max(1, self.tokens_per_event)
        events = []
        for start in range(0, len(self.pieces), step):
            end = min(start + step, len(self.pieces))
            due = self.first_token_seconds + (end - 1) / self.tokens_per_second
            events.append(("".join(self.pieces[start:end]), due))
        return events


def write(model: Model, parameters: dict[str, Any]) -> Script:
    """The demo model's script for a request."""
    question = last_question(parameters)
    system = " ".join(block.get("text", "") for block in parameters.get("system") or [])
    pieces = demo.tokens(demo.answer(question, system))
    script = Script(
        pieces=pieces,
        stop_reason="end_turn",
        input_tokens=input_tokens(parameters),
        first_token_seconds=model.first_token_seconds,
        tokens_per_second=model.tokens_per_second,
        tokens_per_event=model.tokens_per_event,
    )
    inference = parameters.get("inferenceConfig") or {}
    _stop_at_sequences(script, inference.get("stopSequences") or [])
    limit(script, inference.get("maxTokens"))
    return script


def limit(script: Script, max_tokens: int | None) -> None:
    """Ends the answer at maxTokens."""
    if max_tokens is not None and len(script.pieces) > max_tokens:
        del script.pieces[max_tokens:]
        script.stop_reason = "max_tokens"


def last_question(parameters: dict[str, Any]) -> str:
    """The text of the last user message."""
    for message in reversed(parameters.get("messages") or []):
        if message.get("role") == "user":
            return "\n".join(block.get("text", "") for block in message.get("content") or [])
    return ""


def input_tokens(parameters: dict[str, Any]) -> int:
    """About a token for every four characters of the request's texts."""
    texts = json.dumps([parameters.get("system"), parameters.get("messages")], ensure_ascii=False, default=str)
    return max(1, len(texts) // CHARACTERS_PER_TOKEN)


def _stop_at_sequences(script: Script, sequences: list[str]) -> None:
    text = "".join(script.pieces)
    found = [text.index(sequence) for sequence in sequences if sequence in text]
    if found:
        script.pieces = demo.tokens(text[: min(found)])
        script.stop_reason = "stop_sequence"
