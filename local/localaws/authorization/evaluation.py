"""AWS's policy evaluation within one account.

An explicit deny anywhere decides. Then the endpoint on the way must allow, and either the resource's policy names the
caller, or identity policies allow within boundary and session policies. Keys and roles differ: without their own
policy's consent nothing is allowed.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-single-account.html
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from localaws.authorization.principal import Naming
from localaws.authorization.statement import Policy, Request, Statement

IDENTITY = "identity-based policy"
BOUNDARY = "permissions boundary"
SESSION = "session policy"
RESOURCE = "resource-based policy"
ENDPOINT = "VPC endpoint policy"
TRUST = "role trust policy"


@dataclass(frozen=True)
class Policies:
    """Every policy that has a say in one request."""

    identity: tuple[Policy, ...] = ()
    boundary: Policy | None = None
    session: Policy | None = None
    resource: Policy | None = None
    endpoint: Policy | None = None
    resource_must_allow: bool = False
    """Keys and roles: an identity policy alone is not enough."""
    resource_kind: str = RESOURCE
    known_to_the_service: bool = False
    """The service itself knows the caller, by an API key or a token: only the endpoint's policy can refuse."""


@dataclass(frozen=True)
class Ground:
    """A statement that decided."""

    kind: str
    policy: str
    sid: str


@dataclass(frozen=True)
class Decision:
    """The answer, and what it rests on."""

    request: Request
    allowed: bool
    grounds: tuple[Ground, ...]
    """The statements that allowed, or the one that denied; none where nothing allowed."""
    lacking: str | None = None
    """The kind of policy that would have had to allow and did not."""


def decide(request: Request, policies: Policies) -> Decision:
    """Evaluates one request."""
    for kind, policy in _all(policies):
        for statement in policy.statements:
            if statement.denies and statement.names(request.principal) and statement.covers(request):
                return Decision(request, False, (Ground(kind, policy.name, statement.sid),))
    grounds: list[Ground] = []
    if policies.endpoint is not None:
        found = _allowing(request, ENDPOINT, [policies.endpoint])
        if found is None:
            return Decision(request, False, (), ENDPOINT)
        grounds.append(found[0])
    if policies.known_to_the_service:
        return Decision(request, True, tuple(grounds))
    return _with_resource(request, policies, grounds)


def _with_resource(request: Request, policies: Policies, grounds: list[Ground]) -> Decision:
    resource = _allowing(request, policies.resource_kind, [policies.resource] if policies.resource else [])
    naming = resource[1] if resource else Naming.NOT
    if resource and naming is Naming.DIRECT:
        return Decision(request, True, (*grounds, resource[0]))
    within: list[Ground] = []
    exceeded: str | None = None
    for kind, limit in ((BOUNDARY, policies.boundary), (SESSION, policies.session)):
        found = _allowing(request, kind, [limit]) if limit else None
        if found:
            within.append(found[0])
        elif limit and exceeded is None:
            exceeded = kind
    shown = [resource[0]] if resource else []
    allowing = None
    if resource and naming is Naming.LIMITED:
        allowing, lacking = shown, exceeded
    elif policies.resource_must_allow and resource is None:
        lacking = policies.resource_kind
    elif identity := _allowing(request, IDENTITY, policies.identity):
        allowing, lacking = [*shown, identity[0]], exceeded
    else:
        lacking = IDENTITY if request.principal.kind in ("role", "user") else policies.resource_kind
    if allowing is None or lacking:
        return Decision(request, False, (), lacking)
    return Decision(request, True, (*grounds, *allowing, *within))


def _allowing(request: Request, kind: str, policies: Iterable[Policy]) -> tuple[Ground, Naming] | None:
    """The allow that names the caller most closely."""
    best: tuple[Policy, Statement, Naming] | None = None
    for policy in policies:
        for statement in policy.statements:
            if statement.denies:
                continue
            naming = statement.names(request.principal)
            if naming and (best is None or naming > best[2]) and statement.covers(request):
                best = policy, statement, naming
    return (Ground(kind, best[0].name, best[1].sid), best[2]) if best else None


def _all(policies: Policies) -> Iterable[tuple[str, Policy]]:
    for policy in policies.identity:
        yield IDENTITY, policy
    for kind, found in (
        (BOUNDARY, policies.boundary),
        (SESSION, policies.session),
        (policies.resource_kind, policies.resource),
        (ENDPOINT, policies.endpoint),
    ):
        if found is not None:
            yield kind, found
