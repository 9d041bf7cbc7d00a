"""Field logs in CloudWatch: /aws/appsync/apis/{apiId} in moto, at the level the API configures.

Differs from AWS: tracing and summary records are not written, and content (arguments, results, headers) never is,
whatever `excludeVerboseContent` says.
"""

from __future__ import annotations

import json
import time

from moto.logs.models import logs_backends

from localaws import partitions
from localaws.appsync.auth import roles
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
    """Writes one record with the logging role; what the role may not do is not done, and nobody is told."""
    api = request.api
    role = roles.assumable(api, str((api.settings.get("logConfig") or {}).get("cloudWatchLogsRoleArn")))
    if role is None:
        return
    group = f"/aws/appsync/apis/{api.api_id}"
    group_arn = partitions.arn("logs", api.region, f"log-group:{group}", api.account_id)
    stream_arn = f"{group_arn}:log-stream:{STREAM}"
    backend = logs_backends[api.account_id][api.region]
    if group not in backend.groups and roles.may(api, role, "logs:CreateLogGroup", group_arn):
        backend.create_log_group(group, {})
    if group not in backend.groups:
        return
    if STREAM not in backend.groups[group].streams and roles.may(api, role, "logs:CreateLogStream", stream_arn):
        backend.create_log_stream(group, STREAM)
    if STREAM not in backend.groups[group].streams or not roles.may(api, role, "logs:PutLogEvents", stream_arn):
        return
    message = json.dumps({"requestId": request.request_id, "graphQLAPIId": api.api_id, **record})
    backend.put_log_events(group, STREAM, [{"timestamp": int(time.time() * 1000), "message": message}])
