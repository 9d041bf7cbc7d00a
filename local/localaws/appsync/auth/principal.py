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
        self._asked = caller, request
        self._fields = {key: api.field_arn(*key) for key in root_fields(api)}
        self._decisions: dict[tuple[str, str], Decision] = {}

    @property
    def none(self) -> bool:
        """Whether the API has fields and the principal may use not one of them."""
        return bool(self._fields) and not any(self._decided(key).allowed for key in self._fields)

    def _decided(self, key: tuple[str, str]) -> Decision:
        if key not in self._decisions:
            caller, request = self._asked
            need = Need(ACTION, self._fields[key])
            decision = self._guard.decide(caller, [need], request, self._path, silently=True)
            assert decision is not None
            self._decisions[key] = decision
        return self._decisions[key]

    def __call__(self, type_name: str, field_name: str) -> bool:
        """Whether the field may be used. Only root fields can be refused."""
        if (type_name, field_name) not in self._fields:
            return True
        decision = self._decided((type_name, field_name))
        self._guard.journal.decided(decision, self._path)
        return decision.allowed

    def refuse(self) -> None:
        """Keeps in the journal that nothing was allowed."""
        for decision in self._decisions.values():
            self._guard.journal.decided(decision, self._path)
