"""CloudWatch Logs: filter patterns and Logs Insights as AWS reads them; groups, streams and events are moto's.

moto answers a pattern or a query it does not understand with every event there is. Here it is understood or refused.

Differs from AWS: metric filters, field indexes and live tail are refused; a query has its results at once; subscription
filters reach functions and nothing else.
"""

from __future__ import annotations

import json
from typing import Any

import moto.logs.models
from moto.logs.exceptions import InvalidParameterException, LogsClientError, ResourceNotFoundException
from moto.logs.models import LogsBackend
from moto.logs.responses import LogsResponse

from localaws.context import Context
from localaws.logs import insights, patterns
from localaws.logs.refusals import refused
from localaws.patching import replace
from localaws.services import Component

MAX_EVENTS = 10_000
"""Of one page. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html"""


def install(_context: Context) -> Component:
    """Corrects moto's Logs. Its two evaluators are functions of its module, so they are replaced by name."""
    moto.logs.models.execute_query = insights.execute
    moto.logs.models.EventMessageFilter = patterns.compiled
    LogsResponse.filter_log_events = _filter_log_events
    LogsResponse.put_metric_filter = _no_metric_filters
    _check_queries()
    _check_subscriptions()
    return Component()


def _filter_log_events(self: LogsResponse) -> str:
    pattern = patterns.compiled(self._get_param("filterPattern") or "")
    group = _group(self)
    limit = int(self._get_param("limit") or MAX_EVENTS)
    if limit > MAX_EVENTS:
        raise InvalidParameterException(f"limit must be at most {MAX_EVENTS}")
    start, end = self._get_param("startTime"), self._get_param("endTime")
    streams = _streams(self, group)
    found = [
        (event.timestamp, event.event_id, stream, event)
        for stream in streams
        for event in stream.events
        if (start is None or event.timestamp >= int(start))
        and (end is None or event.timestamp <= int(end))
        and pattern.matches(event.message)
    ]
    found.sort(key=lambda each: each[:2])
    first = _position(self._get_param("nextToken"))
    page = found[first : first + limit]
    answer: dict[str, Any] = {
        "events": [{**event.to_filter_dict(), "logStreamName": s.log_stream_name} for _, _, s, event in page],
        "searchedLogStreams": [
            {"logStreamName": stream.log_stream_name, "searchedCompletely": True} for stream in streams
        ],
    }
    if len(found) > first + limit:
        answer["nextToken"] = str(first + limit)
    return json.dumps(answer)


def _group(response: LogsResponse) -> Any:
    identifier = response._get_param("logGroupName") or response._get_param("logGroupIdentifier") or ""
    name = identifier.removesuffix(":*").split(":log-group:")[-1]
    group = response.logs_backend.groups.get(name)
    if group is None:
        raise ResourceNotFoundException
    return group


def _streams(response: LogsResponse, group: Any) -> list[Any]:
    names, prefix = response._get_param("logStreamNames"), response._get_param("logStreamNamePrefix")
    if names and prefix:
        raise InvalidParameterException("logStreamNames and logStreamNamePrefix exclude each other")
    return [
        stream
        for name, stream in list(group.streams.items())
        if (not names or name in names) and name.startswith(prefix or "")
    ]


def _position(token: str | None) -> int:
    if token and not token.isdigit():
        raise InvalidParameterException("The specified nextToken is invalid.")
    return int(token or 0)


def _no_metric_filters(self: LogsResponse) -> str:  # noqa: ARG001 - moto's signature
    raise refused("metric filters")


def _check_queries() -> None:
    @replace(LogsResponse, "start_query")
    def start(original: Any, self: LogsResponse) -> Any:
        for name, allowed in (("queryLanguage", "CWLI"), ("logGroupIdentifiers", None), ("limit", None)):
            if self._get_param(name) not in (None, allowed):
                raise refused(f"StartQuery with {name}")
        return original(self)

    @replace(LogsBackend, "get_query_results")
    def results(original: Any, self: LogsBackend, query_id: str) -> Any:
        if query_id not in self.queries:
            raise LogsClientError("ResourceNotFoundException", f"Query {query_id} does not exist.")
        return original(self, query_id)


def _check_subscriptions() -> None:
    @replace(LogsResponse, "put_subscription_filter")
    def put(original: Any, self: LogsResponse) -> Any:
        patterns.compiled(self._get_param("filterPattern") or "")
        return original(self)
