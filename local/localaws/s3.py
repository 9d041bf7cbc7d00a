"""S3: bucket policies are stored and decide nothing.

moto's evaluator denies where a deny statement's condition is not met, so a policy that only refuses plain HTTP would
close the bucket to everybody.

Differs from AWS: bucket policies, encryption and lifecycle rules have no effect.
"""

from __future__ import annotations

from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket

from localaws.context import Context
from localaws.services import Component


def install(_context: Context) -> Component:
    """Patches moto's S3."""

    def neutral(self: FakeBucket, action: str, resource: str) -> PermissionResult:  # noqa: ARG001 - moto's signature
        return PermissionResult.NEUTRAL

    FakeBucket.get_permission = neutral
    return Component()
