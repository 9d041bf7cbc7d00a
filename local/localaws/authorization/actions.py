"""What operations need: IAM actions, resources, and the condition keys that only this operation fills.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html

Each service has its NEEDS in its part `needs`, beside `policy(arn)` where its resources have policies of their own. An
operation without an entry is refused in words when anyone but the operator asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from localaws import services
from localaws.operations import Operation

Facts: TypeAlias = dict[str, str | tuple[str, ...]]
"""Condition keys in small letters, with their values."""


@dataclass(frozen=True)
class Need:
    """One action on one resource."""

    action: str
    resource: str
    facts: Facts = field(default_factory=dict)
    on_behalf: str | None = None
    """The service that makes this call with the caller's rights, such as `sns`. It comes through no endpoint."""


Needs: TypeAlias = Callable[[Operation], Iterator[Need]]


def needs_of(operation: Operation) -> Needs | None:
    """What the operation needs, or None if no service says so."""
    part = services.part(operation.service, "needs")
    found: Needs | None = part.NEEDS.get(operation.name) if part else None
    return found
