"""Takes secrets out of what `terraform show -json` prints, which shows sensitive values in plain text."""

from __future__ import annotations

import re
from typing import Any

REDACTED = "(sensitive)"
# An AppSync API key is its own id, which the provider does not mark.
API_KEY = re.compile(r"da2-[a-z0-9]{26}")
MARKS = {"values": "sensitive_values", "after": "after_sensitive", "before": "before_sensitive"}


def redact(node: Any) -> Any:
    """A copy of a plan or state without the values Terraform marks as sensitive and without API keys."""
    if isinstance(node, str):
        return API_KEY.sub(REDACTED, node)
    if isinstance(node, list):
        return [redact(item) for item in node]
    if not isinstance(node, dict):
        return node
    if node.get("sensitive") is True and "value" in node:
        return {**node, "value": REDACTED}
    masked = {key: _mask(value, node.get(MARKS.get(key, ""))) for key, value in node.items()}
    return {key: redact(value) for key, value in masked.items()}


def _mask(value: Any, marks: Any) -> Any:
    """`value` with every part that `marks` says true to replaced."""
    if marks is True and value is not None:
        return REDACTED
    if isinstance(marks, dict) and isinstance(value, dict):
        return {key: _mask(item, marks.get(key)) for key, item in value.items()}
    if isinstance(marks, list) and isinstance(value, list):
        return [_mask(item, mark) for item, mark in zip(value, marks, strict=False)] + value[len(marks) :]
    return value
