"""AppSync's CloudWatch metrics, for events rare enough that moto can keep them: errors and connections.

Differs from AWS: Latency, TokensConsumed and message counts are not published.
https://docs.aws.amazon.com/appsync/latest/devguide/monitoring.html
"""

from __future__ import annotations

from datetime import UTC, datetime

from moto.cloudwatch.models import cloudwatch_backends

from localaws.appsync.control.models import GraphqlApi

NAMESPACE = "AWS/AppSync"


def count(api: GraphqlApi, metric: str) -> None:
    """Adds one to a metric of the API."""
    datum = {
        "MetricName": metric,
        "Dimensions": [{"Name": "GraphQLAPIId", "Value": api.api_id}],
        "Timestamp": datetime.now(UTC).replace(tzinfo=None),
        "Value": 1.0,
        "Unit": "Count",
    }
    cloudwatch_backends[api.account_id][api.region].put_metric_data(NAMESPACE, [datum])
