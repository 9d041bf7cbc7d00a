"""CloudWatch's answers about metrics, and alarms whose state is set by hand. What is stored is moto's.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html

moto mixes what differs in its dimensions, knows no percentile, and answers an expression it cannot read with nothing.

Differs from AWS: percentiles are exact; other extended statistics, functions of metric math and Metrics Insights
queries are refused by name; periods begin at whole multiples of their length since 1970.
"""

from __future__ import annotations

from localaws.cloudwatch import data, model, statistics
from localaws.context import Context
from localaws.services import Component

__all__ = ["install"]


def install(context: Context) -> Component:
    """Answers the two operations that read metrics; all others are moto's."""
    model.install(context.guard)
    return Component(operations={"GetMetricData": data.get, "GetMetricStatistics": statistics.get})
