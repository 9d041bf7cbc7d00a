"""Hands published messages to subscribed functions, asynchronously and true to the wire.

https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html

Differs from AWS: a message is delivered once and at once unless the fault `sns.deliver` says otherwise; the signature
cannot be verified; delivery status logs are not written.
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import secrets
import uuid
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from moto.sqs.models import sqs_backends

from localaws.authorization import wording
from localaws.authorization.actions import Need
from localaws.authorization.guard import Guard
from localaws.cloudwatch import metrics
from localaws.context import Context
from localaws.lambda_ import LambdaError
from localaws.lambda_.function import find, split
from localaws.settings import ACCOUNT_ID
from localaws.sns import faults
from localaws.sqs.needs import send_needs

log = logging.getLogger(__name__)

SERVICE = "sns.amazonaws.com"

trace_header: ContextVar[str | None] = ContextVar("trace_header", default=None)
"""X-Amzn-Trace-Id of the request that moto is answering; SNS hands it on to subscribers."""


@dataclass(frozen=True)
class Notification:
    """One message on its way to one subscription."""

    topic_arn: str
    topic_name: str
    region: str
    subscription_arn: str
    function_arn: str
    message_id: str
    message: str
    subject: str | None
    attributes: dict[str, dict[str, str]]
    redrive_queue: str | None
    """ARN of the subscription's dead-letter queue."""
    trace: str | None
    timestamp: str

    def event(self) -> dict[str, Any]:
        """What the function is invoked with."""
        host = f"https://sns.{self.region}.amazonaws.com"
        return {
            "Records": [
                {
                    "EventSource": "aws:sns",
                    "EventVersion": "1.0",
                    "EventSubscriptionArn": self.subscription_arn,
                    "Sns": {
                        "Type": "Notification",
                        "MessageId": self.message_id,
                        "TopicArn": self.topic_arn,
                        "Subject": self.subject,
                        "Message": self.message,
                        "Timestamp": self.timestamp,
                        "SignatureVersion": "1",
                        "Signature": base64.b64encode(secrets.token_bytes(256)).decode(),
                        "SigningCertUrl": f"{host}/SimpleNotificationService-{secrets.token_hex(16)}.pem",
                        "UnsubscribeUrl": f"{host}/?Action=Unsubscribe&SubscriptionArn={self.subscription_arn}",
                        "MessageAttributes": self.attributes,
                    },
                }
            ]
        }

    def dead_letter(self) -> dict[str, Any]:
        """The body of the message in the dead-letter queue."""
        sns = self.event()["Records"][0]["Sns"]
        body = {key: value for key, value in sns.items() if value is not None}
        body["SigningCertURL"] = body.pop("SigningCertUrl")
        body["UnsubscribeURL"] = body.pop("UnsubscribeUrl")
        return body


class Refused(Exception):  # noqa: N818 - a client error, which SNS does not retry
    """The function cannot be given the message: it is gone, or its policy does not let the topic in."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Deliveries:
    """Deliveries under way."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._tasks: set[asyncio.Task[None]] = set()
        faults.declare(context.faults)

    def put(self, notification: Notification) -> None:
        """Starts a delivery; returns at once. Called on the event loop."""
        task = asyncio.create_task(self._deliver(notification))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Drops deliveries that have not been made."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _deliver(self, notification: Notification) -> None:
        name = split(notification.function_arn)[0]
        fault = self._context.faults.take(
            faults.DELIVER, notification.message, topic=notification.topic_name, function=name
        )
        kind, parameters = (fault.kind, fault.parameters) if fault else (None, {})
        if kind == "delay":
            await asyncio.sleep(float(parameters["seconds"]))
        copies = 1 + (int(parameters.get("count", 1)) if kind == "repeat" else 0)
        try:
            if kind == "refuse":
                raise Refused(403, "the function's policy does not let the topic in (fault)")
            for _ in range(copies):
                await self._invoke(notification)
            _count(notification, "NumberOfNotificationsDelivered")
        except Refused as refusal:
            _count(notification, "NumberOfNotificationsFailed")
            await asyncio.to_thread(_redrive, self._context.guard, notification, refusal)

    async def _invoke(self, notification: Notification) -> None:
        _check_permission(self._context.guard, notification.function_arn, notification.topic_arn)
        try:
            await self._context.lambda_.invoke(
                notification.function_arn,
                json.dumps(notification.event()).encode(),
                invocation_type="Event",
                region=notification.region,
                trace_header=notification.trace,
            )
        except LambdaError as error:
            raise Refused(error.status, error.message) from error


def _check_permission(guard: Guard, function_arn: str, topic_arn: str) -> None:
    """Raises Refused unless the function is there and its resource policy lets the topic invoke it."""
    try:
        find(function_arn, function_arn.split(":")[3], None)
    except LambdaError as error:
        raise Refused(404, error.message) from None
    decision = guard.service(SERVICE, [Need("lambda:InvokeFunction", function_arn)], topic_arn)
    if not decision.allowed:
        raise Refused(403, wording.message(decision))


def _redrive(guard: Guard, notification: Notification, refusal: Refused) -> None:
    target = notification.redrive_queue
    if target is None:
        log.warning("a message of %s was lost, there is no redrive queue: %s", notification.topic_name, refusal)
        return
    region, name = target.split(":")[3], target.split(":")[-1]
    attributes = {
        "RequestID": {"DataType": "String", "StringValue": str(uuid.uuid4())},
        "ErrorCode": {"DataType": "Number", "StringValue": str(refusal.status)},
        "ErrorMessage": {"DataType": "String", "StringValue": str(refusal)},
    }
    try:
        backend = sqs_backends[ACCOUNT_ID][region]
        decision = guard.service(SERVICE, send_needs(target, region), notification.topic_arn)
        if not decision.allowed:
            raise PermissionError(wording.message(decision))
        backend.send_message(name, json.dumps(notification.dead_letter()), message_attributes=attributes)
    except Exception as error:
        log.warning("a message of %s was lost: %s", notification.topic_name, error)
        _count(notification, "NumberOfNotificationsFailedToRedriveToDlq")
    else:
        _count(notification, "NumberOfNotificationsRedrivenToDlq")


def _count(notification: Notification, metric: str) -> None:
    metrics.put(notification.region, "AWS/SNS", metric, 1, "Count", {"TopicName": notification.topic_name})
