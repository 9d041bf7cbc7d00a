"""What AWS's control planes refuse and a plan, a mocked provider and moto let pass. It holds for the operator too.

Each service has its RULES in its part `refusals`: by operation, one function per rule, with the page it rests on.
"""

from __future__ import annotations

from collections.abc import Callable

from localaws import services
from localaws.authorization.guard import Guard
from localaws.http import Response
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


def check(operation: Operation, guard: Guard) -> Response | None:
    """The refusal of an operation, or None."""
    part = services.part(operation.service, "refusals")
    for rule in part.RULES.get(operation.name, ()) if part else ():
        try:
            rule(operation, guard)
        except Refused as refused:
            return operation.error(refused.code, refused.message, refused.status)
    return None
