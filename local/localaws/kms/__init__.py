"""KMS: the rotation period; grants count as key policies do.

Differs from AWS: keys are stored and encrypt nothing that other services hold; a grant counts at once, without its
token, and the grants that services make for themselves are not made.
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
