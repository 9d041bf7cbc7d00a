"""moto's Logs, corrected."""

from __future__ import annotations

import json
from typing import Any

import moto.logs.models
import moto.logs.urls
from moto.logs.exceptions import InvalidParameterException, LogsClientError, ResourceNotFoundException
from moto.logs.models import LogsBackend, logs_backends
from moto.logs.responses import LogsResponse

from localaws.logs import insights, patterns
from localaws.logs.errors import refused
from localaws.patching import keep, serve

MAX_EVENTS = 10_000
"""Of one page. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html"""


class LocalLogsBackend(LogsBackend):
    """Log groups of one region."""

    def get_query_results(self, query_id: str) -> Any:
        """A query nobody started has no results; moto fails on it."""
        if query_id not in self.queries:
            raise LogsClientError("ResourceNotFoundException", f"Query {query_id} does not exist.")
        return super().get_query_results(query_id)


class LocalLogsResponse(LogsResponse):
    """Understands patterns and queries, or refuses them."""

    def filter_log_events(self) -> str:
        """Answers FilterLogEvents."""
        pattern = patterns.compiled(self._get_param("filterPattern") or "")
        group = self._group()
        limit = int(self._get_param("limit") or MAX_EVENTS)
        if limit > MAX_EVENTS:
            raise InvalidParameterException(f"limit must be at most {MAX_EVENTS}")
        start, end = self._get_param("startTime"), self._get_param("endTime")
        streams = self._streams(group)
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

    def put_metric_filter(self) -> str:
        """Metric filters are not evaluated, so they are refused."""
        raise refused("metric filters")

    def start_query(self) -> Any:
        """Refuses what the evaluator would leave out."""
        for name, allowed in (("queryLanguage", "CWLI"), ("logGroupIdentifiers", None), ("limit", None)):
            if self._get_param(name) not in (None, allowed):
                raise refused(f"StartQuery with {name}")
        return super().start_query()

    def put_subscription_filter(self) -> Any:
        """Refuses a pattern that is none."""
        patterns.compiled(self._get_param("filterPattern") or "")
        return super().put_subscription_filter()

    def _group(self) -> Any:
        identifier = self._get_param("logGroupName") or self._get_param("logGroupIdentifier") or ""
        name = identifier.removesuffix(":*").split(":log-group:")[-1]
        group = self.logs_backend.groups.get(name)
        if group is None:
            raise ResourceNotFoundException
        return group

    def _streams(self, group: Any) -> list[Any]:
        names, prefix = self._get_param("logStreamNames"), self._get_param("logStreamNamePrefix")
        if names and prefix:
            raise InvalidParameterException("logStreamNames and logStreamNamePrefix exclude each other")
        return [
            stream
            for name, stream in list(group.streams.items())
            if (not names or name in names) and name.startswith(prefix or "")
        ]


def install() -> None:
    """Puts ours in the place of moto's."""
    serve(moto.logs.urls, LocalLogsResponse)
    keep(logs_backends, moto.logs.urls, LocalLogsBackend)
    # Patched: moto's two evaluators are functions of its module, called by name.
    moto.logs.models.execute_query = insights.execute
    moto.logs.models.EventMessageFilter = patterns.compiled


def _position(token: str | None) -> int:
    if token and not token.isdigit():
        raise InvalidParameterException("The specified nextToken is invalid.")
    return int(token or 0)
