"""Bedrock: inference profiles, and ConverseStream with real framing, scripted models and faults on demand."""

from __future__ import annotations

from localaws.bedrock import model
from localaws.bedrock.routes import BedrockRuntime
from localaws.context import Context
from localaws.services import Component

__all__ = ["install"]


def install(context: Context) -> Component:
    """Adds what moto lacks: profiles, and ConverseStream."""
    model.install()
    return Component(operations={"ConverseStream": BedrockRuntime(context)})
