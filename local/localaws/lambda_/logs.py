"""What a sandbox writes, on its way to CloudWatch: level filtering, platform lines, and metrics in EMF lines.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html

Differs from AWS: lines arrive at once; platform lines are those of START, END, REPORT and initialisation failures.
"""

from __future__ import annotations

import datetime
import json
import logging
import uuid
from collections import deque
from typing import Any

from moto.logs.models import logs_backends

from localaws import partitions
from localaws.authorization import wording
from localaws.authorization.guard import Guard
from localaws.cloudwatch.metrics import from_log_line
from localaws.lambda_.function import Function
from localaws.logs.needs import log_needs
from localaws.settings import ACCOUNT_ID

log = logging.getLogger(__name__)

LEVELS = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
TAIL_BYTES = 4096
"""LogType=Tail returns this much of the log."""


def now() -> datetime.datetime:
    """The current time in UTC."""
    return datetime.datetime.now(datetime.UTC)


def stamp(moment: datetime.datetime) -> str:
    """RFC 3339 with milliseconds, as platform lines carry it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


class LogStream:
    """The log stream of one sandbox."""

    def __init__(self, function: Function, guard: Guard) -> None:
        self._function = function
        self._guard = guard
        day = now().strftime("%Y/%m/%d")
        prefix = f"{function.name}" if function.has_own_log_group else ""
        self.name = f"{day}/{prefix}[{function.version}]{uuid.uuid4().hex}"
        self._tail: deque[str] = deque()
        self._tail_size = 0
        self._warned = False

    def start_tail(self) -> None:
        """Forgets the lines of earlier invocations."""
        self._tail.clear()
        self._tail_size = 0

    def tail(self) -> str:
        """The last 4 KB since start_tail."""
        return "".join(self._tail).encode()[-TAIL_BYTES:].decode(errors="replace")

    def application(self, line: str) -> None:
        """One line that the function wrote."""
        if self._function.log_format == "JSON" and not self._passes(line):
            return
        self._put(line)

    def platform(self, text: str, kind: str, record: dict[str, Any], level: str = "INFO") -> None:
        """One line of Lambda's own: `text` in the Text format, or `kind` and `record` in the JSON format."""
        if self._function.log_format == "JSON":
            if LEVELS.index(level) < LEVELS.index(self._function.system_log_level):
                return
            self._put(json.dumps({"time": stamp(now()), "type": f"platform.{kind}", "record": record}))
        elif text:
            self._put(text)

    def _passes(self, line: str) -> bool:
        """A line without a valid level or timestamp counts as INFO."""
        threshold = LEVELS.index(self._function.application_log_level)
        return LEVELS.index(_level(line)) >= threshold

    def _put(self, line: str) -> None:
        self._tail.append(line + "\n")
        self._tail_size += len(line) + 1
        while self._tail_size > 4 * TAIL_BYTES:
            self._tail_size -= len(self._tail.popleft())
        from_log_line(line, self._function.region)
        group = self._function.log_group
        backend = logs_backends[ACCOUNT_ID][self._function.region]
        if group not in backend.groups:
            if not self._may("CreateLogGroup", None):
                return
            backend.create_log_group(group, {})
        if self.name not in backend.groups[group].streams:
            if not self._may("CreateLogStream", self.name):
                return
            backend.create_log_stream(group, self.name)
        if not self._may("PutLogEvents", self.name):
            return
        event = {"timestamp": int(now().timestamp() * 1000), "message": line}
        backend.put_log_events(group, self.name, [event])

    def _may(self, action: str, stream: str | None) -> bool:
        """Lambda writes with the function's role. Lines that it may not write are lost, as on AWS."""
        function = self._function
        needs = log_needs(action, function.log_group, stream, function.region)
        arn = partitions.arn("lambda", function.region, f"function:{function.name}")
        decision = self._guard.as_role(function.role, function.name, needs, {"lambda:sourcefunctionarn": arn})
        if not decision.allowed:
            self._warn(f"log lines are lost: {wording.message(decision)}")
        return decision.allowed

    def _warn(self, message: str) -> None:
        if not self._warned:
            log.warning("%s: %s", self._function.name, message)
            self._warned = True


def _level(line: str) -> str:
    try:
        document = json.loads(line)
    except ValueError:
        return "INFO"
    if not isinstance(document, dict):
        return "INFO"
    level = str(document.get("level", "")).upper()
    level = {"WARNING": "WARN", "CRITICAL": "FATAL"}.get(level, level)
    if level not in LEVELS or not _is_rfc3339(document.get("timestamp")):
        return "INFO"
    return level


def _is_rfc3339(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        return datetime.datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False
