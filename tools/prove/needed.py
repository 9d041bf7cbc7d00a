"""Proves, part by part, that a stack needs what it has: without it, alone, a scenario fails as it is to be refused."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from engine import Engine, Entry
from parts import Part
from scenarios import SCENARIOS, Deployment

GRACE_SECONDS = 2.0
"""After the expected refusal a scenario may still come to its end, if it does not need what was refused."""
SETTLE_SECONDS = 0.5
"""What a scenario leaves behind (logs, traces) belongs to it in the journal, too."""


class OtherFailureError(AssertionError):
    """A scenario failed, and not by the refusal that was to be expected."""


@dataclass
class Used:
    """What the scenarios of a stack rested on."""

    entries: dict[str, list[Entry]] = field(default_factory=dict)
    """Decisions by scenario."""
    seconds: dict[str, float] = field(default_factory=dict)

    def of(self, part: Part) -> list[str]:
        """The scenarios that used a part, the quickest first."""
        found = [name for name, entries in self.entries.items() if any(map(part.used_by, entries))]
        return sorted(found, key=lambda name: self.seconds[name])


@dataclass(frozen=True)
class Verdict:
    """What became of one part."""

    part: Part
    scenario: str | None
    """The scenario that fails without it; None if none does."""
    refusal: str = ""
    tried: tuple[str, ...] = ()
    problem: str = ""
    """How a scenario failed otherwise than by the refusal."""


def observe(engine: Engine, deployment: Deployment, names: Sequence[str]) -> Used:
    """Runs every scenario as it is meant to be, and keeps what admitted it."""
    used = Used()
    for name in names:
        mark, started = engine.mark(), time.monotonic()
        SCENARIOS[name](deployment)
        used.seconds[name] = time.monotonic() - started
        time.sleep(SETTLE_SECONDS)
        used.entries[name] = engine.since(mark)
    return used


def prove(engine: Engine, deployment: Deployment, used: Used, parts: Sequence[Part]) -> list[Verdict]:
    """Takes each part away alone."""
    return [_verdict(engine, deployment, used, part) for part in parts]


def _verdict(engine: Engine, deployment: Deployment, used: Used, part: Part) -> Verdict:
    tried = used.of(part)
    for name in tried:
        try:
            refusal = fails(engine, deployment, name, [part], used.seconds[name])
        except OtherFailureError as other:
            return Verdict(part, None, problem=str(other))
        if refusal:
            return Verdict(part, name, refusal)
    return Verdict(part, None, tried=tuple(tried))


def fails(engine: Engine, deployment: Deployment, name: str, parts: Sequence[Part], seconds: float) -> str:
    """The expected refusal, if the scenario fails by it; empty where it comes to its end all the same."""
    run = _Run(name, deployment)
    with engine.without(*(part.document for part in parts)):
        mark = engine.mark()
        run.start()
        refusal, deadline = "", None
        while run.is_alive() and (deadline is None or time.monotonic() < deadline):
            run.join(0.1)
            refusal = refusal or _refusal(engine, mark, parts)
            if refusal and deadline is None:
                deadline = time.monotonic() + max(GRACE_SECONDS, 3 * seconds)
        refusal = refusal or _refusal(engine, mark, parts)
        ended = not run.is_alive()
    deployment.disarm()
    if ended and run.failure is None:
        return ""
    if not refusal:
        without = ", ".join(f"{part.label} {part.name}" for part in parts)
        raise OtherFailureError(f"without {without}: {name} failed otherwise than by the refusal: {run.failure}")
    return refusal


def _refusal(engine: Engine, mark: int, parts: Sequence[Part]) -> str:
    entry = next((entry for entry in engine.since(mark) for part in parts if part.missed_by(entry)), None)
    if entry is None:
        return ""
    if "missing" in entry:
        return str(entry["missing"])
    if "lacking" in entry:
        return f"no {entry['lacking']} allows {entry['action']}"
    return f"{entry['grounds'][0]['sid']} denies {entry['action']}"


class _Run(threading.Thread):
    """One scenario; it may hang, as the calls of a function without a way do."""

    def __init__(self, name: str, deployment: Deployment) -> None:
        super().__init__(daemon=True)
        self.failure: BaseException | None = None
        self._scenario, self._deployment = SCENARIOS[name], deployment

    def run(self) -> None:
        """Keeps what it failed with."""
        try:
            self._scenario(self._deployment)
        except BaseException as failure:
            self.failure = failure
