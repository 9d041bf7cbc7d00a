"""The dashboard tells the story of an answer, and each thing that must wake somebody does."""

from __future__ import annotations

import json
import re

from paths import REPOSITORY
from plans import Plan

ALARMS = {
    "undelivered-questions": ("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
    "failed-questions": ("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
    "data-source-errors": ("AWS/Lambda", "Errors"),
    "data-source-throttles": ("AWS/Lambda", "Throttles"),
    "orchestrator-errors": ("AWS/Lambda", "Errors"),
    "orchestrator-throttles": ("AWS/Lambda", "Throttles"),
    "orchestrator-questions-dropped": ("AWS/Lambda", "AsyncEventsDropped"),
    "orchestrator-dead-letter-failures": ("AWS/Lambda", "DestinationDeliveryFailures"),
    "api-errors": ("AWS/AppSync", "5XXError"),
    "api-messages-dropped": ("AWS/AppSync", "InboundMessageDropped"),
    "api-messages-delayed": ("AWS/AppSync", "InboundMessageDelayed"),
    "data-source-questions-failing": ("BedrockStreaming", "Errors"),
    "orchestrator-answers-failing": ("BedrockStreaming", "Errors"),
    "model-misconfigured": ("BedrockStreaming", "Errors"),
    "quota-exhausted": ("BedrockStreaming", "Errors"),
    "first-token-slow": ("BedrockStreaming", "ModelFirstTokenMs"),
}


def alarms(plan: Plan) -> dict[str, dict]:
    return {
        each.values["alarm_name"].removeprefix("bedrock-chat-"): each.values
        for each in plan.of("aws_cloudwatch_metric_alarm")
    }


def widgets(plan: Plan) -> list[dict]:
    (dashboard,) = plan.of("aws_cloudwatch_dashboard")
    return json.loads(dashboard.values["dashboard_body"])["widgets"]


def own_metrics(plan: Plan) -> set[str]:
    """Metrics of the functions' own namespace that the dashboard or an alarm reads."""
    text = json.dumps(widgets(plan))
    charted = set(re.findall(r'"BedrockStreaming", "(\w+)"', text)) | set(re.findall(r'MetricName=\\+"(\w+)\\+"', text))
    return charted | {each["metric_name"] for each in alarms(plan).values() if each["namespace"] == "BedrockStreaming"}


def test_each_thing_that_pages_somebody_has_its_alarm(sample: Plan) -> None:
    assert {name: (each["namespace"], each["metric_name"]) for name, each in alarms(sample).items()} == ALARMS


def test_every_alarm_reaches_the_topic_and_explains_itself(sample: Plan) -> None:
    for name, alarm in alarms(sample).items():
        assert len(alarm["alarm_actions"]) == 1 and alarm["alarm_actions"] == alarm["ok_actions"], name
        assert alarm["treat_missing_data"] == "notBreaching", name
        assert len(alarm["alarm_description"]) > 40, name


def test_alarms_watch_this_stack_and_no_other(sample: Plan) -> None:
    for name, alarm in alarms(sample).items():
        (value,) = (value for key, value in alarm["dimensions"].items() if key != "ErrorCode")
        assert value.startswith("bedrock-chat-") or value == "mockedapiidmockedapiid1234", name


def test_a_callers_topic_is_used_instead_of_a_new_one(plans: dict[str, Plan]) -> None:
    plan = plans["callers_key_bucket_topic_and_boundary"]
    assert {action for alarm in alarms(plan).values() for action in alarm["alarm_actions"]} == {
        "arn:aws:sns:us-east-1:123456789012:callers-alarms"
    }
    assert [topic.address for topic in plan.of("aws_sns_topic")] == ["module.messaging.aws_sns_topic.questions"]


def test_mail_is_sent_to_whom_it_was_asked_for(plans: dict[str, Plan]) -> None:
    mails = [
        each.values["endpoint"]
        for each in plans["alarm_mail"].of("aws_sns_topic_subscription")
        if each.values["protocol"] == "email"
    ]
    assert mails == ["oncall@example.com"]


def test_the_dashboard_follows_an_answer_from_the_queue_to_the_end(sample: Plan) -> None:
    expected = {
        "QueueWaitMs",
        "ModelFirstTokenMs",
        "FirstPublishLagMs",
        "AnswerMs",
        "Mutations",
        "Retries",
        "InputTokens",
        "OutputTokens",
        "Errors",
    }
    assert expected <= own_metrics(sample)
    text = json.dumps(widgets(sample))
    assert "InboundMessageDropped" in text and "ApproximateNumberOfMessagesVisible" in text


def test_widgets_fit_beside_each_other(sample: Plan) -> None:
    cells = [(widget["x"], widget["y"]) for widget in widgets(sample)]
    assert len(cells) == len(set(cells))
    assert all(widget["x"] + widget["width"] <= 24 for widget in widgets(sample))


def test_every_own_metric_is_one_the_functions_emit(sample: Plan) -> None:
    source = "".join(path.read_text() for path in (REPOSITORY / "lambdas").rglob("src/**/*.rs"))
    assert not [metric for metric in own_metrics(sample) if f'"{metric}"' not in source]
