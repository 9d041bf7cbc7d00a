"""What functions write, in CloudWatch Logs and as metrics."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable

import pytest
from conftest import Local, invoke, log_lines, role, wait_until

Create = Callable[..., str]

LEVELS = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html"
EMF = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html"

LOG = """
def log(level, message, **more):
    stamp = "2026-01-01T00:00:00.000Z"
    print(json.dumps({"timestamp": stamp, "level": level, "message": message, **more}), flush=True)
"""


@pytest.mark.documented("https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html")
def test_text_log_has_start_lines_end_and_report_in_order(local: Local, function: Create) -> None:
    name = function('print("one\\ntwo", flush=True)\nanswer = 1')
    invoke(local, name)
    lines = wait_until(lambda: log_lines(local, f"/aws/lambda/{name}"))
    assert [line.split()[0] for line in lines] == ["START", "one", "two", "END", "REPORT"]
    assert "Init Duration:" in lines[-1]


@pytest.mark.documented(LEVELS)
def test_json_log_is_filtered_by_level(local: Local, function: Create) -> None:
    logging = {"LogFormat": "JSON", "ApplicationLogLevel": "WARN", "SystemLogLevel": "INFO"}
    handler = 'log("info", "quiet")\nlog("error", "loud")\nprint("plain", flush=True)\nanswer = dict(os.environ)'
    name = function(handler, init=LOG, LoggingConfig=logging)
    seen = invoke(local, name)["Payload"]
    lines = [json.loads(line) for line in log_lines(local, f"/aws/lambda/{name}")]
    assert [line.get("message") for line in lines if "message" in line] == ["loud"]
    assert [line["type"] for line in lines if "type" in line] == ["platform.start", "platform.report"]
    assert (seen["AWS_LAMBDA_LOG_LEVEL"], seen["AWS_LAMBDA_LOG_FORMAT"]) == ("WARN", "JSON")


@pytest.mark.documented(LEVELS)
def test_json_line_without_timestamp_counts_as_info(local: Local, function: Create) -> None:
    logging = {"LogFormat": "JSON", "ApplicationLogLevel": "WARN"}
    handler = 'print(json.dumps({"level": "ERROR", "message": "lost"}), flush=True)\nanswer = 1'
    name = function(handler, LoggingConfig=logging)
    invoke(local, name)
    assert not any("lost" in line for line in log_lines(local, f"/aws/lambda/{name}"))


@pytest.mark.documented("https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html")
def test_configured_log_group_is_used(local: Local, function: Create) -> None:
    local.client("logs").create_log_group(logGroupName="/own/group")
    name = function('print("here", flush=True)\nanswer = 1', LoggingConfig={"LogGroup": "/own/group"})
    invoke(local, name)
    assert "here" in log_lines(local, "/own/group")


@pytest.mark.documented("https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html")
def test_log_group_is_not_created_without_the_right_to(local: Local, function: Create) -> None:
    name = function('print("x", flush=True)\nanswer = 1', Role=role(local, "logs:PutLogEvents"))
    invoke(local, name)
    groups = local.client("logs").describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{name}")["logGroups"]
    assert groups == []


@pytest.mark.documented(EMF)
def test_metric_line_becomes_a_metric(local: Local, function: Create) -> None:
    document = {
        "_aws": {
            "Timestamp": int(datetime.datetime.now().timestamp() * 1000),
            "CloudWatchMetrics": [
                {"Namespace": "Mine", "Dimensions": [["Function"]], "Metrics": [{"Name": "Tokens", "Unit": "Count"}]}
            ],
        },
        "Function": "f",
        "Tokens": 42,
    }
    name = function(f"print({json.dumps(document)!r}, flush=True)\nanswer = 1")
    invoke(local, name)
    assert _sum(local, "Mine", "Tokens", {"Name": "Function", "Value": "f"}) == 42


@pytest.mark.documented("https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html")
def test_lambda_counts_invocations_and_errors(local: Local, function: Create) -> None:
    name = function('if event:\n    fail(request_id, "Bad", "no")\n    continue\nanswer = 1')
    invoke(local, name)
    invoke(local, name, {"bad": True})
    dimension = {"Name": "FunctionName", "Value": name}
    assert _sum(local, "AWS/Lambda", "Invocations", dimension) == 2
    assert _sum(local, "AWS/Lambda", "Errors", dimension) == 1


def _sum(local: Local, namespace: str, name: str, dimension: dict[str, str]) -> float:
    now = datetime.datetime.now(datetime.UTC)
    points = local.client("cloudwatch").get_metric_statistics(
        Namespace=namespace,
        MetricName=name,
        Dimensions=[dimension],
        StartTime=now - datetime.timedelta(minutes=5),
        EndTime=now + datetime.timedelta(minutes=5),
        Period=600,
        Statistics=["Sum"],
    )["Datapoints"]
    return sum(point["Sum"] for point in points)
