"""Bedrock's runtime: ConverseStream with real framing, scripted models and faults on demand."""

from localaws.bedrock.service import BedrockRuntime

__all__ = ["BedrockRuntime"]
