"""moto's SNS, corrected: what it shows of topics, what Publish may carry, and how subscribers get it."""

from __future__ import annotations

import base64
import json
import logging
from typing import Any

import moto.sns.urls
from moto.core.utils import camelcase_to_underscores
from moto.sns.exceptions import SNSInvalidParameter
from moto.sns.models import SNSBackend, Subscription, sns_backends
from moto.sns.responses import SNSResponse

from localaws.authorization import wording
from localaws.cloudwatch import metrics
from localaws.context import Context
from localaws.lambda_.logs import now, stamp
from localaws.patching import keep, replace, serve
from localaws.sns.delivery import SERVICE, Deliveries, Notification, trace_header
from localaws.sqs.needs import send_needs

log = logging.getLogger(__name__)

SHOWN = (
    "TracingConfig",
    "SignatureVersion",
    "MaximumMessageSize",
    "ArchivePolicy",
    "LambdaSuccessFeedbackRoleArn",
    "LambdaFailureFeedbackRoleArn",
    "LambdaSuccessFeedbackSampleRate",
)
"""Attributes that moto stores and does not show."""

MAX_BYTES = 256 * 1024
"""Body and attributes together, unless the topic's MaximumMessageSize says otherwise."""


class LocalSNSResponse(SNSResponse):
    """Shows every attribute of a topic."""

    def get_topic_attributes(self) -> Any:
        """With those that moto leaves out."""
        answer = super().get_topic_attributes()
        topic = self.backend.get_topic(self._get_param("TopicArn"))
        for name in SHOWN:
            value = getattr(topic, camelcase_to_underscores(name), None)
            if value:
                answer.result["Attributes"][name] = str(value)
        return answer


class LocalSNSBackend(SNSBackend):
    """Topics of one region."""

    def publish(self, message: str, *rest: Any, **keywords: Any) -> str:
        """Takes no message over the limit, and counts the others."""
        attributes = keywords.get("message_attributes") or {}
        size = len(message.encode()) + sum(
            len(name.encode()) + len(str(value.get("Type", ""))) + len(str(value.get("Value", "")).encode())
            for name, value in attributes.items()
        )
        if size > MAX_BYTES:
            raise SNSInvalidParameter("Message too long")
        message_id: str = super().publish(message, *rest, **keywords)
        topic = (keywords.get("arn") or (rest[0] if rest else "") or "").split(":")[-1]
        if topic:
            dimensions = {"TopicName": topic}
            metrics.put(self.region_name, "AWS/SNS", "NumberOfMessagesPublished", 1, "Count", dimensions)
        return message_id


def install(context: Context, deliveries: Deliveries) -> None:
    """Puts ours in the place of moto's, and these deliveries in place of moto's for functions."""
    serve(moto.sns.urls, LocalSNSResponse)
    keep(sns_backends, moto.sns.urls, LocalSNSBackend)

    # Patched, not subclassed: moto's topics make their subscriptions themselves and would never make ours.
    @replace(Subscription, "publish")
    def publish(original: Any, self: Subscription, message: str, message_id: str, **rest: Any) -> None:
        if self.protocol == "sqs":
            needs = send_needs(self.endpoint, self.endpoint.split(":")[3])
            decision = context.guard.service(SERVICE, needs, self.topic.arn)
            if not decision.allowed:
                log.warning("a message of %s was lost: %s", self.topic.name, wording.message(decision))
                return
        if self.protocol != "lambda":
            original(self, message, message_id, **rest)
            return
        attributes = rest.get("message_attributes")
        if self._filter_policy_matcher is not None and not self._filter_policy_matcher.matches(attributes, message):
            return
        notification = _notification(self, message, message_id, attributes or {}, rest.get("subject"))
        context.loop.call_soon_threadsafe(deliveries.put, notification)


def _notification(
    subscription: Subscription, message: str, message_id: str, attributes: dict[str, Any], subject: str | None
) -> Notification:
    redrive = json.loads(subscription.attributes.get("RedrivePolicy") or "{}")
    topic = subscription.topic
    return Notification(
        topic_arn=topic.arn,
        topic_name=topic.name,
        region=topic.sns_backend.region_name,
        subscription_arn=subscription.arn,
        function_arn=subscription.endpoint,
        message_id=message_id,
        message=message,
        subject=subject,
        attributes={name: _attribute(value) for name, value in attributes.items()},
        redrive_queue=redrive.get("deadLetterTargetArn"),
        trace=trace_header.get(),
        timestamp=stamp(now()),
    )


def _attribute(value: dict[str, Any]) -> dict[str, str]:
    content = value["Value"]
    text = base64.b64encode(content).decode() if isinstance(content, bytes) else str(content)
    return {"Type": value["Type"], "Value": text}
