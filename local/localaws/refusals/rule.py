"""What a rule is."""

from __future__ import annotations

from collections.abc import Callable

from localaws.authorization.guard import Guard
from localaws.operations import Operation


class Refused(Exception):  # noqa: N818 - an answer
    """AWS answers with this."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


Rule = Callable[[Operation, Guard], None]
"""Raises Refused where the operation breaks it."""
