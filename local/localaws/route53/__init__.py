"""Route 53: a zone created with a VPC is private, whether or not the request says so.

Differs from AWS: of the records only aliases of VPC endpoints lead anywhere, and only for functions.
"""

from __future__ import annotations

from localaws.context import Context
from localaws.services import Component

__all__ = ["install"]


def install(_context: Context) -> Component:
    """Corrects moto's Route 53."""
    # moto's Route 53 takes long to import.
    from localaws.route53 import model  # noqa: PLC0415

    model.install()
    return Component()
