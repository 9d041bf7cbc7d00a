"""What an IAM principal may do to one API."""

from __future__ import annotations

from collections.abc import Iterator

from localaws import sigv4
from localaws.appsync.control.models import GraphqlApi
from localaws.authorization.actions import Need
from localaws.authorization.evaluation import Decision
from localaws.authorization.guard import Guard
from localaws.http import Request
from localaws.network.model import Path

ACTION = "appsync:GraphQL"


def root_fields(api: GraphqlApi) -> Iterator[tuple[str, str]]:
    """(type, field) of everything `appsync:GraphQL` can be granted on."""
    if api.schema is None:
        return
    for operation in ("query", "mutation", "subscription"):
        root = api.schema.root(operation)
        if root is not None:
            for field in root.fields:
                yield root.name, field


class Rights:
    """Which root fields a principal may use; what is used is kept in the journal."""

    def __init__(
        self, guard: Guard, caller: sigv4.Caller, api: GraphqlApi, request: Request, path: Path | None
    ) -> None:
        self._guard = guard
        self._path = path
        self._decisions: dict[tuple[str, str], Decision] = {}
        for key in root_fields(api):
            decision = guard.decide(caller, [Need(ACTION, api.field_arn(*key))], request, path, silently=True)
            assert decision is not None
            self._decisions[key] = decision

    @property
    def none(self) -> bool:
        """Whether the API has fields and the principal may use not one of them."""
        return bool(self._decisions) and not any(each.allowed for each in self._decisions.values())

    def __call__(self, type_name: str, field_name: str) -> bool:
        """Whether the field may be used. Only root fields can be refused."""
        decision = self._decisions.get((type_name, field_name))
        if decision is None:
            return True
        self._guard.journal.decided(decision, self._path)
        return decision.allowed

    def refuse(self) -> None:
        """Keeps in the journal that nothing was allowed."""
        for decision in self._decisions.values():
            self._guard.journal.decided(decision, self._path)
