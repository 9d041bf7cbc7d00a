"""Field logs in CloudWatch: /aws/appsync/apis/{apiId} in moto, at the level the API configures.

Differs from AWS: tracing and summary records are not written, and content (arguments, results, headers) never is,
whatever `excludeVerboseContent` says.
"""

from __future__ import annotations

import json
import time

from moto.logs.models import logs_backends

from localaws.appsync.execution.data_sources import SERVICE
from localaws.appsync.execution.request import GraphqlRequest
from localaws.authorization.guard import Guard
from localaws.logs.needs import log_needs

STREAM = "local"
SHOWS_ERRORS = {"ERROR", "INFO", "DEBUG", "ALL"}
SHOWS_CONSOLE = {"INFO", "DEBUG", "ALL"}


class FieldLog:
    """Writes what a resolver did wrong or said."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def failed(self, request: GraphqlRequest, field_name: str, reason: str) -> None:
        """A field failed; `reason` must hold no content."""
        if _level(request) in SHOWS_ERRORS:
            _write(self._guard, request, {"logType": "ExecutionSummary", "fieldName": field_name, "error": reason})

    def console(self, request: GraphqlRequest, field_name: str, lines: list[tuple[str, str]]) -> None:
        """What a handler told `console`."""
        if _level(request) in SHOWS_CONSOLE:
            for level, text in lines:
                _write(
                    self._guard,
                    request,
                    {"logType": "console", "level": level, "fieldName": field_name, "message": text},
                )


def _level(request: GraphqlRequest) -> str:
    config = request.api.settings.get("logConfig") or {}
    return str(config.get("fieldLogLevel", "NONE"))


def _write(guard: Guard, request: GraphqlRequest, record: dict[str, str]) -> None:
    """Writes one record with the logging role; what the role may not do is not done, and nobody is told."""
    api = request.api
    role = str((api.settings.get("logConfig") or {}).get("cloudWatchLogsRoleArn"))
    if not guard.assume(SERVICE, role, api.arn).allowed:
        return
    group = f"/aws/appsync/apis/{api.api_id}"
    backend = logs_backends[api.account_id][api.region]

    def may(action: str, stream: str | None) -> bool:
        needs = log_needs(action, group, stream, api.region)
        return guard.as_role(role, "APPSYNC_ASSUME_ROLE", needs, {}).allowed

    if group not in backend.groups:
        if not may("CreateLogGroup", None):
            return
        backend.create_log_group(group, {})
    if STREAM not in backend.groups[group].streams:
        if not may("CreateLogStream", STREAM):
            return
        backend.create_log_stream(group, STREAM)
    if may("PutLogEvents", STREAM):
        message = json.dumps({"requestId": request.request_id, "graphQLAPIId": api.api_id, **record})
        backend.put_log_events(group, STREAM, [{"timestamp": int(time.time() * 1000), "message": message}])
