"""STS: tokens are moto's."""

from __future__ import annotations

from localaws.context import Context
from localaws.services import Component

__all__ = ["install"]


def install(_context: Context) -> Component:
    """moto's STS does as it is."""
    return Component()
