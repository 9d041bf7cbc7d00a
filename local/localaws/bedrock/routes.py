"""ConverseStream: checks the caller and the request, then plays a script or passes the call on.

https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html

Differs from AWS: only ConverseStream is served; tools, documents and images are accepted and ignored; a guardrail is
any well-formed id, and blocks what `BLOCKED` names.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from typing import Any

from localaws.bedrock import faults, models
from localaws.bedrock.model import application_profiles
from localaws.bedrock.models import Model, UnknownModel, resolve
from localaws.bedrock.passthrough import Passthrough
from localaws.bedrock.script import SCANNED_TOKENS, Script, last_question, write
from localaws.context import Context
from localaws.http import Request, Response
from localaws.operations import Operation
from localaws.sigv4 import Caller, SignatureError, verify

log = logging.getLogger(__name__)

BLOCKED = ("administrator password", "credit card number of")
"""The demo guardrail blocks questions that contain one of these."""

BLOCKED_MESSAGE = "Sorry, the model cannot answer this question."


class BedrockRuntime:
    """Answers ConverseStream."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._passthrough = Passthrough(context.settings) if context.settings.bedrock == "aws" else None
        faults.declare(context.faults)

    async def __call__(self, operation: Operation, request: Request) -> Response:
        """Answers one ConverseStream."""
        try:
            caller = verify(request, service="bedrock", settings=self._context.settings)
        except SignatureError as error:
            return operation.error(error.code, error.message, 403)
        if self._passthrough:
            return await self._passthrough.converse_stream(operation)
        parameters = operation.parameters
        try:
            model, bare = resolve(parameters["modelId"], operation.region, application_profiles(operation.region))
            _check(parameters, model)
            _check_features(parameters, bare)
        except UnknownModel as error:
            return operation.error(error.code, error.message)
        fault = self._context.faults.take(
            faults.CONVERSE_STREAM,
            parameters,
            model=bare,
            question=last_question(parameters),
            function=_function(caller),
        )
        refusal = faults.refusal(fault, operation)
        if refusal:
            return refusal
        script = write(model, parameters)
        _guard(script, parameters)
        faults.apply(fault, script, parameters)
        await asyncio.sleep(script.late_seconds)
        headers = [
            ("content-type", "application/vnd.amazon.eventstream"),
            ("x-amzn-requestid", str(uuid.uuid4())),
        ]
        return Response(200, script.play(), headers)


def _check(parameters: dict[str, Any], model: Model) -> None:
    """What Bedrock checks beyond the shape. Raises UnknownModel with its message."""
    messages = parameters.get("messages") or []
    if not messages or messages[0]["role"] != "user":
        raise UnknownModel(
            "A conversation must start with a user message. "
            "Try again with a conversation that starts with a user message."
        )
    for index, message in enumerate(messages):
        if index and message["role"] == messages[index - 1]["role"]:
            raise UnknownModel(
                "A conversation must alternate between user and assistant roles. Make sure the conversation alternates "
                "between user and assistant roles and try again."
            )
        for place, block in enumerate(message["content"]):
            if "text" in block and not block["text"].strip():
                raise UnknownModel(
                    f"The text field in the ContentBlock object at messages.{index}.content.{place} is blank. "
                    "Add text to the text field, and try again."
                )
    asked = (parameters.get("inferenceConfig") or {}).get("maxTokens")
    if asked is not None and asked > model.max_tokens:
        raise UnknownModel(
            f"The maximum tokens you requested exceeds the model limit of {model.max_tokens}. Try again with a maximum "
            f"tokens value that is lower than {model.max_tokens}."
        )


def _check_features(parameters: dict[str, Any], model_id: str) -> None:
    """What some models do not do. Raises UnknownModel with Bedrock's message.

    https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-supported-models-features.html
    """
    inference = parameters.get("inferenceConfig") or {}
    if model_id.startswith(models.WITHOUT_STREAMING):
        raise UnknownModel("The model is unsupported for streaming.")
    if parameters.get("system") and model_id.startswith(models.WITHOUT_SYSTEM_PROMPT):
        raise UnknownModel(
            "This model doesn't support system messages. Try again without a system message or use a model that "
            "supports system messages."
        )
    if parameters.get("toolConfig") and model_id.startswith(models.WITHOUT_TOOLS_IN_STREAMS):
        raise UnknownModel("This model doesn't support tool use in streaming mode.")
    if {"temperature", "topP"} <= set(inference) and model_id.startswith(models.TEMPERATURE_OR_TOP_P):
        raise UnknownModel(
            "The model returned the following errors: `temperature` and `top_p` cannot both be specified for this "
            "model. Please use only one."
        )


def _guard(script: Script, parameters: dict[str, Any]) -> None:
    """Acts out a guardrail, if one is configured."""
    config = parameters.get("guardrailConfig")
    if not config:
        return
    if config.get("streamProcessingMode", "sync") == "sync":
        script.tokens_per_event = max(script.tokens_per_event, SCANNED_TOKENS)
    question = last_question(parameters).lower()
    if any(phrase in question for phrase in BLOCKED):
        faults.intervene(script, parameters, BLOCKED_MESSAGE)


def _function(caller: Caller) -> str | None:
    """The function that calls: its name is the session name of its role's credentials."""
    return caller.arn.rsplit("/", 1)[-1] if caller.role_arn else None
