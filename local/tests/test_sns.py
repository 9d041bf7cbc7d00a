"""Publishing to a function: what arrives, when it is refused, where it goes then."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from botocore.exceptions import ClientError
from conftest import ACCOUNT, REGION, Local, queue, receive, wait_until

Create = Callable[..., str]

WITH_LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html"
DEAD_LETTERS = "https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html"


@dataclass
class Wired:
    """A topic, a function subscribed to it, and the queue where the function's events can be read."""

    topic: str
    function: str
    subscription: str
    events: str


@pytest.fixture
def wired(local: Local, function: Create) -> Wired:
    url, arn = queue(local)
    name = function("answer = {'event': event, 'trace': invocation.headers['Lambda-Runtime-Trace-Id']}")
    client = local.client("lambda")
    client.put_function_event_invoke_config(FunctionName=name, DestinationConfig={"OnSuccess": {"Destination": arn}})
    topic = local.client("sns").create_topic(Name=f"t-{uuid.uuid4().hex[:12]}")["TopicArn"]
    subscription = local.client("sns").subscribe(
        TopicArn=topic, Protocol="lambda", Endpoint=f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"
    )["SubscriptionArn"]
    return Wired(topic, name, subscription, url)


def _permit(local: Local, wired: Wired, source: str | None = None) -> None:
    local.client("lambda").add_permission(
        FunctionName=wired.function,
        StatementId="sns",
        Action="lambda:InvokeFunction",
        Principal="sns.amazonaws.com",
        SourceArn=source or wired.topic,
    )


@pytest.mark.documented(WITH_LAMBDA)
def test_event_carries_the_published_message(local: Local, wired: Wired) -> None:
    _permit(local, wired)
    published = local.client("sns").publish(
        TopicArn=wired.topic,
        Message="hello",
        Subject="s",
        MessageAttributes={"type": {"DataType": "String", "StringValue": "Question"}},
    )
    record = json.loads(receive(local, wired.events)["Body"])
    event = record["responsePayload"]["event"]["Records"][0]
    assert event["EventSource"] == "aws:sns"
    assert event["EventSubscriptionArn"] == wired.subscription
    assert event["Sns"]["MessageId"] == published["MessageId"]
    assert event["Sns"]["TopicArn"] == wired.topic
    assert (event["Sns"]["Message"], event["Sns"]["Subject"]) == ("hello", "s")
    assert event["Sns"]["MessageAttributes"] == {"type": {"Type": "String", "Value": "Question"}}


@pytest.mark.documented(DEAD_LETTERS)
@pytest.mark.parametrize("source", [None, f"arn:aws:sns:{REGION}:{ACCOUNT}:another-topic"])
def test_message_the_function_may_not_get_goes_to_the_redrive_queue(
    local: Local, wired: Wired, source: str | None
) -> None:
    if source:
        _permit(local, wired, source)
    url = _redrive(local, wired, f"arn:aws:sns:{REGION}:{ACCOUNT}:*")
    published = local.client("sns").publish(TopicArn=wired.topic, Message="hello")
    message = receive(local, url)
    body = json.loads(message["Body"])
    assert (body["Message"], body["MessageId"]) == ("hello", published["MessageId"])
    assert message["MessageAttributes"]["ErrorCode"]["StringValue"] == "403"


@pytest.mark.documented(DEAD_LETTERS)
def test_redrive_needs_the_queues_own_policy(local: Local, wired: Wired) -> None:
    url = _redrive(local, wired, f"arn:aws:sns:{REGION}:{ACCOUNT}:another-topic")
    local.client("sns").publish(TopicArn=wired.topic, Message="hello")
    name = wired.topic.split(":")[-1]
    assert wait_until(lambda: _metric(local, "NumberOfNotificationsFailedToRedriveToDlq", name))
    assert "Messages" not in local.client("sqs").receive_message(QueueUrl=url)


@pytest.mark.documented(WITH_LAMBDA)
def test_trace_header_of_the_publisher_reaches_the_function(local: Local, wired: Wired) -> None:
    _permit(local, wired)
    header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
    client = local.client("sns")
    client.meta.events.register(
        "before-sign.sns.Publish", lambda request, **_: request.headers.add_header("X-Amzn-Trace-Id", header)
    )
    client.publish(TopicArn=wired.topic, Message="hello")
    assert json.loads(receive(local, wired.events)["Body"])["responsePayload"]["trace"] == header


@pytest.mark.documented("https://docs.aws.amazon.com/sns/latest/api/API_Publish.html")
def test_message_and_attributes_together_may_not_pass_256_kib(local: Local, wired: Wired) -> None:
    attributes = {"a": {"DataType": "String", "StringValue": "x" * 10}}
    with pytest.raises(ClientError, match="InvalidParameter"):
        local.client("sns").publish(TopicArn=wired.topic, Message="x" * (256 * 1024 - 10), MessageAttributes=attributes)


def test_repeat_fault_delivers_the_same_message_twice(local: Local, wired: Wired) -> None:
    _permit(local, wired)
    local.fault("sns.deliver", "repeat", match={"topic": wired.topic.split(":")[-1]})
    local.client("sns").publish(TopicArn=wired.topic, Message="hello")
    first, second = (json.loads(receive(local, wired.events)["Body"]) for _ in range(2))
    assert (
        first["requestPayload"]["Records"][0]["Sns"]["MessageId"]
        == (second["requestPayload"]["Records"][0]["Sns"]["MessageId"])
    )


def _redrive(local: Local, wired: Wired, source: str) -> str:
    url, arn = queue(local)
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnLike": {"aws:SourceArn": source}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    local.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    local.client("sns").set_subscription_attributes(
        SubscriptionArn=wired.subscription,
        AttributeName="RedrivePolicy",
        AttributeValue=json.dumps({"deadLetterTargetArn": arn}),
    )
    return url


def _metric(local: Local, name: str, topic: str) -> bool:
    metrics = local.client("cloudwatch").list_metrics(
        Namespace="AWS/SNS", MetricName=name, Dimensions=[{"Name": "TopicName", "Value": topic}]
    )
    return bool(metrics["Metrics"])
