"""Every operation that looks for traces."""

from __future__ import annotations

from localaws.http import Request, Response
from localaws.operations import Operation, not_faked

LOOKING = ("BatchGetTraces", "GetServiceGraph", "GetTimeSeriesServiceStatistics", "GetTraceGraph", "GetTraceSummaries")


async def refuse(operation: Operation, _request: Request) -> Response:
    """Says that no traces are kept."""
    return not_faked(operation)
