"""KMS: the rotation period.

Differs from AWS: keys are stored and encrypt nothing that other services hold; grants have no effect.
"""

from __future__ import annotations

from localaws.context import Context
from localaws.kms import model
from localaws.services import Component

__all__ = ["install"]


def install(_context: Context) -> Component:
    """Corrects moto's KMS."""
    model.install()
    return Component()
