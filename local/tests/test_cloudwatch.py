"""CloudWatch metrics: what the alarms and the dashboard of the deployment ask for is computed, the rest refused."""

from __future__ import annotations

import json
import re
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from conftest import Local, queue, receive

END = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
START = END - timedelta(hours=1)
DEPLOYMENT = Path(__file__).parents[2] / "deployment"


@pytest.fixture(scope="module")
def namespace(local: Local) -> str:
    """1 to 100 ms of one function, in two periods of five minutes, and others that must not be mixed in."""
    name, put = f"N{uuid.uuid4().hex}", local.client("cloudwatch").put_metric_data

    def publish(metric: str, values: list[float], minute: int, **dimensions: str) -> None:
        pairs = [{"Name": key, "Value": value} for key, value in dimensions.items()]
        moment = START + timedelta(minutes=minute)
        data = [
            {"MetricName": metric, "Values": values, "Dimensions": pairs, "Timestamp": moment, "Unit": "Milliseconds"}
        ]
        put(Namespace=name, MetricData=data)

    publish("Ms", [float(value) for value in range(1, 101)], 1, Function="f")
    publish("Ms", [10.0, 20.0], 7, Function="f")
    publish("Ms", [9000.0], 1, Function="other")
    publish("Ms", [9000.0], 1)
    publish("Ms", [9000.0], 1, Function="f", ErrorCode="x")
    publish("Errors", [1.0, 1.0], 1, Function="f", ErrorCode="timeout")
    publish("Errors", [1.0], 1, Function="f", ErrorCode="quota")
    publish("Other", [5.0], 1, Function="f", ErrorCode="quota")
    publish("Errors", [7.0], 1, Function="f")
    return name


def data(local: Local, *queries: dict[str, Any]) -> list[dict[str, Any]]:
    answer = local.client("cloudwatch").get_metric_data(
        StartTime=START, EndTime=END, ScanBy="TimestampAscending", MetricDataQueries=list(queries)
    )
    results: list[dict[str, Any]] = answer["MetricDataResults"]
    return results


def stat(namespace: str, name: str, identifier: str = "m", metric: str = "Ms", **dimensions: str) -> dict[str, Any]:
    pairs = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    wanted = {"Namespace": namespace, "MetricName": metric, "Dimensions": pairs}
    return {"Id": identifier, "MetricStat": {"Metric": wanted, "Period": 300, "Stat": name}}


@pytest.mark.documented("https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html")
@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("p95", [95.0, 20.0]),
        ("p50", [50.0, 10.0]),
        ("p99.9", [100.0, 20.0]),
        ("p100", [100.0, 20.0]),
        ("Average", [50.5, 15.0]),
        ("Sum", [5050.0, 30.0]),
        ("SampleCount", [100.0, 2.0]),
        ("Minimum", [1.0, 10.0]),
        ("Maximum", [100.0, 20.0]),
    ],
)
def test_statistic_is_that_of_one_metric(local: Local, namespace: str, name: str, values: list[float]) -> None:
    (result,) = data(local, stat(namespace, name, Function="f"))
    assert result["Values"] == values
    assert result["Timestamps"] == [START, START + timedelta(minutes=5)]
    kind = {"ExtendedStatistics" if name.startswith("p") else "Statistics": [name]}
    points = local.client("cloudwatch").get_metric_statistics(
        Namespace=namespace,
        MetricName="Ms",
        Dimensions=[{"Name": "Function", "Value": "f"}],
        StartTime=START,
        EndTime=END,
        Period=300,
        **kind,
    )["Datapoints"]
    assert [point.get("ExtendedStatistics", point)[name] for point in points] == values
    assert {point["Unit"] for point in points} == {"Milliseconds"}


def test_every_set_of_dimensions_is_a_metric_of_its_own(local: Local, namespace: str) -> None:
    assert [each["Values"] for each in data(local, stat(namespace, "SampleCount"))] == [[1.0]]
    assert [each["Values"] for each in data(local, stat("elsewhere", "Sum", Function="f"))] == [[]]


def test_alarm_on_a_percentile_is_kept(local: Local, namespace: str) -> None:
    client = local.client("cloudwatch")
    client.put_metric_alarm(
        AlarmName=namespace,
        Namespace=namespace,
        MetricName="Ms",
        ExtendedStatistic="p95",
        Period=900,
        EvaluationPeriods=1,
        Threshold=5000,
        ComparisonOperator="GreaterThanThreshold",
    )
    (alarm,) = client.describe_alarms(AlarmNames=[namespace])["MetricAlarms"]
    assert (alarm["ExtendedStatistic"], alarm["StateValue"]) == ("p95", "INSUFFICIENT_DATA")
    assert "Statistic" not in alarm


@pytest.mark.documented("https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_SetAlarmState.html")
def test_alarm_whose_state_is_set_tells_its_topic(local: Local, namespace: str) -> None:
    sns, client, (url, arn) = local.client("sns"), local.client("cloudwatch"), queue(local)
    topic = sns.create_topic(Name=namespace)["TopicArn"]
    allowed = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
    policy = {"Version": "2012-10-17", "Statement": [{**allowed, "Resource": arn}]}
    local.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    client.put_metric_alarm(
        AlarmName=f"{namespace}-told",
        Namespace=namespace,
        MetricName="Ms",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        AlarmActions=[topic],
    )
    for state in ("OK", "ALARM", "ALARM"):
        client.set_alarm_state(AlarmName=f"{namespace}-told", StateValue=state, StateReason="test")
    message = json.loads(receive(local, url)["Body"])
    assert (message["AlarmName"], message["NewStateValue"]) == (f"{namespace}-told", "ALARM")
    assert "Messages" not in local.client("sqs").receive_message(QueueUrl=url)


@pytest.mark.documented("https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-search-expressions.html")
def test_searches_of_the_dashboard_find_their_metrics_and_no_others(local: Local, namespace: str) -> None:
    source = (DEPLOYMENT / "modules/observability/dashboard.tf").read_text()
    searches = re.findall(r'expression = "(SEARCH\(.*?\))"', source)
    assert len(searches) == 2
    errors = next(each for each in searches if "metrics_namespace" in each)
    expression = errors.replace("${var.metrics_namespace}", namespace).replace('\\"', '"')
    found = data(local, {"Id": "e", "Expression": expression})
    assert [(each["Label"], each["Values"]) for each in found] == [
        ("f quota Errors", [1.0]),
        ("f timeout Errors", [2.0]),
    ]
    either = f"SEARCH('{{{namespace},Function,ErrorCode}} MetricName=(\"Errors\" OR \"Other\")', 'Sum', 3600)"
    assert len(data(local, {"Id": "e", "Expression": either})) == 3
    other = next(each for each in searches if each is not errors).replace('\\"', '"')
    assert data(local, {"Id": "e", "Expression": other}) == []


def test_arithmetic_is_done_point_by_point(local: Local, namespace: str) -> None:
    total = {**stat(namespace, "Sum", "total", Function="f"), "ReturnData": False}
    count = {**stat(namespace, "SampleCount", "n", Function="f"), "ReturnData": False}
    (result,) = data(local, {"Id": "e", "Expression": "100 * (total - n) / n"}, total, count)
    assert result["Values"] == [100 * (5050 - 100) / 100, 100 * (30 - 2) / 2]


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"Id": "e", "Expression": "FILL(m, 0)"}, "FILL"),
        ({"Id": "e", "Expression": "SELECT SUM(Ms) FROM x"}, "SELECT"),
        ({"Id": "e", "Expression": "SEARCH('Errors', 'Sum')"}, "SEARCH"),
        ({"Id": "e", "Expression": "SEARCH('{n,d} NOT MetricName=\"a\"', 'Sum')"}, "SEARCH"),
        (stat("n", "tm95", "e"), "tm95"),
        ({"Id": "e", "Expression": "m > 3"}, "m > 3"),
    ],
)
def test_what_is_not_computed_is_refused_by_name(local: Local, query: dict[str, Any], named: str) -> None:
    with pytest.raises(ClientError, match=re.escape(named)) as refused:
        data(local, query, stat("n", "Sum"))
    assert refused.value.response["Error"]["Code"] == "NotFakedByLocalAws"


def test_more_points_than_aws_returns_are_refused(local: Local) -> None:
    with pytest.raises(ClientError, match="1440"):
        local.client("cloudwatch").get_metric_statistics(
            Namespace="n", MetricName="m", StartTime=START, EndTime=END, Period=1, Statistics=["Sum"]
        )
