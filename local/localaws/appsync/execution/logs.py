"""Field logs in CloudWatch: /aws/appsync/apis/{apiId} in moto, at the level the API configures.

Differs from AWS: tracing and summary records are not written, and content (arguments, results, headers) never is,
whatever `excludeVerboseContent` says.
"""

from __future__ import annotations

import json
import time

from moto.logs.models import logs_backends

from localaws.appsync.execution.request import GraphqlRequest

STREAM = "local"
SHOWS_ERRORS = {"ERROR", "INFO", "DEBUG", "ALL"}
SHOWS_CONSOLE = {"INFO", "DEBUG", "ALL"}


class FieldLog:
    """Writes what a resolver did wrong or said."""

    def failed(self, request: GraphqlRequest, field_name: str, reason: str) -> None:
        """A field failed; `reason` must hold no content."""
        if _level(request) in SHOWS_ERRORS:
            _write(request, {"logType": "ExecutionSummary", "fieldName": field_name, "error": reason})

    def console(self, request: GraphqlRequest, field_name: str, lines: list[tuple[str, str]]) -> None:
        """What a handler told `console`."""
        if _level(request) in SHOWS_CONSOLE:
            for level, text in lines:
                _write(request, {"logType": "console", "level": level, "fieldName": field_name, "message": text})


def _level(request: GraphqlRequest) -> str:
    config = request.api.settings.get("logConfig") or {}
    return str(config.get("fieldLogLevel", "NONE"))


def _write(request: GraphqlRequest, record: dict[str, str]) -> None:
    api = request.api
    group = f"/aws/appsync/apis/{api.api_id}"
    backend = logs_backends[api.account_id][api.region]
    if group not in backend.groups:
        backend.create_log_group(group, {})
    if STREAM not in backend.groups[group].streams:
        backend.create_log_stream(group, STREAM)
    message = json.dumps({"requestId": request.request_id, "graphQLAPIId": api.api_id, **record})
    event = {"timestamp": int(time.time() * 1000), "message": message}
    backend.put_log_events(group, STREAM, [event])
