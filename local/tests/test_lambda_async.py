"""Asynchronous invocation: retries, age, destinations, dead letters."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from conftest import ACCOUNT, REGION, Local, invoke, queue, receive, wait_until

Create = Callable[..., str]

ERRORS = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"
RECORDS = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"
FAILING = 'print("tried", flush=True)\nfail(request_id, "Bad", "no")\ncontinue'


def _configure(local: Local, name: str, **config: object) -> None:
    local.client("lambda").put_function_event_invoke_config(FunctionName=name, **config)


@pytest.mark.documented("https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html")
def test_event_is_accepted_at_once_and_run_later(local: Local, function: Create) -> None:
    url, arn = queue(local)
    name = function("time.sleep(0.3)\nanswer = event")
    _configure(local, name, DestinationConfig={"OnSuccess": {"Destination": arn}})
    answer = invoke(local, name, {"n": 1}, InvocationType="Event")
    assert (answer["StatusCode"], answer["Payload"]) == (202, None)
    record = json.loads(receive(local, url)["Body"])
    assert record["requestContext"]["condition"] == "Success"
    assert record["responsePayload"] == {"n": 1}


@pytest.mark.documented(RECORDS)
def test_failure_record_carries_question_and_reason(local: Local, function: Create) -> None:
    url, arn = queue(local)
    name = function(FAILING)
    _configure(local, name, MaximumRetryAttempts=0, DestinationConfig={"OnFailure": {"Destination": arn}})
    invoke(local, name, {"question": "why"}, InvocationType="Event")
    record = json.loads(receive(local, url)["Body"])
    assert record["version"] == "1.0"
    context = record["requestContext"]
    assert context["condition"] == "RetriesExhausted"
    assert context["approximateInvokeCount"] == 1
    assert context["functionArn"] == f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}:$LATEST"
    assert record["requestPayload"] == {"question": "why"}
    assert record["responseContext"] == {
        "statusCode": 200,
        "executedVersion": "$LATEST",
        "functionError": "Unhandled",
    }
    assert record["responsePayload"] == {"errorType": "Bad", "errorMessage": "no"}


@pytest.mark.documented(ERRORS)
def test_failed_event_is_tried_three_times_unless_configured(local: Local, function: Create) -> None:
    url, arn = queue(local)
    name = function(FAILING)
    _configure(local, name, DestinationConfig={"OnFailure": {"Destination": arn}})
    local.fault("lambda.async", "retry_after", match={"function": name}, parameters={"seconds": 0})
    invoke(local, name, {}, InvocationType="Event")
    assert json.loads(receive(local, url)["Body"])["requestContext"]["approximateInvokeCount"] == 3


@pytest.mark.documented(ERRORS)
def test_event_that_is_too_old_is_given_up(local: Local, function: Create) -> None:
    url, arn = queue(local)
    name = function("answer = 1")
    _configure(local, name, MaximumEventAgeInSeconds=60, DestinationConfig={"OnFailure": {"Destination": arn}})
    local.fault("lambda.async", "aged", match={"function": name}, parameters={"seconds": 61})
    invoke(local, name, {"a": 1}, InvocationType="Event")
    record = json.loads(receive(local, url)["Body"])
    assert record["requestContext"]["condition"] == "EventAgeExceeded"
    assert record["requestPayload"] == {"a": 1}


@pytest.mark.documented(ERRORS)
def test_throttled_event_waits_and_is_run(local: Local, function: Create) -> None:
    url, arn = queue(local)
    name = function("answer = 'ran'")
    _configure(local, name, MaximumRetryAttempts=0, DestinationConfig={"OnSuccess": {"Destination": arn}})
    local.fault("lambda.invoke", "throttle", match={"function": name})
    invoke(local, name, {}, InvocationType="Event")
    record = json.loads(receive(local, url)["Body"])
    assert record["responsePayload"] == "ran"
    assert record["requestContext"]["approximateInvokeCount"] == 1


@pytest.mark.documented(
    "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq"
)
def test_dead_letter_is_the_event_itself(local: Local, function: Create) -> None:
    url, arn = queue(local)
    name = function(FAILING, DeadLetterConfig={"TargetArn": arn})
    _configure(local, name, MaximumRetryAttempts=0)
    invoke(local, name, {"a": 1}, InvocationType="Event")
    message = receive(local, url)
    assert json.loads(message["Body"]) == {"a": 1}
    assert message["MessageAttributes"]["ErrorMessage"]["StringValue"] == "no"
    assert message["MessageAttributes"]["ErrorCode"]["StringValue"] == "200"


@pytest.mark.documented("https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html")
def test_event_invoke_config_is_kept_per_qualifier(local: Local, function: Create) -> None:
    client = local.client("lambda")
    name = function("answer = 1")
    version = client.publish_version(FunctionName=name)["Version"]
    _configure(local, name, MaximumRetryAttempts=0)
    _configure(local, name, MaximumRetryAttempts=1, Qualifier=version)
    _configure(local, name, MaximumRetryAttempts=2)
    found = client.get_function_event_invoke_config(FunctionName=name)
    assert (found["MaximumRetryAttempts"], found["FunctionArn"].split(":")[-1]) == (2, "$LATEST")
    assert client.get_function_event_invoke_config(FunctionName=name, Qualifier=version)["MaximumRetryAttempts"] == 1
    client.delete_function_event_invoke_config(FunctionName=name)
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_function_event_invoke_config(FunctionName=name)


def test_repeat_fault_runs_an_event_twice(local: Local, function: Create) -> None:
    url, arn = queue(local)
    name = function("answer = 1")
    _configure(local, name, DestinationConfig={"OnSuccess": {"Destination": arn}})
    local.fault("lambda.async", "repeat", match={"function": name})
    invoke(local, name, {}, InvocationType="Event")
    sqs = local.client("sqs")

    def waiting() -> bool:
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
        return attributes["Attributes"]["ApproximateNumberOfMessages"] == "2"

    assert wait_until(waiting)
