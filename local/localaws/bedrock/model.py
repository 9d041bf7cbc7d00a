"""Bedrock's control plane: application inference profiles, which moto does not have.

Differs from AWS: of inference profiles only those an account creates itself are listed and described; to ask for
system-defined ones is refused; tags are kept but not searched.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import moto.bedrock.urls
from moto.bedrock.models import BedrockBackend, bedrock_backends
from moto.bedrock.responses import BedrockResponse
from moto.core.utils import iso_8601_datetime_with_milliseconds
from moto.moto_api._internal import mock_random

from localaws import partitions
from localaws.patching import keep, serve
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
    return {
        profile.id: profile.source for profile in bedrock_backends[ACCOUNT_ID][region].application_profiles.values()
    }


class LocalBedrockBackend(BedrockBackend):
    """Bedrock of one region."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.application_profiles: dict[str, ApplicationProfile] = {}


class LocalBedrockResponse(BedrockResponse):
    """Adds the operations on inference profiles."""

    def create_inference_profile(self) -> Any:
        """Makes an application inference profile."""
        body = json.loads(self.body)
        profile = ApplicationProfile(
            id=mock_random.get_random_string(length=12, lower_case=True),
            name=body["inferenceProfileName"],
            description=body.get("description", ""),
            region=self.region,
            source=body["modelSource"]["copyFrom"],
            tags=body.get("tags") or [],
        )
        self.bedrock_backend.application_profiles[profile.id] = profile
        return 201, {"status": 201}, json.dumps({"inferenceProfileArn": profile.arn, "status": "ACTIVE"})

    def get_inference_profile(self) -> Any:
        """Shows an application inference profile."""
        profile = self._profile()
        if profile is None and _is_system_defined(self.path):
            raise NotImplementedError
        return json.dumps(profile.shown()) if profile else _missing()

    def delete_inference_profile(self) -> Any:
        """Deletes an application inference profile."""
        profile = self._profile()
        if profile is None:
            return _missing()
        del self.bedrock_backend.application_profiles[profile.id]
        return "{}"

    def list_inference_profiles(self) -> str:
        """Lists application inference profiles; without a type AWS lists its own too, so that answer would be false."""
        if self._get_param("type") != "APPLICATION":
            raise NotImplementedError
        profiles = [profile.shown() for profile in self.bedrock_backend.application_profiles.values()]
        return json.dumps({"inferenceProfileSummaries": profiles})

    def _profile(self) -> ApplicationProfile | None:
        identifier = self.uri_match.get("inferenceProfileIdentifier") or self.path.rsplit("/", 1)[-1]
        found: ApplicationProfile | None = self.bedrock_backend.application_profiles.get(
            str(identifier).rsplit("/", 1)[-1]
        )
        return found


def install() -> None:
    """Puts ours in the place of moto's."""
    partitions.everywhere(bedrock_backends)
    keep(bedrock_backends, moto.bedrock.urls, LocalBedrockBackend)
    serve(moto.bedrock.urls, LocalBedrockResponse)


def _missing() -> Any:
    headers = {
        "status": 404,
        "content-type": "application/json",
        "x-amzn-errortype": "ResourceNotFoundException",
    }
    return 404, headers, json.dumps({"message": "The inference profile was not found."})


def _is_system_defined(path: str) -> bool:
    """Whether the id is that of a profile AWS itself makes, such as us.amazon.nova-micro-v1:0."""
    return "." in unquote(path).rsplit("/", 1)[-1]
