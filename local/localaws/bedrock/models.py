"""Which models there are, and how fast they talk.

Pace comes from published measurements where there are any (https://aiperf.ghast.people.aws.dev/, mid-2026); the others
are plausible figures, marked so.

Differs from AWS: every known model is available in every region without asking for access; quotas are not counted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from localaws.settings import ACCOUNT_ID


@dataclass(frozen=True)
class Model:
    """One foundation model."""

    pattern: str
    """Matches the start of its id, without a profile's prefix."""
    first_token_seconds: float
    tokens_per_second: float
    max_tokens: int
    """The most `maxTokens` may ask for."""
    needs_profile: bool
    """Whether the bare id is refused on demand."""
    tokens_per_event: int
    """How much text one contentBlockDelta carries."""


MODELS = (
    Model("amazon.nova-micro-", 0.25, 300, 10_000, needs_profile=False, tokens_per_event=4),
    Model("amazon.nova-lite-", 0.35, 200, 10_000, needs_profile=False, tokens_per_event=4),  # plausible
    Model("amazon.nova-pro-", 0.45, 120, 10_000, needs_profile=False, tokens_per_event=4),  # plausible
    Model("amazon.nova-2-lite-", 0.40, 250, 65_536, needs_profile=True, tokens_per_event=4),
    Model("amazon.", 0.50, 100, 8_192, needs_profile=False, tokens_per_event=4),  # plausible
    Model("anthropic.claude-haiku-4-5-", 0.60, 130, 64_000, needs_profile=True, tokens_per_event=3),  # plausible
    Model("anthropic.claude-sonnet-4", 1.10, 70, 64_000, needs_profile=True, tokens_per_event=3),  # plausible
    Model("anthropic.claude-opus-4", 1.60, 50, 64_000, needs_profile=True, tokens_per_event=3),  # plausible
    Model("anthropic.", 0.90, 80, 8_192, needs_profile=True, tokens_per_event=3),  # plausible
    Model("meta.llama4-maverick-", 0.30, 210, 8_192, needs_profile=True, tokens_per_event=1),
    Model("meta.llama4-scout-", 0.25, 200, 8_192, needs_profile=True, tokens_per_event=1),
    Model("meta.", 0.40, 90, 8_192, needs_profile=False, tokens_per_event=1),  # plausible
    Model("mistral.", 0.40, 90, 8_192, needs_profile=False, tokens_per_event=1),  # plausible
    Model("cohere.", 0.50, 80, 4_096, needs_profile=False, tokens_per_event=1),  # plausible
    Model("deepseek.", 0.80, 70, 32_768, needs_profile=True, tokens_per_event=1),  # plausible
    Model("qwen.", 0.50, 90, 32_768, needs_profile=False, tokens_per_event=1),  # plausible
    Model("openai.", 0.50, 120, 32_768, needs_profile=False, tokens_per_event=1),  # plausible
)

WITHOUT_SYSTEM_PROMPT = (
    "ai21.j2-",
    "amazon.titan-text-",
    "cohere.command-light-text-",
    "cohere.command-text-",
    "mistral.mistral-7b-",
    "mistral.mixtral-8x7b-",
)
WITHOUT_STREAMING = ("ai21.j2-", "amazon.titan-embed-", "amazon.titan-image-", "cohere.embed-", "cohere.rerank-")
WITHOUT_TOOLS_IN_STREAMS = ("ai21.", "amazon.titan-", "deepseek.r1-", "meta.llama3-1-", "mistral.mistral-7b-")
"""https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-supported-models-features.html"""

TEMPERATURE_OR_TOP_P = (
    "anthropic.claude-haiku-4-5-",
    "anthropic.claude-opus-4-1-",
    "anthropic.claude-opus-4-5-",
    "anthropic.claude-sonnet-4-5-",
)
"""https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-request-response.html"""

RETIRED = ("anthropic.claude-v2", "anthropic.claude-instant-", "anthropic.claude-3-7-sonnet-20250219")
"""Ids past their end of life: Bedrock answers them with a ValidationException."""

GEOGRAPHIES = {
    "us": ("us-", "ca-"),
    "eu": ("eu-",),
    "apac": ("ap-",),
    "jp": ("ap-northeast-",),
    "au": ("ap-southeast-",),
    "us-gov": ("us-gov-",),
    "global": ("",),
}
"""Profile prefix to the start of the regions it can be called from."""

_PROFILE_ARN = re.compile(r"arn:aws[a-z-]*:bedrock:([a-z0-9-]+):(\d{12}):inference-profile/(.+)")
_APPLICATION_ARN = re.compile(
    r"arn:aws[a-z-]*:bedrock:([a-z0-9-]+):(\d{12}):application-inference-profile/([a-z0-9]{12})"
)
_MODEL_ARN = re.compile(r"arn:aws[a-z-]*:bedrock:([a-z0-9-]*)::foundation-model/(.+)")
_MODEL_ID = re.compile(r"[a-z0-9-]+\.[a-z0-9.-]+(:[0-9a-z]+)*")


class UnknownModel(Exception):  # noqa: N818 - an answer
    """Bedrock would refuse the id with this message."""

    code = "ValidationException"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def resolve(model_id: str, region: str, application_profiles: dict[str, str]) -> tuple[Model, str]:
    """The model behind a model id, an inference profile id or any of their ARNs, and its bare id.

    `application_profiles` maps the ids of application inference profiles to what they were made from.
    Raises UnknownModel where Bedrock would refuse the id in this region.
    """
    application = _APPLICATION_ARN.fullmatch(model_id)
    if application:
        source = application_profiles.get(application[3])
        if source is None or application[1] != region or application[2] != ACCOUNT_ID:
            raise UnknownModel("The provided model identifier is invalid.")
        return resolve(source, region, {})
    profile = _PROFILE_ARN.fullmatch(model_id)
    if profile:
        if profile[1] != region or profile[2] != ACCOUNT_ID:
            raise UnknownModel("The provided model identifier is invalid.")
        return _by_profile(profile[3], region)
    model_arn = _MODEL_ARN.fullmatch(model_id)
    bare = model_arn[2] if model_arn else model_id
    if model_arn and model_arn[1] not in ("", region):
        raise UnknownModel("The provided model identifier is invalid.")
    prefix = bare.split(".", 1)[0]
    if prefix in GEOGRAPHIES and not model_arn:
        return _by_profile(bare, region)
    model = _known(bare)
    if model.needs_profile:
        raise UnknownModel(
            f"Invocation of model ID {bare} with on-demand throughput isn’t supported. Retry your request with the ID "
            "or ARN of an inference profile that contains this model."
        )
    return model, bare


def _by_profile(profile: str, region: str) -> tuple[Model, str]:
    prefix, _, bare = profile.partition(".")
    if not any(region.startswith(start) for start in GEOGRAPHIES.get(prefix, ())):
        raise UnknownModel("The provided model identifier is invalid.")
    return _known(bare), bare


def _known(bare: str) -> Model:
    if any(bare.startswith(start) for start in RETIRED):
        raise UnknownModel("The provided model identifier is invalid.")
    for model in MODELS:
        if bare.startswith(model.pattern) and _MODEL_ID.fullmatch(bare):
            return model
    raise UnknownModel("The provided model identifier is invalid.")
