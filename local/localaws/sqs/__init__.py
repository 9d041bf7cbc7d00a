"""SQS: queues and their messages are moto's; who may send to them and read them is decided here."""

from __future__ import annotations

from localaws.context import Context
from localaws.services import Component

__all__ = ["install"]


def install(_context: Context) -> Component:
    """moto's SQS does as it is."""
    return Component()
