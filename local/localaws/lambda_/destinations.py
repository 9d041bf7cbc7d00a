"""Where Lambda sends records of asynchronous invocations: destinations and the dead-letter queue.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html

Differs from AWS: only SQS queues and SNS topics are reached.
"""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from localaws.authorization import wording
from localaws.authorization.guard import Guard
from localaws.cloudwatch import metrics
from localaws.lambda_.function import Function
from localaws.lambda_.logs import now, stamp
from localaws.lambda_.result import InvokeResult
from localaws.settings import ACCOUNT_ID
from localaws.sns.needs import publish_needs
from localaws.sqs.needs import send_needs

log = logging.getLogger(__name__)

NEEDS = {"sqs": send_needs, "sns": publish_needs}

MAX_ERROR_MESSAGE = 1024
"""Characters of the ErrorMessage attribute of a dead letter."""


def record(
    function: Function, request_id: str, payload: bytes, condition: str, attempts: int, last: InvokeResult | None
) -> dict[str, Any]:
    """The invocation record. It has no response part if the function was never run."""
    document: dict[str, Any] = {
        "version": "1.0",
        "timestamp": stamp(now()),
        "requestContext": {
            "requestId": request_id,
            "functionArn": function.arn,
            "condition": condition,
            "approximateInvokeCount": attempts,
        },
        "requestPayload": _json_or_text(payload),
    }
    if last is not None:
        response: dict[str, Any] = {"statusCode": last.status, "executedVersion": last.executed_version}
        if last.function_error:
            response["functionError"] = last.function_error
        document["responseContext"] = response
        document["responsePayload"] = _json_or_text(last.payload)
    return document


async def deliver(guard: Guard, function: Function, target: str, document: dict[str, Any]) -> None:
    """Sends a record to a destination. A failure is counted and logged, as in Lambda, and goes nowhere else."""
    await _send(guard, function, target, json.dumps(document), {}, "DestinationDeliveryFailures")


async def dead_letter(
    guard: Guard, function: Function, request_id: str, payload: bytes, last: InvokeResult | None
) -> None:
    """Sends the unchanged event to DeadLetterConfig's target with the reason in message attributes."""
    assert function.asynchronous.dead_letter is not None
    error = json.loads(last.payload or b"{}") if last else {}
    text = str(error.get("errorMessage", ""))[:MAX_ERROR_MESSAGE]
    attributes = {
        "RequestID": {"DataType": "String", "StringValue": request_id},
        "ErrorCode": {"DataType": "Number", "StringValue": str(last.status if last else 429)},
        "ErrorMessage": {"DataType": "String", "StringValue": text or "-"},
    }
    await _send(guard, function, function.asynchronous.dead_letter, payload.decode(), attributes, "DeadLetterErrors")


async def _send(
    guard: Guard, function: Function, target: str, body: str, attributes: dict[str, dict[str, str]], metric: str
) -> None:
    try:
        _check_role(guard, function, target)
        await asyncio.to_thread(_send_now, target, body, attributes)
    except Exception as error:
        log.warning("%s: nothing could be sent to %s: %s", function.name, target, error)
        metrics.put(function.region, "AWS/Lambda", metric, 1, "Count", {"FunctionName": function.name})


def _check_role(guard: Guard, function: Function, target: str) -> None:
    """Lambda sends with the function's role: it must be allowed to. Raises PermissionError."""
    service, region = target.split(":")[2:4]
    if service not in NEEDS:
        raise ValueError(f"local AWS does not deliver to {service}")
    decision = guard.as_role(function.role, function.name, NEEDS[service](target, region), {})
    if not decision.allowed:
        raise PermissionError(wording.message(decision))


def _send_now(target: str, body: str, attributes: dict[str, dict[str, str]]) -> None:
    service, region, name = target.split(":")[2], target.split(":")[3], target.rsplit(":", maxsplit=1)[-1]
    if service == "sqs":
        sqs_backends[ACCOUNT_ID][region].send_message(name, body, message_attributes=attributes)
    else:
        sns_backends[ACCOUNT_ID][region].publish(body, arn=target)


def _json_or_text(payload: bytes) -> Any:
    try:
        return json.loads(payload)
    except ValueError:
        return payload.decode(errors="replace")
