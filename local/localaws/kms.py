"""KMS: the rotation period.

Differs from AWS: keys are stored and encrypt nothing that other services hold; grants have no effect.
"""

from __future__ import annotations

import json
from typing import Any

from moto.kms.responses import KmsResponse

from localaws.context import Context
from localaws.patching import replace
from localaws.services import Component

DEFAULT_ROTATION_DAYS = 365


def install(_context: Context) -> Component:
    """Patches moto's KMS."""

    @replace(KmsResponse, "enable_key_rotation")
    def enable(original: Any, self: KmsResponse) -> Any:
        answer = original(self)
        period = self._get_param("RotationPeriodInDays")
        _key(self).rotation_period = int(period) if period else DEFAULT_ROTATION_DAYS
        return answer

    @replace(KmsResponse, "get_key_rotation_status")
    def status(original: Any, self: KmsResponse) -> str:
        shown = json.loads(original(self))
        if shown["KeyRotationEnabled"]:
            shown["RotationPeriodInDays"] = getattr(_key(self), "rotation_period", DEFAULT_ROTATION_DAYS)
            shown["KeyId"] = _key(self).id
        return json.dumps(shown)

    return Component()


def _key(response: KmsResponse) -> Any:
    backend = response.kms_backend
    return backend.keys[backend.get_key_id(response._get_param("KeyId"))]
