"""CloudWatch metrics that services emit: Lambda's own, and the embedded metric format in log lines.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html

Differs from AWS: alarms are stored and never evaluated; a metric is visible at once.
"""

from __future__ import annotations

import datetime
import json
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends

from localaws.settings import ACCOUNT_ID


def put(region: str, namespace: str, name: str, value: float, unit: str, dimensions: dict[str, str]) -> None:
    """Records one value."""
    _put(region, namespace, [_datum(name, value, unit, dimensions, None)])


def from_log_line(line: str, region: str) -> None:
    """Records the metrics of a log line in the embedded metric format; any other line has none."""
    if '"_aws"' not in line:
        return
    try:
        document = json.loads(line)
        directives = document["_aws"]["CloudWatchMetrics"]
        moment = datetime.datetime.fromtimestamp(document["_aws"]["Timestamp"] / 1000, datetime.UTC)
    except (ValueError, KeyError, TypeError):
        return
    for directive in directives:
        data = []
        for names in directive.get("Dimensions") or [[]]:
            dimensions = {name: str(document[name]) for name in names if name in document}
            for metric in directive["Metrics"]:
                values = document.get(metric["Name"])
                for value in values if isinstance(values, list) else [values]:
                    if isinstance(value, (int, float)):
                        data.append(_datum(metric["Name"], value, metric.get("Unit", "None"), dimensions, moment))
        if data:
            _put(region, directive["Namespace"], data)


def _datum(
    name: str, value: float, unit: str, dimensions: dict[str, str], moment: datetime.datetime | None
) -> dict[str, Any]:
    moment = moment or datetime.datetime.now(datetime.UTC)
    return {
        "MetricName": name,
        "Value": value,
        "Unit": unit,
        "Timestamp": moment.replace(tzinfo=None),
        "Dimensions": [{"Name": key, "Value": text} for key, text in dimensions.items()],
    }


def _put(region: str, namespace: str, data: list[dict[str, Any]]) -> None:
    cloudwatch_backends[ACCOUNT_ID][region].put_metric_data(namespace, data)
