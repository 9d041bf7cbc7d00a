"""What SNS's operations need.

https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.sns.models import sns_backends

from localaws.authorization.actions import Facts, Need, Needs
from localaws.kms.needs import key_arn, key_needs
from localaws.operations import Operation
from localaws.settings import ACCOUNT_ID


def policy(arn: str) -> Any:
    """The topic's policy."""
    topic = _topic(arn)
    return topic.policy if topic else None


def publish_needs(topic: str, region: str) -> Iterator[Need]:
    """What publishing to a topic needs."""
    yield Need("sns:Publish", topic)
    yield from key_needs(_key(topic), "sns", region, {"aws:sns:topicArn": topic}, "GenerateDataKey", "Decrypt")


def _publish(operation: Operation) -> Iterator[Need]:
    topic = operation.parameters.get("TopicArn") or operation.parameters.get("TargetArn") or "*"
    yield from publish_needs(topic, operation.region)


def _subscribe(operation: Operation) -> Iterator[Need]:
    asked = operation.parameters
    facts: Facts = {"sns:protocol": asked["Protocol"]}
    if asked.get("Endpoint"):
        facts["sns:endpoint"] = asked["Endpoint"]
    yield Need("sns:Subscribe", asked["TopicArn"], facts)


def _topic(arn: str) -> Any:
    return sns_backends[ACCOUNT_ID][arn.split(":")[3]].topics.get(arn) if arn.count(":") == 5 else None


def _key(arn: str) -> str | None:
    topic = _topic(arn)
    return key_arn(getattr(topic, "kms_master_key_id", None), arn.split(":")[3]) if topic else None


NEEDS: dict[str, Needs] = {"Publish": _publish, "PublishBatch": _publish, "Subscribe": _subscribe}
