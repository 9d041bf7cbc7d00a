"""What is taken away for a while, while all that is stored stays as it is: how `make prove` shows what is needed.

A part of a policy is named as the journal names it, by policy and Sid; a rule, an endpoint or an entry of a network
ACL by its id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from localaws.authorization.evaluation import Policies
from localaws.authorization.statement import Policy, Statement
from localaws.network.model import Group, Network

FORMS = (
    {"policy", "sid"},
    {"policy", "sid", "action"},
    {"policy", "sid", "resource"},
    {"policy", "sid", "condition"},
    {"rule"},
    {"endpoint"},
)


class UnknownPart(ValueError):  # noqa: N818 - the caller's mistake
    """Nothing of this form can be withheld."""


@dataclass(frozen=True)
class Part:
    """A whole statement, or one action, resource pattern or condition key of it."""

    policy: str
    sid: str
    action: str | None = None
    resource: str | None = None
    condition: str | None = None
    """Operator and key, such as `ArnEquals aws:SourceArn`."""

    def taken_from(self, statement: Statement) -> Statement | None:
        """What is left of the statement."""
        if self.action is not None:
            left = tuple(each for each in statement.actions if each != self.action.lower())
            return replace(statement, actions=left) if left else None
        if self.resource is not None:
            left = tuple(each for each in statement.resources if each != self.resource)
            return replace(statement, resources=left) if left else None
        if self.condition is not None:
            kept = tuple(each for each in statement.conditions if each.written != self.condition)
            return replace(statement, conditions=kept)
        return None


class Withheld:
    """Everything taken away at the moment."""

    def __init__(self) -> None:
        self._taken: dict[str, list[Mapping[str, Any]]] = {}
        """What each proof has taken away: several may be under way, each on a stack of its own."""
        self._parts: list[Part] = []
        self._rules: set[str] = set()
        self._endpoints: set[str] = set()

    def forget(self) -> None:
        """Gives everything back."""
        for proof in list(self._taken):
            self.take(proof, [])

    def take(self, proof: str, documents: list[Mapping[str, Any]]) -> None:
        """Takes these away, and gives back whatever the same proof took before. Raises UnknownPart."""
        for document in documents:
            texts = all(isinstance(value, str) for value in document.values())
            if set(document) not in FORMS or not texts:
                forms = "; ".join(", ".join(sorted(form)) for form in FORMS)
                raise UnknownPart(f"what is withheld has texts named {forms}, not {dict(document)!r}")
        self._taken[proof] = documents
        taken = [document for each in self._taken.values() for document in each]
        self._parts = [Part(**document) for document in taken if "policy" in document]
        self._rules = {document["rule"] for document in taken if "rule" in document}
        self._endpoints = {document["endpoint"] for document in taken if "endpoint" in document}

    def policies(self, policies: Policies) -> Policies:
        """The policies without it."""
        if not self._parts:
            return policies
        single: dict[str, Any] = {
            name: self._policy(getattr(policies, name)) for name in ("boundary", "session", "resource", "endpoint")
        }
        identity = tuple(each for each in map(self._policy, policies.identity) if each is not None)
        return replace(policies, identity=identity, **single)

    def network(self, network: Network) -> Network:
        """The network without it."""
        if not self._rules and not self._endpoints:
            return network
        return replace(
            network,
            groups={identifier: self._group(group) for identifier, group in network.groups.items()},
            endpoints={each.id: each for each in network.endpoints.values() if each.id not in self._endpoints},
        )

    def _policy(self, policy: Policy | None) -> Policy | None:
        if policy is None:
            return None
        statements: list[Statement] = []
        for statement in policy.statements:
            left: Statement | None = statement
            for part in self._parts:
                if left is not None and (part.policy, part.sid) == (policy.name, statement.sid):
                    left = part.taken_from(left)
            if left is not None:
                statements.append(left)
        return replace(policy, statements=tuple(statements))

    def _group(self, group: Group) -> Group:
        inward, outward = (
            tuple(rule for rule in rules if rule.id not in self._rules) for rules in (group.inward, group.outward)
        )
        return replace(group, inward=inward, outward=outward)
