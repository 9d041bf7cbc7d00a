"""CloudWatch Logs: what a filter pattern or a query asks for is what comes back, or it is refused by name."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError
from conftest import ACCOUNT, Local

NOW = int(time.time()) * 1000
TODAY = time.strftime("%Y-%m-%d 00:00:00.000", time.gmtime(NOW / 1000 - 57))
ENDED = "answer ended"
LINES: list[Any] = [
    {
        "level": "ERROR",
        "message": "answer ended",
        "errorCode": "timeout",
        "answerId": "a1",
        "ms": 40,
        "span": {"requestId": "r1"},
    },
    {"level": "INFO", "message": ENDED, "answerId": "a2", "ms": 20, "span": {"requestId": "r1"}},
    {
        "level": "WARN",
        "message": "answer ended",
        "errorCode": "timeout",
        "answerId": "a3",
        "ms": 30,
        "span": {"requestId": "r2"},
    },
    {
        "level": "INFO",
        "message": "question published",
        "ms": 5,
        "span": {"requestId": "r2"},
        "told": True,
        "tags": ["x", "y"],
    },
    {"level": "INFO", "message": "nothing", "ms": None, "span": {}},
    "START RequestId: 1 [ERROR] plain text",
]


@pytest.fixture(scope="module")
def group(local: Local) -> str:
    logs, name = local.client("logs"), f"/g/{uuid.uuid4().hex}"
    logs.create_log_group(logGroupName=name)
    for place, line in enumerate(LINES):
        stream = f"s{place % 2}"
        if place < 2:
            logs.create_log_stream(logGroupName=name, logStreamName=stream)
        message = line if isinstance(line, str) else json.dumps(line)
        event = {"timestamp": NOW - 60_000 + place * 1000, "message": message}
        logs.put_log_events(logGroupName=name, logStreamName=stream, logEvents=[event])
    return name


def filtered(local: Local, group: str, pattern: str, **more: Any) -> list[int]:
    events = local.client("logs").filter_log_events(logGroupName=group, filterPattern=pattern, **more)["events"]
    return [(event["timestamp"] - NOW + 60_000) // 1000 for event in events]


@pytest.mark.documented("https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html")
@pytest.mark.parametrize(
    ("pattern", "places"),
    [
        ("", [0, 1, 2, 3, 4, 5]),
        ("ERROR", [0, 5]),
        ("ERROR plain", [5]),
        ('"answer ended"', [0, 1, 2]),
        ("?ERROR ?WARN", [0, 2, 5]),
        ("?ERROR ?WARN plain", [5]),
        ("ERROR -plain", [0]),
        ("%r[0-9]%", [0, 1, 2, 3]),
        ('{ $.level = "ERROR" }', [0]),
        ("{ $.level = ERROR }", [0]),
        ('{ $.level = "E*" }', [0]),
        ('{ $.level != "INFO" }', [0, 2]),
        ("{ $.level = %^(ERROR|WARN)$% }", [0, 2]),
        ("{ $.ms >= 30 }", [0, 2]),
        ("{ $.ms = 5 }", [3]),
        ('{ $.span.requestId = "r2" && ($.ms < 10 || $.errorCode = "timeout") }', [2, 3]),
        ("{ $.told IS TRUE }", [3]),
        ("{ $.ms IS NULL }", [4]),
        ("{ $.span.requestId NOT EXISTS }", [4]),
        ('{ $.tags[1] = "y" }', [3]),
        ('{ $["level"] = "WARN" }', [2]),
        ('{ $.nothing = "here" }', []),
    ],
)
def test_filter_pattern_passes_what_it_describes(local: Local, group: str, pattern: str, places: list[int]) -> None:
    assert filtered(local, group, pattern) == places


def test_streams_times_and_pages_narrow_what_is_filtered(local: Local, group: str) -> None:
    assert filtered(local, group, "", logStreamNames=["s1"]) == [1, 3, 5]
    assert filtered(local, group, "", logStreamNamePrefix="s0") == [0, 2, 4]
    assert filtered(local, group, "", startTime=NOW - 58_000, endTime=NOW - 57_000) == [2, 3]
    pages = local.client("logs").get_paginator("filter_log_events").paginate(logGroupName=group, limit=4)
    assert [len(page["events"]) for page in pages] == [4, 2]


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("[ip, user]", "NotFakedByLocalAws"),
        ('{ $.a = "b"', "InvalidParameterException"),
        ("{ $.a ~ 3 }", "InvalidParameterException"),
        ("{ level = 3 }", "InvalidParameterException"),
        ("%(%", "InvalidParameterException"),
        ('"open', "InvalidParameterException"),
    ],
)
def test_pattern_that_is_not_understood_is_refused(local: Local, group: str, pattern: str, code: str) -> None:
    with pytest.raises(ClientError) as refused:
        filtered(local, group, pattern)
    assert refused.value.response["Error"]["Code"] == code


def test_metric_filter_is_refused(local: Local, group: str) -> None:
    transformation = {"metricName": "m", "metricNamespace": "n", "metricValue": "1"}
    with pytest.raises(ClientError, match="metric filters"):
        local.client("logs").put_metric_filter(
            logGroupName=group, filterName="f", filterPattern="ERROR", metricTransformations=[transformation]
        )


def query(local: Local, group: str, text: str, **more: Any) -> list[dict[str, str]]:
    logs, now = local.client("logs"), int(time.time())
    started = logs.start_query(logGroupName=group, startTime=now - 3600, endTime=now + 1, queryString=text, **more)
    answer = logs.get_query_results(queryId=started["queryId"])
    assert answer["status"] == "Complete"
    rows = [{cell["field"]: cell["value"] for cell in row} for row in answer["results"]]
    return [{name: value for name, value in row.items() if name != "@ptr"} for row in rows]


@pytest.mark.documented("https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html")
@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("filter span.requestId = 'never' | fields @message", []),
        (
            "fields level, errorCode | filter span.requestId = 'r1' | sort @timestamp asc",
            [{"level": "ERROR", "errorCode": "timeout"}, {"level": "INFO"}],
        ),
        (
            'filter message = "answer ended" and ispresent(errorCode)\n| stats count(*) by errorCode',
            [{"errorCode": "timeout", "count(*)": "2"}],
        ),
        (
            'filter message = "answer ended" # comment | limit 1\n'
            "| stats count_distinct(answerId) as runs by span.requestId | sort runs desc",
            [{"span.requestId": "r1", "runs": "2"}, {"span.requestId": "r2", "runs": "1"}],
        ),
        (
            "stats count(*), sum(ms), avg(ms), min(ms), max(ms)",
            [{"count(*)": "6", "sum(ms)": "95", "avg(ms)": "23.75", "min(ms)": "5", "max(ms)": "40"}],
        ),
        ("filter ms > 5 | stats pct(ms, 50) as middle", [{"middle": "30"}]),
        ("filter level in ['ERROR', 'WARN'] | stats count() as n", [{"n": "2"}]),
        ("filter level not in ['ERROR', 'WARN'] and level like /^I/ | stats count(*) as n", [{"n": "3"}]),
        ("filter @message like 'plain' or ms >= 40 | stats count(*) as n", [{"n": "2"}]),
        ("filter @message not like /answer (ended|begun)/ | stats count(*) as n", [{"n": "3"}]),
        ("filter not (level = 'INFO') and ispresent(level) | stats count(*) as n", [{"n": "2"}]),
        ("filter told = 1 | display `span.requestId` as id, tags.1", [{"id": "r2", "tags.1": "y"}]),
        ("fields ms | filter ms < 30 | sort ms desc | limit 1", [{"ms": "20"}]),
        (
            "filter ispresent(ms) | stats count(*) as n by bin(1d)",
            [{"bin(1d)": TODAY, "n": "4"}],
        ),
        ("stats count(*) as n by level | filter n > 2", [{"level": "INFO", "n": "3"}]),
    ],
)
def test_query_answers_what_it_asks(local: Local, group: str, text: str, rows: list[dict[str, str]]) -> None:
    assert query(local, group, text) == rows


def test_query_shows_times_and_groups_as_aws_does(local: Local, group: str) -> None:
    row = query(local, group, "fields @timestamp, @log, @logStream | filter ms = 40")[0]
    stamp = time.strftime("%Y-%m-%d %H:%M:%S.000", time.gmtime(NOW / 1000 - 60))
    assert row == {"@timestamp": stamp, "@log": f"{ACCOUNT}:{group}", "@logStream": "s0"}
    assert [set(row) for row in query(local, group, "limit 1")] == [{"@timestamp", "@message"}]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("parse @message 'a*' as b", "parse"),
        ("fields @message | dedup level", "dedup"),
        ("SOURCE logGroups()", "source"),
        ("stats stddev(ms)", "stddev"),
        ("filter ms + 1 > 2", "arithmetic"),
        ("filter isIpv4InSubnet(ip, '10.0.0.0/8')", "isipv4insubnet"),
        ("fields @duration", "@duration"),
        ("filter @requestId = 'x'", "@requestId"),
    ],
)
def test_what_insights_does_not_provide_is_refused_by_name(local: Local, group: str, text: str, named: str) -> None:
    with pytest.raises(ClientError, match=named) as refused:
        query(local, group, text)
    assert refused.value.response["Error"]["Code"] == "NotFakedByLocalAws"


@pytest.mark.parametrize(
    "text", ["", "filter level =", "filter (level = 'a'", "limit 0", "filter level = 'a' 'b'", "sort"]
)
def test_malformed_query_is_refused(local: Local, group: str, text: str) -> None:
    with pytest.raises(ClientError) as refused:
        query(local, group, text)
    assert refused.value.response["Error"]["Code"] == "MalformedQueryException"


def test_other_query_languages_and_unknown_queries_are_refused(local: Local, group: str) -> None:
    with pytest.raises(ClientError, match="queryLanguage"):
        query(local, group, "SELECT 1", queryLanguage="SQL")
    with pytest.raises(ClientError, match="limit"):
        query(local, group, "fields @message", limit=1)
    with pytest.raises(ClientError) as unknown:
        local.client("logs").get_query_results(queryId="unknown")
    assert unknown.value.response["Error"]["Code"] == "ResourceNotFoundException"
