"""Bedrock's control plane: application inference profiles, which moto does not have.

Differs from AWS: of inference profiles only those an account creates itself are listed and described; to ask for
system-defined ones is refused; tags are kept but not searched.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from moto.bedrock.models import BedrockBackend, bedrock_backends
from moto.bedrock.responses import BedrockResponse
from moto.core.utils import iso_8601_datetime_with_milliseconds
from moto.moto_api._internal import mock_random

from localaws import partitions
from localaws.context import Context
from localaws.services import Component
from localaws.settings import ACCOUNT_ID


@dataclass
class ApplicationProfile:
    """One application inference profile."""

    id: str
    name: str
    description: str
    region: str
    source: str
    """ARN it was made from: a foundation model or a system-defined profile."""
    tags: list[dict[str, str]] = field(default_factory=list)
    created: str = field(default_factory=iso_8601_datetime_with_milliseconds)

    @property
    def arn(self) -> str:
        """Its ARN, which callers use as a model id."""
        return partitions.arn("bedrock", self.region, f"application-inference-profile/{self.id}")

    def shown(self) -> dict[str, Any]:
        """As GetInferenceProfile shows it."""
        model = self.source.split("/", 1)[-1]
        bare = model.split(".", 1)[1] if "inference-profile" in self.source else model
        return {
            "inferenceProfileName": self.name,
            "description": self.description,
            "createdAt": self.created,
            "updatedAt": self.created,
            "inferenceProfileArn": self.arn,
            "models": [{"modelArn": partitions.arn("bedrock", self.region, f"foundation-model/{bare}", "")}],
            "inferenceProfileId": self.id,
            "status": "ACTIVE",
            "type": "APPLICATION",
        }


def application_profiles(region: str) -> dict[str, str]:
    """Id to source of every application inference profile of the region."""
    return {profile.id: profile.source for profile in _profiles(bedrock_backends[ACCOUNT_ID][region]).values()}


def install(_context: Context) -> Component:
    """Adds the operations to moto's Bedrock."""
    partitions.everywhere(bedrock_backends)
    BedrockResponse.create_inference_profile = _create
    BedrockResponse.get_inference_profile = _get
    BedrockResponse.delete_inference_profile = _delete
    BedrockResponse.list_inference_profiles = _list
    return Component()


def _profiles(backend: BedrockBackend) -> dict[str, ApplicationProfile]:
    if not hasattr(backend, "application_profiles"):
        backend.application_profiles = {}
    profiles: dict[str, ApplicationProfile] = backend.application_profiles
    return profiles


def _create(self: BedrockResponse) -> Any:
    body = json.loads(self.body)
    profile = ApplicationProfile(
        id=mock_random.get_random_string(length=12, lower_case=True),
        name=body["inferenceProfileName"],
        description=body.get("description", ""),
        region=self.region,
        source=body["modelSource"]["copyFrom"],
        tags=body.get("tags") or [],
    )
    _profiles(self.bedrock_backend)[profile.id] = profile
    return 201, {"status": 201}, json.dumps({"inferenceProfileArn": profile.arn, "status": "ACTIVE"})


def _find(self: BedrockResponse) -> ApplicationProfile | None:
    identifier = self.uri_match.get("inferenceProfileIdentifier") or self.path.rsplit("/", 1)[-1]
    return _profiles(self.bedrock_backend).get(str(identifier).rsplit("/", 1)[-1])


def _missing() -> Any:
    headers = {
        "status": 404,
        "content-type": "application/json",
        "x-amzn-errortype": "ResourceNotFoundException",
    }
    return 404, headers, json.dumps({"message": "The inference profile was not found."})


def _get(self: BedrockResponse) -> Any:
    profile = _find(self)
    if profile is None and _is_system_defined(self.path):
        raise NotImplementedError
    return json.dumps(profile.shown()) if profile else _missing()


def _is_system_defined(path: str) -> bool:
    """Whether the id is that of a profile AWS itself makes, such as us.amazon.nova-micro-v1:0."""
    return "." in unquote(path).rsplit("/", 1)[-1]


def _delete(self: BedrockResponse) -> Any:
    profile = _find(self)
    if profile is None:
        return _missing()
    del _profiles(self.bedrock_backend)[profile.id]
    return "{}"


def _list(self: BedrockResponse) -> str:
    # Without a type AWS lists system-defined ones too, so an answer without them would be false.
    if self._get_param("type") != "APPLICATION":
        raise NotImplementedError
    profiles = [profile.shown() for profile in _profiles(self.bedrock_backend).values()]
    return json.dumps({"inferenceProfileSummaries": profiles})
