"""Frames of the AWS event stream encoding.

https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html describes the same framing.
"""

from __future__ import annotations

import json
from typing import Any

from moto.core.eventstream import EventStreamEncoder

_ENCODER = EventStreamEncoder()


def event(name: str, payload: dict[str, Any]) -> bytes:
    """One event of ConverseStream, such as contentBlockDelta."""
    return _frame("event", ":event-type", name, payload)


def exception(name: str, payload: dict[str, Any]) -> bytes:
    """One modelled exception inside the stream; its name starts in lower case there."""
    return _frame("exception", ":exception-type", name, payload)


def _frame(kind: str, header: str, name: str, payload: dict[str, Any]) -> bytes:
    headers = {header: name, ":content-type": "application/json", ":message-type": kind}
    frame: bytes = _ENCODER.encode_message(headers, json.dumps(payload, ensure_ascii=False).encode())
    return frame
