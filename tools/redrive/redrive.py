"""Questions that failed: shows what waits in the dead-letter queues and, only when told to, asks them again.

    redrive.py                     list, change nothing
    redrive.py --replay            hand each question to the orchestrator again, then delete it from its queue
    redrive.py --discard           delete without asking again
    redrive.py --queue failed      one queue only; --older-than / --newer-than MINUTES narrow further

A replay invokes the orchestrator directly, because the topic accepts the data-source function and nobody else.
Whoever runs this needs sqs:ReceiveMessage, sqs:ChangeMessageVisibility and sqs:DeleteMessage on the queues, kms:Decrypt
on the key and, to replay, lambda:InvokeFunction. Neither questions nor session ids are printed. A message that holds no
question is reported by its message id and left where it is, for a person to look at.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

DEPLOYMENT = Path(__file__).resolve().parents[2] / "deployment"
# Long enough to replay what was taken; after it a letter that is still there comes up again by itself.
HOLD_SECONDS = 300
# A long poll asks every server behind the queue; a short one may miss a letter that is there.
POLL_SECONDS = 1


@dataclass(frozen=True)
class Letter:
    """One message of a dead-letter queue."""

    queue: str
    queue_url: str
    receipt: str
    reason: str
    event: Mapping[str, Any]

    @property
    def questions(self) -> list[Mapping[str, Any]]:
        """The questions in it: one, unless SNS batched several into an event."""
        return [_question(record) for record in self.event["Records"]]

    def age_minutes(self, now_ms: float) -> float:
        """Since the oldest question in it was asked."""
        return max(now_ms - question["askedAt"] for question in self.questions) / 60_000


class UnreadableError(Exception):
    """A message of a dead-letter queue that holds no question this tool knows how to replay."""


class Redrive:
    """The dead-letter queues and the function their questions go back to."""

    def __init__(self, outputs: Mapping[str, Any], session: Any = None) -> None:
        """`outputs` are the root outputs of the deployment by name; `session` is a boto3 session for its region."""
        session = session or boto3.session.Session(region_name=outputs["region"])
        self._queues: Mapping[str, str] = outputs["dead_letter_queue_urls"]
        self._function = outputs["function_names"]["orchestrator"]
        self._sqs = session.client("sqs")
        self.unreadable: list[Letter] = []
        self._lambda = session.client("lambda")

    def letters(self, queue: str | None = None) -> Iterator[Letter]:
        """Takes what waits. Each message is held back from other readers until it is deleted or released.

        What holds no question is not handed out but kept in `unreadable`, with its message id for a reason.
        """
        for name, url in sorted(self._queues.items()):
            if queue not in (None, name):
                continue
            while messages := self._receive(url):
                for message in messages:
                    try:
                        yield _letter(name, url, message)
                    except UnreadableError:
                        self.unreadable.append(Letter(name, url, message["ReceiptHandle"], message["MessageId"], {}))

    def replay(self, letter: Letter) -> None:
        """Asks again, then deletes. Raises, and deletes nothing, where Lambda does not accept the event."""
        self._lambda.invoke(
            FunctionName=self._function, InvocationType="Event", Payload=json.dumps(letter.event).encode()
        )
        self.discard(letter)

    def discard(self, letter: Letter) -> None:
        """Deletes the message."""
        self._sqs.delete_message(QueueUrl=letter.queue_url, ReceiptHandle=letter.receipt)

    def release(self, letter: Letter) -> None:
        """Lets others see the message again at once."""
        self._sqs.change_message_visibility(
            QueueUrl=letter.queue_url, ReceiptHandle=letter.receipt, VisibilityTimeout=0
        )

    def _receive(self, url: str) -> list[Mapping[str, Any]]:
        answer = self._sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            WaitTimeSeconds=POLL_SECONDS,
            VisibilityTimeout=HOLD_SECONDS,
            MessageAttributeNames=["All"],
        )
        return answer.get("Messages", [])


def _letter(queue: str, url: str, message: Mapping[str, Any]) -> Letter:
    body = _mapping(message["Body"])
    if "requestPayload" in body:
        reason, event = _failure(body), body["requestPayload"]
    else:
        attributes = message.get("MessageAttributes", {})
        reason = attributes.get("ErrorCode", {}).get("StringValue", "not handed over")
        event = _event(body, message["Body"])
    letter = Letter(queue, url, message["ReceiptHandle"], reason, event)
    try:
        questions = letter.questions
    except (KeyError, TypeError) as error:
        raise UnreadableError from error
    if not questions:
        raise UnreadableError
    return letter


def _mapping(text: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise UnreadableError from error
    if not isinstance(value, Mapping):
        raise UnreadableError
    return value


def _failure(body: Mapping[str, Any]) -> str:
    """The condition Lambda names and the function's own word for it."""
    condition = body.get("requestContext", {}).get("condition", "failed")
    payload = body.get("responsePayload")
    return (
        f"{condition}: {payload['errorType']}" if isinstance(payload, Mapping) and "errorType" in payload else condition
    )


def _event(body: Mapping[str, Any], text: str) -> Mapping[str, Any]:
    """The event SNS would have invoked the function with, from what it left in the queue."""
    if body.get("Type") == "Notification":
        return {"Records": [{"EventSource": "aws:sns", "EventVersion": "1.0", "EventSubscriptionArn": "", "Sns": body}]}
    notification = {"Type": "Notification", "MessageId": "", "TopicArn": "", "Message": text, "MessageAttributes": {}}
    return {
        "Records": [{"EventSource": "aws:sns", "EventVersion": "1.0", "EventSubscriptionArn": "", "Sns": notification}]
    }


def _question(record: Mapping[str, Any]) -> Mapping[str, Any]:
    question = _mapping(record["Sns"]["Message"])
    # What the orchestrator could only drop is not worth an invocation, and a person should see it.
    members = {"requestId": str, "sessionId": str, "message": str, "askedAt": int}
    if not all(isinstance(question.get(name), kind) for name, kind in members.items()):
        raise UnreadableError
    return question


def _line(letter: Letter, now_ms: float) -> str:
    ids = ", ".join(question["requestId"] for question in letter.questions)
    return f"{letter.queue:12} {letter.age_minutes(now_ms):8.1f} min  {letter.reason:32} {ids}"


def _outputs(path: Path | None) -> dict[str, Any]:
    if path is None:
        command = ["terraform", f"-chdir={DEPLOYMENT}", "output", "-json"]
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    else:
        text = path.read_text()
    return {name: output["value"] for name, output in json.loads(text).items()}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Show, replay or discard the questions in the dead-letter queues.")
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--replay", action="store_true", help="ask each question again and delete it from its queue")
    action.add_argument("--discard", action="store_true", help="delete each question without asking it again")
    parser.add_argument("--queue", choices=("undelivered", "failed"), help="only this queue")
    parser.add_argument(
        "--older-than", type=float, default=0, metavar="MINUTES", help="only questions asked longer ago"
    )
    parser.add_argument(
        "--newer-than", type=float, default=float("inf"), metavar="MINUTES", help="only questions asked since"
    )
    parser.add_argument("--outputs", type=Path, help="terraform output -json, instead of asking Terraform")
    return parser.parse_args()


def run(redrive: Redrive, arguments: argparse.Namespace) -> int:
    """Lists, replays or discards; returns how many letters were chosen."""
    now_ms = time.time() * 1000
    # All are taken before any is released or replayed, so that none comes up twice.
    letters = list(redrive.letters(arguments.queue))
    chosen = [each for each in letters if arguments.older_than <= each.age_minutes(now_ms) <= arguments.newer_than]
    for letter in [*letters, *redrive.unreadable]:
        if letter not in chosen or not (arguments.replay or arguments.discard):
            redrive.release(letter)
    for letter in chosen:
        if arguments.replay:
            redrive.replay(letter)
        elif arguments.discard:
            redrive.discard(letter)
        print(_line(letter, now_ms))
    done = "replayed" if arguments.replay else "discarded" if arguments.discard else "waiting; nothing was changed"
    print(f"{len(chosen)} {done}")
    for letter in redrive.unreadable:
        print(f"left in place, holds no question: {letter.queue} {letter.reason}")
    return len(chosen)


def main() -> int:
    """Returns the process's exit status."""
    arguments = _arguments()
    run(Redrive(_outputs(arguments.outputs)), arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main())
