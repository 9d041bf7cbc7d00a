"""One GraphQL request while it is executed: what every resolver of it shares."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from localaws.appsync import limits
from localaws.appsync.auth import Caller
from localaws.appsync.control.models import GraphqlApi
from localaws.appsync.execution.documents import Document


@dataclass
class GraphqlRequest:
    """A request that was admitted, and what its resolvers leave behind."""

    api: GraphqlApi
    caller: Caller
    query: str
    variables: dict[str, Any]
    operation_name: str | None
    headers: dict[str, Any]
    """`ctx.request.headers`: names in lower case, a list where a header came more than once."""
    seconds: float = limits.REQUEST_SECONDS
    """Time the whole request may take."""
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    trace_header: str | None = None
    """X-Ray's header, handed to Lambda where tracing is on."""

    document: Document | None = None
    """The document, while it is executed."""
    started: float = field(default_factory=time.monotonic)
    resolvers_run: int = 0
    appended: list[dict[str, Any]] = field(default_factory=list)
    """`errors` entries of `util.appendError`."""
    invalidations: list[dict[str, Any]] = field(default_factory=list)
    """`extensions.invalidateSubscriptions`, carried out once the request is executed."""
    filter: Any = None
    """`extensions.setSubscriptionFilter`; None if it was not called."""
    invalidation_filter: Any = None

    @property
    def seconds_left(self) -> float:
        """Time left before the request limit."""
        return max(0.0, self.started + self.seconds - time.monotonic())
