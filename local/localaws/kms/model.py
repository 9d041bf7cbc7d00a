"""moto's KMS, corrected."""

from __future__ import annotations

import json
from typing import Any

import moto.kms.urls
from moto.kms.responses import KmsResponse

from localaws.patching import serve

DEFAULT_ROTATION_DAYS = 365


class LocalKmsResponse(KmsResponse):
    """Keeps and shows the period of rotation."""

    def enable_key_rotation(self) -> Any:
        """Takes the period too."""
        answer = super().enable_key_rotation()
        period = self._get_param("RotationPeriodInDays")
        self._key().rotation_period = int(period) if period else DEFAULT_ROTATION_DAYS
        return answer

    def get_key_rotation_status(self) -> str:
        """Shows the period too."""
        shown = json.loads(super().get_key_rotation_status())
        if shown["KeyRotationEnabled"]:
            shown["RotationPeriodInDays"] = getattr(self._key(), "rotation_period", DEFAULT_ROTATION_DAYS)
            shown["KeyId"] = self._key().id
        return json.dumps(shown)

    def _key(self) -> Any:
        backend = self.kms_backend
        return backend.keys[backend.get_key_id(self._get_param("KeyId"))]


def install() -> None:
    """Puts ours in the place of moto's."""
    serve(moto.kms.urls, LocalKmsResponse)
