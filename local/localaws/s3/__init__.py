"""S3: bucket policies are stored and decide nothing.

Differs from AWS: bucket policies, encryption and lifecycle rules have no effect.
"""

from __future__ import annotations

from localaws.context import Context
from localaws.s3 import model
from localaws.services import Component

__all__ = ["install"]


def install(_context: Context) -> Component:
    """Corrects moto's S3."""
    model.install()
    return Component()
