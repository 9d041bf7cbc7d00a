"""X-Ray: traces are taken and not kept.

moto answers that there are none, which reads as if nothing had been traced.

Differs from AWS: what functions and AppSync trace is thrown away, and looking for it is refused.
"""

from __future__ import annotations

from localaws.context import Context
from localaws.http import Request, Response
from localaws.operations import Operation, not_faked
from localaws.services import Component

LOOKING = ("BatchGetTraces", "GetServiceGraph", "GetTimeSeriesServiceStatistics", "GetTraceGraph", "GetTraceSummaries")


def install(_context: Context) -> Component:
    """Refuses every operation that looks for traces."""
    return Component(operations=dict.fromkeys(LOOKING, _refuse))


async def _refuse(operation: Operation, _request: Request) -> Response:
    return not_faked(operation)
