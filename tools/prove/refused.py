"""Proves of each Deny, and of each condition, that there is a call which it alone refuses.

The calls are put to the engine as questions. Where two locks hold the same door, taking one away opens nothing: then
the other is named, and that both away let the call through is shown as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from localaws.authorization.patterns import like_resource

from calls import Callers, breaking, fitting, kept, meeting, strangers
from engine import Engine, Entry, Part, Question
from parts import Statement


@dataclass(frozen=True)
class Refusal:
    """What is shown of one Deny, or of one condition."""

    statement: Statement
    name: str
    """`Sid: action`, or `Sid: operator key`."""
    alone: bool
    also: str = ""
    """What refuses the same call too."""


class NothingRefusedError(AssertionError):
    """A Deny or a condition that refuses no call we could make up."""


def prove(
    engine: Engine, statements: Sequence[Statement], entries: Sequence[Entry], callers: Callers
) -> tuple[list[Refusal], list[str]]:
    """One row for each action of each Deny, and for each condition of each statement; and what refuses nothing."""
    rows: list[Refusal] = []
    problems: list[str] = []
    for show in _locks(engine, statements, entries, callers):
        try:
            rows.append(show())
        except NothingRefusedError as problem:
            problems.append(str(problem))
    return rows, problems


def _locks(
    engine: Engine, statements: Sequence[Statement], entries: Sequence[Entry], callers: Callers
) -> Iterator[Callable[[], Refusal]]:
    for statement in statements:
        if statement.denies:
            for action in statement.actions:
                for resource in statement.resources:
                    calls = _refusable(statement, statements, entries, action, resource, callers)
                    yield partial(_of_deny, engine, statement, action, calls)
        for operator, key, _ in statement.conditions:
            yield partial(_of_condition, engine, statement, operator, key, statements, entries, callers)


def _refusable(
    statement: Statement,
    statements: Sequence[Statement],
    entries: Sequence[Entry],
    action: str,
    resource: str,
    callers: Callers,
) -> list[Question]:
    """Calls that a Deny is about: those that were made, changed to meet its conditions, and made-up ones."""
    made = [
        meeting(kept(entry, callers.region), statement, callers)
        for entry in entries
        if entry["allowed"] and entry["action"].lower() == action.lower() and like_resource(resource, entry["resource"])
    ]
    beside = [each for each in statements if each.policy == statement.policy and each is not statement]
    return [*made, *strangers(statement, beside, action, resource, callers)]


def _of_deny(engine: Engine, statement: Statement, action: str, calls: Sequence[Question]) -> Refusal:
    name = f"{statement.sid}: {action}"
    whole = {"policy": statement.policy, "sid": statement.sid}
    second: Refusal | None = None
    for question, answer in zip(calls, engine.ask(*calls), strict=True):
        if answer["allowed"] or not _rests_on(answer, statement):
            continue
        also = _others(engine, question, whole)
        if not also:
            return Refusal(statement, name, alone=True)
        second = second or Refusal(statement, name, alone=False, also=also)
    if second is None:
        raise NothingRefusedError(f"{statement.label}, {name}: no call is refused by this Deny")
    return second


def _of_condition(
    engine: Engine,
    statement: Statement,
    operator: str,
    key: str,
    statements: Sequence[Statement],
    entries: Sequence[Entry],
    callers: Callers,
) -> Refusal:
    """An Allow admits more without it; a Deny refuses more, so there a call is to be refused without it."""
    name = f"{statement.sid}: {operator} {key}"
    part = {"policy": statement.policy, "sid": statement.sid, "condition": f"{operator} {key}"}
    if statement.denies:
        return _of_deny_condition(engine, statement, name, part, _spared(statement, statements, entries, callers))
    question = _admitted(engine, statement, entries, callers)
    refused = breaking(question, statement, key, callers)
    (answer,) = engine.ask(refused)
    if answer["allowed"]:
        raise NothingRefusedError(f"{statement.label}, {name}: a call that does not meet it is allowed")
    also = _others(engine, refused, part)
    return Refusal(statement, name, alone=not also, also=also)


def _of_deny_condition(
    engine: Engine, statement: Statement, name: str, part: Part, calls: Sequence[Question]
) -> Refusal:
    for question, answer in zip(calls, engine.ask(*calls), strict=True):
        if not answer["allowed"]:
            continue
        with engine.without(part):
            (refused,) = engine.ask(question)
        if _rests_on(refused, statement):
            return Refusal(statement, name, alone=True)
    raise NothingRefusedError(f"{statement.label}, {name}: without it no call is refused that is allowed with it")


def _spared(
    statement: Statement, statements: Sequence[Statement], entries: Sequence[Entry], callers: Callers
) -> list[Question]:
    """Calls that a Deny is about but for its condition: those that were made, and made-up ones."""
    actions = {action.lower() for action in statement.actions}
    seen = [kept(entry, callers.region) for entry in entries if entry["allowed"] and entry["action"].lower() in actions]
    made_up = []
    beside = [each for each in statements if each.policy == statement.policy and each is not statement]
    for action in statement.actions:
        for question in strangers(statement, beside, action, statement.resources[0], callers):
            for _, key, _ in statement.conditions:
                made_up.append(breaking(question, statement, key, callers))
    return seen + made_up


def _admitted(engine: Engine, statement: Statement, entries: Sequence[Entry], callers: Callers) -> Question:
    """A call that the statement admits: one that was made, else a made-up one."""
    entry = next((entry for entry in entries if entry["allowed"] and statement.allowed(entry)), None)
    if entry is not None:
        return kept(entry, callers.region)
    question = fitting(statement, statement.actions[0], statement.resources[0], callers)
    (answer,) = engine.ask(question)
    if not (answer["allowed"] and _rests_on(answer, statement)):
        raise NothingRefusedError(f"{statement.label}, {statement.sid}: admits no call of {question['principal']}")
    return question


def _others(engine: Engine, question: Question, part: Part) -> str:
    """What refuses the call besides: empty if nothing does."""
    taken: list[Part] = [part]
    named: list[str] = []
    while len(taken) < 5:
        with engine.without(*taken):
            (answer,) = engine.ask(question)
        if answer["allowed"]:
            return ", ".join(named)
        grounds: Sequence[Mapping[str, Any]] = answer["grounds"]
        if not grounds:
            return ", ".join([*named, f"no {answer['lacking']} allows it"])
        named.append(f"{grounds[0]['kind']}: {grounds[0]['sid']}")
        taken.append({"policy": grounds[0]["policy"], "sid": grounds[0]["sid"]})
    raise NothingRefusedError(f"refused again and again: {question}")


def _rests_on(answer: Mapping[str, Any], statement: Statement) -> bool:
    return any((each["policy"], each["sid"]) == (statement.policy, statement.sid) for each in answer["grounds"])
