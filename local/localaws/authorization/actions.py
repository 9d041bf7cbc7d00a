"""What each operation needs: IAM actions, resources, and the condition keys that only this operation fills.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html

An operation without an entry is refused in words when anyone but the operator asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from localaws import partitions
from localaws.authorization import stored
from localaws.bedrock.destinations import resources as model_resources
from localaws.operations import Operation
from localaws.settings import ACCOUNT_ID


@dataclass(frozen=True)
class Need:
    """One action on one resource."""

    action: str
    resource: str
    facts: dict[str, str | tuple[str, ...]] = field(default_factory=dict)
    on_behalf: str | None = None
    """The service that makes this call with the caller's rights, such as `sns`. It comes through no endpoint."""


def key_needs(key_arn: str | None, service: str, region: str, context: dict[str, str], *actions: str) -> Iterator[Need]:
    """What a service needs of a customer managed key, in its caller's name.

    https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
    """
    facts: dict[str, str | tuple[str, ...]] = {
        "kms:viaservice": f"{service}.{region}.amazonaws.com",
        "kms:calleraccount": ACCOUNT_ID,
        **{f"kms:encryptioncontext:{name.lower()}": value for name, value in context.items()},
    }
    if context:
        facts["kms:encryptioncontextkeys"] = tuple(context)
    for action in actions if key_arn else ():
        yield Need(f"kms:{action}", str(key_arn), facts, on_behalf=service)


def _publish(operation: Operation) -> Iterator[Need]:
    # https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    topic = operation.parameters.get("TopicArn") or operation.parameters.get("TargetArn") or "*"
    yield from publish_needs(topic, operation.region)


def publish_needs(topic: str, region: str) -> Iterator[Need]:
    """What publishing to a topic needs."""
    yield Need("sns:Publish", topic)
    context = {"aws:sns:topicArn": topic}
    yield from key_needs(stored.topic_key(topic), "sns", region, context, "GenerateDataKey", "Decrypt")


def _subscribe(operation: Operation) -> Iterator[Need]:
    asked = operation.parameters
    facts: dict[str, str | tuple[str, ...]] = {"sns:protocol": asked["Protocol"]}
    if asked.get("Endpoint"):
        facts["sns:endpoint"] = asked["Endpoint"]
    yield Need("sns:Subscribe", asked["TopicArn"], facts)


def _send(operation: Operation) -> Iterator[Need]:
    # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
    yield from send_needs(_queue(operation), operation.region)


def send_needs(queue: str, region: str) -> Iterator[Need]:
    """What sending to a queue needs."""
    yield Need("sqs:SendMessage", queue)
    context = {"aws:sqs:arn": queue}
    yield from key_needs(stored.queue_key(queue), "sqs", region, context, "GenerateDataKey", "Decrypt")


def _receive(operation: Operation) -> Iterator[Need]:
    queue = _queue(operation)
    yield Need("sqs:ReceiveMessage", queue)
    yield from key_needs(stored.queue_key(queue), "sqs", operation.region, {"aws:sqs:arn": queue}, "Decrypt")


def _queue(operation: Operation) -> str:
    name = str(operation.parameters["QueueUrl"]).rsplit("/", maxsplit=1)[-1]
    return partitions.arn("sqs", operation.region, name)


def _on_queue(action: str) -> Callable[[Operation], Iterator[Need]]:
    def needs(operation: Operation) -> Iterator[Need]:
        yield Need(action, _queue(operation))

    return needs


def _model(action: str) -> Callable[[Operation], Iterator[Need]]:
    def needs(operation: Operation) -> Iterator[Need]:
        # https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
        asked = operation.parameters
        guardrail = (asked.get("guardrailConfig") or {}).get("guardrailIdentifier")
        facts: dict[str, str | tuple[str, ...]] = {}
        if guardrail:
            arn = partitions.arn("bedrock", operation.region, f"guardrail/{guardrail}")
            facts["bedrock:guardrailidentifier"] = guardrail if guardrail.startswith("arn:") else arn
        profiles = stored.application_profiles(operation.region)
        for resource, own in model_resources(asked["modelId"], operation.region, profiles):
            yield Need(action, resource, {**facts, **own})
        if guardrail:
            yield Need("bedrock:ApplyGuardrail", str(facts["bedrock:guardrailidentifier"]))

    return needs


def _invoke(operation: Operation) -> Iterator[Need]:
    name = operation.parameters["FunctionName"]
    qualifier = operation.parameters.get("Qualifier")
    name = name.rsplit(":function:", maxsplit=1)[-1]
    arn = partitions.arn("lambda", operation.region, f"function:{name}")
    yield Need("lambda:InvokeFunction", f"{arn}:{qualifier}" if qualifier else arn)


def _on_key(action: str) -> Callable[[Operation], Iterator[Need]]:
    def needs(operation: Operation) -> Iterator[Need]:
        asked = operation.parameters
        context = asked.get("EncryptionContext") or {}
        facts: dict[str, str | tuple[str, ...]] = {
            "kms:calleraccount": ACCOUNT_ID,
            **{f"kms:encryptioncontext:{name.lower()}": value for name, value in context.items()},
        }
        if context:
            facts["kms:encryptioncontextkeys"] = tuple(context)
        yield Need(action, stored.key_arn(asked.get("KeyId"), operation.region) or "*", facts)

    return needs


def _trace(operation: Operation) -> Iterator[Need]:
    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html: no resource types
    yield Need(f"xray:{operation.name}", "*")


def _nothing(operation: Operation) -> Iterator[Need]:  # noqa: ARG001 - an entry like the others
    """https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html: no permission is required."""
    return iter(())


def _log(action: str) -> Callable[[Operation], Iterator[Need]]:
    def needs(operation: Operation) -> Iterator[Need]:
        group = operation.parameters["logGroupName"]
        yield from log_needs(action, group, operation.parameters.get("logStreamName"), operation.region)

    return needs


def log_needs(action: str, group: str, stream: str | None, region: str) -> Iterator[Need]:
    """What writing to a log group needs; CreateLogStream and PutLogEvents are authorized on the stream."""
    arn = partitions.arn("logs", region, f"log-group:{group}")
    yield Need(f"logs:{action}", f"{arn}:log-stream:{stream}" if stream else f"{arn}:*")


TABLE: dict[tuple[str, str], Callable[[Operation], Iterator[Need]]] = {
    ("bedrock-runtime", "Converse"): _model("bedrock:InvokeModel"),
    ("bedrock-runtime", "ConverseStream"): _model("bedrock:InvokeModelWithResponseStream"),
    ("kms", "Decrypt"): _on_key("kms:Decrypt"),
    ("kms", "Encrypt"): _on_key("kms:Encrypt"),
    ("kms", "GenerateDataKey"): _on_key("kms:GenerateDataKey"),
    ("lambda", "Invoke"): _invoke,
    ("logs", "CreateLogStream"): _log("CreateLogStream"),
    ("logs", "PutLogEvents"): _log("PutLogEvents"),
    ("sns", "Publish"): _publish,
    ("sns", "PublishBatch"): _publish,
    ("sns", "Subscribe"): _subscribe,
    ("sqs", "DeleteMessage"): _on_queue("sqs:DeleteMessage"),
    ("sqs", "GetQueueAttributes"): _on_queue("sqs:GetQueueAttributes"),
    ("sqs", "ReceiveMessage"): _receive,
    ("sqs", "SendMessage"): _send,
    ("sts", "GetCallerIdentity"): _nothing,
    ("xray", "PutTelemetryRecords"): _trace,
    ("xray", "PutTraceSegments"): _trace,
}
