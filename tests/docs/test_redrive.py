"""`make redrive`, which operators are told to run: it shows first, and replays or deletes only when told to."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
import redrive
from moto import mock_aws

SECRET_QUESTION = "what did the auditors find"
SESSION = "session-0123456789abcdef"


def question(request_id: str, minutes_ago: float = 0) -> dict[str, Any]:
    asked_at = int((time.time() - 60 * minutes_ago) * 1000)
    return {
        "requestId": request_id,
        "sessionId": SESSION,
        "owner": None,
        "locale": "en_US",
        "message": SECRET_QUESTION,
        "askedAt": asked_at,
    }


def notification(request_id: str, minutes_ago: float = 0) -> dict[str, Any]:
    return {
        "Type": "Notification",
        "MessageId": f"sns-{request_id}",
        "TopicArn": "arn:aws:sns:us-east-1:123456789012:questions",
        "Message": json.dumps(question(request_id, minutes_ago)),
        "MessageAttributes": {"type": {"Type": "String", "Value": "Question"}},
    }


def failure(request_id: str, minutes_ago: float = 0) -> dict[str, Any]:
    record = {"EventSource": "aws:sns", "Sns": notification(request_id, minutes_ago)}
    return {
        "version": "1.0",
        "requestContext": {"condition": "RetriesExhausted"},
        "requestPayload": {"Records": [record]},
        "responsePayload": {"errorType": "ReaderNotTold", "errorMessage": "…"},
    }


class Recorder:
    """Stands for Lambda: keeps what it was invoked with, or refuses."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self.refuses = False

    def invoke(self, FunctionName: str, InvocationType: str, Payload: bytes) -> None:  # noqa: N803 - boto3's names
        if self.refuses:
            raise RuntimeError("refused")
        assert (FunctionName, InvocationType) == ("chat-orchestrator", "Event")
        self.events.append(json.loads(Payload))


class Account:
    """Two queues, and a redrive over them."""

    def __init__(self) -> None:
        self.sqs = boto3.client("sqs", region_name="us-east-1")
        self.urls = {name: self.sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("failed", "undelivered")}
        self.function = Recorder()

    def put(self, queue: str, body: dict[str, Any]) -> None:
        self.sqs.send_message(QueueUrl=self.urls[queue], MessageBody=json.dumps(body))

    def run(self, **options: Any) -> int:
        defaults = {"replay": False, "discard": False, "queue": None, "older_than": 0, "newer_than": float("inf")}
        outputs = {
            "region": "us-east-1",
            "dead_letter_queue_urls": self.urls,
            "function_names": {"orchestrator": "chat-orchestrator"},
        }
        tool = redrive.Redrive(outputs)
        tool._lambda = self.function
        return redrive.run(tool, argparse.Namespace(**(defaults | options)))

    def waiting(self, queue: str) -> int:
        return len(
            self.sqs.receive_message(QueueUrl=self.urls[queue], MaxNumberOfMessages=10, VisibilityTimeout=0).get(
                "Messages", []
            )
        )


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setattr(redrive, "POLL_SECONDS", 0)
    with mock_aws():
        account = Account()
        account.put("failed", failure("request-a", minutes_ago=5))
        account.put("undelivered", notification("request-b", minutes_ago=50))
        yield account


def test_listing_changes_nothing_and_shows_no_content(account: Account, capsys: pytest.CaptureFixture[str]) -> None:
    assert account.run() == 2
    printed = capsys.readouterr().out
    assert "request-a" in printed
    assert "RetriesExhausted: ReaderNotTold" in printed
    assert "request-b" in printed
    assert SECRET_QUESTION not in printed
    assert SESSION not in printed
    assert account.function.events == []
    assert (account.waiting("failed"), account.waiting("undelivered")) == (1, 1)


def test_a_replay_asks_each_question_again_in_the_shape_sns_has(account: Account) -> None:
    assert account.run(replay=True) == 2
    messages = [json.loads(event["Records"][0]["Sns"]["Message"]) for event in account.function.events]
    assert [message["requestId"] for message in messages] == ["request-a", "request-b"]
    assert account.function.events[1]["Records"][0]["Sns"]["MessageAttributes"]["type"]["Value"] == "Question"
    assert (account.waiting("failed"), account.waiting("undelivered")) == (0, 0)


def test_a_body_without_its_envelope_is_wrapped(account: Account) -> None:
    account.run(discard=True)
    account.put("undelivered", question("request-c"))
    assert account.run(replay=True) == 1
    assert json.loads(account.function.events[0]["Records"][0]["Sns"]["Message"])["requestId"] == "request-c"


def test_what_holds_no_question_is_reported_and_left_in_place(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    account.run(discard=True)
    strange = ["not JSON", "[]", '"text"', "{}", '{"requestPayload": {}}', '{"requestPayload": {"Records": []}}']
    strange += [json.dumps(notification("x") | {"Message": "prose"}), json.dumps({"requestId": "only"})]
    for body in strange:
        account.sqs.send_message(QueueUrl=account.urls["failed"], MessageBody=body)
    account.put("failed", failure("request-d"))
    assert account.run(replay=True) == 1
    assert [json.loads(event["Records"][0]["Sns"]["Message"])["requestId"] for event in account.function.events] == [
        "request-d"
    ]
    assert capsys.readouterr().out.count("left in place, holds no question: failed ") == len(strange)
    assert account.waiting("failed") == len(strange)


def test_a_discard_deletes_and_asks_nothing(account: Account) -> None:
    assert account.run(discard=True, queue="failed") == 1
    assert account.function.events == []
    assert (account.waiting("failed"), account.waiting("undelivered")) == (0, 1)


def test_age_narrows_what_is_replayed(account: Account) -> None:
    assert account.run(replay=True, newer_than=10) == 1
    assert (account.waiting("failed"), account.waiting("undelivered")) == (0, 1)


def test_what_lambda_refuses_stays_in_the_queue(account: Account) -> None:
    account.function.refuses = True
    with pytest.raises(RuntimeError, match="refused"):
        account.run(replay=True, queue="failed")
    queue = account.sqs.get_queue_attributes(QueueUrl=account.urls["failed"], AttributeNames=["All"])["Attributes"]
    assert queue["ApproximateNumberOfMessagesNotVisible"] == "1"
