"""Questions to the engine that no call asks: what would be decided if this principal did that, from there?

The principal is written as the journal writes it, or as `{"role": ARN}`, `{"service": NAME}`, `{"anonymous": true}`.
`function` names a function in whose sandbox the call starts, `reader` says that it starts on the readers' network.
`facts` are condition keys; those of the way there and of the principal are filled as for a call.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from localaws.authorization import stored
from localaws.authorization.evaluation import Decision, Policies
from localaws.authorization.principal import Principal
from localaws.authorization.statement import Request
from localaws.http import Lost
from localaws.network.model import Path
from localaws.settings import ACCOUNT_ID

if TYPE_CHECKING:
    from localaws.authorization.guard import Guard

MEMBERS = {"principal", "action", "resource", "facts", "endpoint", "function", "reader", "region"}
SERVICES = {"appsync": "appsync-api", "bedrock": "bedrock-runtime", "cloudwatch": "monitoring"}
"""The last part of an endpoint's service name, by IAM's prefix, where they differ."""


class UnclearQuestion(ValueError):  # noqa: N818 - the caller's mistake
    """The question cannot be put to the engine."""


def ask(guard: Guard, question: Mapping[str, Any]) -> dict[str, Any]:
    """The decision, as the journal shows one; `missing` where the call would get nowhere. Raises UnclearQuestion."""
    unknown = set(question) - MEMBERS
    if unknown or not {"principal", "action", "resource"} <= set(question):
        raise UnclearQuestion(f"a question has {sorted(MEMBERS)}; unknown here: {sorted(unknown)}")
    principal = _principal(question["principal"])
    try:
        path = _path(guard, question)
    except Lost as lost:
        return {"allowed": False, "missing": str(lost)}
    facts = {**guard.facts_of(principal), **_given(question.get("facts") or {})}
    if path is not None and path.endpoint is not None:
        facts |= {"aws:sourcevpce": path.endpoint.id, "aws:sourcevpc": path.endpoint.vpc}
    own = stored.of_principal(principal, None) if principal.kind in ("role", "user") else Policies()
    if principal.kind == "anonymous":
        own = Policies(known_to_the_service=True)
    request = Request(principal, question["action"], question["resource"], facts)
    return shown(guard.evaluated(request, own, path.endpoint if path else None))


def shown(decision: Decision) -> dict[str, Any]:
    """A decision without its question."""
    grounds = [{"kind": each.kind, "policy": each.policy, "sid": each.sid} for each in decision.grounds]
    return {"allowed": decision.allowed, "grounds": grounds, "lacking": decision.lacking}


def _principal(document: Any) -> Principal:
    match document:
        case {"role": str(arn), **rest} if not rest:
            role = stored.role(arn)
            if role is None:
                raise UnclearQuestion(f"there is no role {arn}")
            session = f"arn:{arn.split(':')[1]}:sts::{ACCOUNT_ID}:assumed-role/{role.name}/question"
            return Principal("role", session, ACCOUNT_ID, f"{role.id}:question", arn)
        case {"service": str(name), **rest} if not rest:
            return Principal("service", name)
        case {"anonymous": True, **rest} if not rest:
            return Principal("anonymous", "anonymous")
        case dict() if set(document) == {field.name for field in fields(Principal)}:
            return Principal(**document)
    raise UnclearQuestion(f"no principal: {document!r}")


def _given(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {key.lower(): tuple(value) if isinstance(value, list) else value for key, value in facts.items()}


def _path(guard: Guard, question: Mapping[str, Any]) -> Path | None:
    region = question.get("region") or "us-east-1"
    if question.get("endpoint"):
        endpoint = guard.network(region).endpoints.get(question["endpoint"])
        if endpoint is None:
            raise UnclearQuestion(f"there is no endpoint {question['endpoint']}")
        return Path("endpoint", endpoint, "", ())
    if question.get("reader"):
        return _to_api(guard, question["resource"])
    if not question.get("function"):
        return None
    prefix = question["action"].partition(":")[0]
    return guard.path_of(question["function"], region, SERVICES.get(prefix, prefix))


def _to_api(guard: Guard, resource: str) -> Path | None:
    from localaws.appsync.control.models import all_apis  # noqa: PLC0415 - AppSync is installed by then

    api = next((each for each in all_apis() if resource == each.arn or resource.startswith(f"{each.arn}/")), None)
    if api is None:
        raise UnclearQuestion(f"a reader calls an AppSync API, and {resource} is of none")
    return guard.api_path(None, api.arn, api.host, private=api.is_private)
