"""What SQS's operations need.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.sqs.models import sqs_backends

from localaws import partitions
from localaws.authorization.actions import Need, Needs
from localaws.kms.needs import key_arn, key_needs
from localaws.operations import Operation
from localaws.settings import ACCOUNT_ID


def policy(arn: str) -> Any:
    """The queue's policy."""
    queue = _queue(arn)
    return queue.policy if queue else None


def send_needs(queue: str, region: str) -> Iterator[Need]:
    """What sending to a queue needs."""
    yield Need("sqs:SendMessage", queue)
    yield from key_needs(_key(queue), "sqs", region, {"aws:sqs:arn": queue}, "GenerateDataKey", "Decrypt")


def _send(operation: Operation) -> Iterator[Need]:
    yield from send_needs(_asked(operation), operation.region)


def _receive(operation: Operation) -> Iterator[Need]:
    queue = _asked(operation)
    yield Need("sqs:ReceiveMessage", queue)
    yield from key_needs(_key(queue), "sqs", operation.region, {"aws:sqs:arn": queue}, "Decrypt")


def _only(operation: Operation) -> Iterator[Need]:
    yield Need(f"sqs:{operation.name}", _asked(operation))


def _asked(operation: Operation) -> str:
    name = str(operation.parameters["QueueUrl"]).rsplit("/", maxsplit=1)[-1]
    return partitions.arn("sqs", operation.region, name)


def _queue(arn: str) -> Any:
    return sqs_backends[ACCOUNT_ID][arn.split(":")[3]].queues.get(arn.rsplit(":", maxsplit=1)[-1])


def _key(arn: str) -> str | None:
    queue = _queue(arn)
    return key_arn(getattr(queue, "kms_master_key_id", None), arn.split(":")[3]) if queue else None


NEEDS: dict[str, Needs] = {
    "DeleteMessage": _only,
    "GetQueueAttributes": _only,
    "ReceiveMessage": _receive,
    "SendMessage": _send,
}
