"""Calls made up to fit a statement, or to fall outside it by one condition: questions, put to the engine itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine import Question
from parts import Statement

ELSEWHERE = "somebody-else"
BY_CALLER = ("aws:principalarn", "aws:principalaccount")
"""Filled from the principal, never by a caller."""
BY_WAY = ("aws:sourcevpce", "aws:sourcevpc")
"""Filled by the endpoint a call comes through."""


@dataclass(frozen=True)
class Callers:
    """Who may call, for a statement that names nobody in particular."""

    stranger: str
    """A role of the account that may do everything, as far as its own policy goes."""
    region: str
    endpoints: tuple[str, ...]


def fitting(statement: Statement, action: str, resource: str, callers: Callers) -> Question:
    """A call that the statement is about: the principal it names, and facts that meet its conditions."""
    facts = {key: met(operator, values) for operator, key, values in statement.conditions}
    question = {
        "principal": _principal(statement, callers),
        "action": action,
        "resource": _asked(statement, resource),
        "facts": _settable(facts),
        "region": callers.region,
    }
    if statement.kind == "VPC endpoint policy":
        question["endpoint"] = statement.holder
    return question


def breaking(question: Question, statement: Statement, key: str, callers: Callers) -> Question:
    """The same call with one condition of the statement not met."""
    operator, _, values = next(each for each in statement.conditions if each[1] == key)
    return _changed(question, key, unmet(operator, values), callers)


def meeting(question: Question, statement: Statement, callers: Callers) -> Question:
    """The same call with every condition of the statement met."""
    for operator, key, values in statement.conditions:
        question = _changed(question, key, met(operator, values), callers)
    return question


def met(operator: str, values: list[str]) -> str:
    """A value that meets a condition."""
    return concrete(values[0]) if _positive(operator) else unlike(values[0])


def unmet(operator: str, values: list[str]) -> str:
    """A value that does not."""
    return unlike(values[0]) if _positive(operator) else concrete(values[0])


def unlike(value: str) -> str:
    """Another value of the same kind."""
    if value in ("true", "false"):
        return "false" if value == "true" else "true"
    if value.startswith("arn:"):
        head, _, _ = value.rpartition(":")
        return f"{head}:{ELSEWHERE}"
    return "999999999999" if value.isdigit() else ELSEWHERE


def concrete(pattern: str) -> str:
    """A value that a pattern covers."""
    return pattern.replace("*", "example").replace("?", "e") if pattern != "*" else "*"


def strangers(
    statement: Statement, beside: Sequence[Statement], action: str, resource: str, callers: Callers
) -> Iterator[Question]:
    """Calls that a Deny is about, by every way, and that the statements beside it would let through."""
    facts: dict[str, str] = {}
    resources = [resource]
    for other in beside:
        if action not in other.actions:
            continue
        if other.denies:
            facts |= {key: unmet(operator, values) for operator, key, values in other.conditions}
        elif resource == "*":
            resources += other.resources
    facts |= {key: met(operator, values) for operator, key, values in statement.conditions}
    own = statement.kind == "identity-based policy"
    base = {
        "principal": {"role": statement.holder if own else callers.stranger},
        "action": action,
        "facts": _settable(facts),
        "region": callers.region,
    }
    for each in resources:
        question = {**base, "resource": _asked(statement, each)}
        yield question
        for endpoint in callers.endpoints:
            yield {**question, "endpoint": endpoint}


def kept(entry: Mapping[str, Any], region: str) -> Question:
    """A decision of the journal, as a question."""
    asked = {name: value for name, value in entry["question"].items() if value is not None}
    return {"action": entry["action"], "resource": entry["resource"], "region": region, **asked}


def _changed(question: Question, key: str, value: str, callers: Callers) -> Question:
    """The same call with another value of one key, by another caller or another way where these fill it."""
    facts = dict(question.get("facts", {}))
    if key.lower() in BY_CALLER:
        others = {name: fact for name, fact in facts.items() if not name.startswith(("aws:principal", "aws:userid"))}
        return {**question, "principal": {"role": callers.stranger}, "facts": others}
    if key.lower() in BY_WAY:
        others = {name: fact for name, fact in facts.items() if name not in (*BY_WAY, "aws:vpcsourceip")}
        return {name: given for name, given in {**question, "facts": others}.items() if name != "endpoint"}
    return {**question, "facts": {**facts, key.lower(): value}}


def _asked(statement: Statement, resource: str) -> str:
    """A resource that a pattern covers; in a key's own policy `*` is the key."""
    return statement.holder if resource == "*" and statement.kind == "resource-based policy" else concrete(resource)


def _settable(facts: Mapping[str, str]) -> dict[str, str]:
    return {key.lower(): value for key, value in facts.items() if key.lower() not in (*BY_CALLER, *BY_WAY)}


def _principal(statement: Statement, callers: Callers) -> dict[str, Any]:
    if statement.kind == "identity-based policy":
        return {"role": statement.holder}
    named = statement.source.get("Principal")
    if isinstance(named, Mapping) and "Service" in named:
        service = named["Service"]
        return {"service": service if isinstance(service, str) else service[0]}
    if isinstance(named, Mapping) and ":role/" in str(named.get("AWS")):
        return {"role": named["AWS"]}
    for _, key, values in statement.conditions:
        if key.lower() == "aws:principalarn":
            return {"role": values[0]}
    return {"role": callers.stranger} if isinstance(named, Mapping) else {"anonymous": True}


def _positive(operator: str) -> bool:
    return "Not" not in operator
