"""What X-Ray's operations need.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html: no resource types
"""

from __future__ import annotations

from collections.abc import Iterator

from localaws.authorization.actions import Need, Needs
from localaws.operations import Operation


def _trace(operation: Operation) -> Iterator[Need]:
    yield Need(f"xray:{operation.name}", "*")


NEEDS: dict[str, Needs] = {"PutTelemetryRecords": _trace, "PutTraceSegments": _trace}
