"""What writing to CloudWatch Logs needs."""

from __future__ import annotations

from collections.abc import Iterator

from localaws import partitions
from localaws.authorization.actions import Need, Needs
from localaws.operations import Operation


def log_needs(action: str, group: str, stream: str | None, region: str) -> Iterator[Need]:
    """What writing to a log group needs; CreateLogStream and PutLogEvents are authorized on the stream."""
    arn = partitions.arn("logs", region, f"log-group:{group}")
    yield Need(f"logs:{action}", f"{arn}:log-stream:{stream}" if stream else f"{arn}:*")


def _write(operation: Operation) -> Iterator[Need]:
    asked = operation.parameters
    yield from log_needs(operation.name, asked["logGroupName"], asked.get("logStreamName"), operation.region)


NEEDS: dict[str, Needs] = {"CreateLogStream": _write, "PutLogEvents": _write}
