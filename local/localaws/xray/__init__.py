"""X-Ray: traces are taken and not kept.

moto answers that there are none, which reads as if nothing had been traced.

Differs from AWS: what functions and AppSync trace is thrown away, and looking for it is refused.
"""

from __future__ import annotations

from localaws.context import Context
from localaws.services import Component
from localaws.xray import routes

__all__ = ["install"]


def install(_context: Context) -> Component:
    """Refuses every operation that looks for traces."""
    return Component(operations=dict.fromkeys(routes.LOOKING, routes.refuse))
