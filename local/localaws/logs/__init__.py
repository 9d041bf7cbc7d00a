"""CloudWatch Logs: filter patterns and Logs Insights as AWS reads them; groups, streams and events are moto's.

moto answers a pattern or a query it does not understand with every event there is. Here it is understood or refused.

Differs from AWS: metric filters, field indexes and live tail are refused; a query has its results at once; subscription
filters reach functions and nothing else.
"""

from __future__ import annotations

from localaws.context import Context
from localaws.logs import model
from localaws.services import Component

__all__ = ["install"]


def install(_context: Context) -> Component:
    """Corrects moto's Logs."""
    model.install()
    return Component()
