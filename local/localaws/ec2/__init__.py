"""EC2: descriptions of every kind of security group rule and of endpoints' interfaces; deleted endpoints are gone.

Differs from AWS: only the calls of functions and readers are walked through a network; flow logs are stored and record
nothing.
"""

from __future__ import annotations

from localaws.context import Context
from localaws.services import Component

__all__ = ["install"]


def install(context: Context) -> Component:
    """Corrects moto's EC2."""
    # moto's EC2 takes long to import, and this folder's other parts need none of it.
    from localaws.ec2 import model  # noqa: PLC0415

    model.install(context)
    return Component()
