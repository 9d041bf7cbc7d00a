"""Judges the proof of need: every part is either missed by a scenario, or listed with a reason that holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from calls import Callers, fitting, kept
from engine import Engine
from needed import Used, Verdict, fails
from parts import Part
from scenarios import Deployment
from unneeded import Reason, Unneeded, listed


@dataclass(frozen=True)
class Judged:
    """One part, and why it may stay; `problem` where it may not."""

    part: Part
    scenario: str = ""
    refusal: str = ""
    listed: Unneeded | None = None
    problem: str = ""


@dataclass(frozen=True)
class Judge:
    """Judges the verdicts on one stack."""

    profile: str
    engine: Engine
    deployment: Deployment
    used: Used
    callers: Callers
    parts: Sequence[Part]
    """Everything the stack has, for what is given twice."""

    def judged(self, verdict: Verdict) -> Judged:
        """What becomes of one part."""
        part, entry = verdict.part, listed(verdict.part, self.deployment.prefix, self.profile)
        if verdict.problem:
            return Judged(part, problem=verdict.problem)
        if verdict.scenario:
            stale = f"listed as unneeded, and {verdict.scenario} fails without it" if entry else ""
            return Judged(part, verdict.scenario, verdict.refusal, entry, stale)
        if entry is None:
            tried = ", ".join(verdict.tried) or "no scenario uses it"
            return Judged(part, problem=f"no scenario misses it ({tried}), and it is not listed")
        check = {Reason.DETOUR: self._leads_round, Reason.TWICE: self._given_twice}.get(entry.reason, self._grants)
        return Judged(part, listed=entry, problem=check(part, entry))

    def _given_twice(self, part: Part, entry: Unneeded) -> str:
        """Empty where a scenario fails without both."""
        twin = next((each for each in self.parts if (each.label, each.name) == (part.label, entry.twin)), None)
        if twin is None:
            return f"listed as given twice, and there is no {entry.twin}"
        both, seconds = [part, twin], self.used.seconds
        for name in sorted({name for each in both for name in self.used.of(each)}, key=seconds.__getitem__):
            if fails(self.engine, self.deployment, name, both, seconds[name]):
                return ""
        return f"listed as given twice, and no scenario fails without it and {entry.twin}"

    def _leads_round(self, part: Part, entry: Unneeded) -> str:
        """Empty where what came through the endpoint is allowed without it, too, and then comes another way."""
        entries = [each for made in self.used.entries.values() for each in made if part.used_by(each)]
        for made in entries:
            function = made["question"]["principal"]["arn"].rpartition("/")[2]
            question = {**kept(made, self.callers.region), "function": function}
            question.pop("endpoint")
            with self.engine.without(part.document):
                (answer,) = self.engine.ask(question)
            if not answer["allowed"]:
                return f"listed because {entry.reason.value}, and without it the call is refused: {answer}"
        return "" if entries else f"listed because {entry.reason.value}, and no call came through it"

    def _grants(self, part: Part, entry: Unneeded) -> str:
        """Empty where the call that the permission is for is allowed with it and refused without."""
        statement = part.statement
        if statement is None:
            return f"a rule or an endpoint is not listed because {entry.reason.value}"
        action = part.document.get("action", statement.actions[0])
        question = fitting(statement, action, part.document.get("resource", statement.resources[0]), self.callers)
        (answer,) = self.engine.ask(question)
        if not answer["allowed"]:
            return f"listed, and {action} is refused even with it: {answer}"
        with self.engine.without(part.document):
            (answer,) = self.engine.ask(question)
        return f"listed, and {action} is allowed without it, too" if answer["allowed"] else ""
