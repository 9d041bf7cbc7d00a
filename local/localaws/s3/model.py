"""moto's S3, corrected."""

from __future__ import annotations

from typing import Any

from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket

from localaws.patching import replace


def install() -> None:
    """Takes moto's evaluator away.

    It denies where a deny statement's condition is not met, so a policy that only refuses plain HTTP would close the
    bucket to everybody.
    """

    # Patched, not subclassed: moto makes its buckets itself and would never make ours.
    @replace(FakeBucket, "get_permission")
    def neutral(original: Any, self: FakeBucket, action: str, resource: str) -> PermissionResult:  # noqa: ARG001
        return PermissionResult.NEUTRAL
