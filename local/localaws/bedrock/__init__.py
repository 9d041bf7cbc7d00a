"""Bedrock's runtime: ConverseStream with real framing, scripted models and faults on demand."""

from __future__ import annotations

from localaws.bedrock.service import BedrockRuntime
from localaws.context import Context
from localaws.services import Component

__all__ = ["install"]


def install(context: Context) -> Component:
    """Answers ConverseStream; moto answers nothing of it."""
    return Component(operations={"ConverseStream": BedrockRuntime(context)})
