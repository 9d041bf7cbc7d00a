"""Every decision that was made, newest last, with what admitted or refused it. No content, no tokens.

A decision that repeats in every member is kept once, with how often it was made, at the place of its last time.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Hashable
from dataclasses import asdict
from typing import Any

from localaws.authorization.evaluation import Decision
from localaws.network.model import Path

OF_THE_MOMENT = ("aws:currenttime", "aws:epochtime", "aws:useragent")
"""Left out of the journal: they would make every decision differ from the one before."""

KEPT = 20_000
"""Different decisions; a run of every test makes some thousand."""


class Journal:
    """Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._entries: dict[Hashable, dict[str, Any]] = {}

    def decided(self, decision: Decision, path: Path | None = None) -> None:
        """Keeps one decision, and the way the call came."""
        request = decision.request
        facts = {key: value for key, value in request.facts.items() if key not in OF_THE_MOMENT}
        shown = decision.allowed, decision.grounds, decision.lacking
        way = path and (path.kind, path.endpoint and path.endpoint.id, path.steps, path.rules)
        key = request.principal, request.action, request.resource, shown, tuple(facts.items()), way
        self._keep(key, lambda: _entry(decision, facts, path))

    def lost(self, origin: str, service: str, missing: str) -> None:
        """Keeps a call that got nowhere."""
        entry = {"principal": origin, "action": f"connect:{service}", "allowed": False, "missing": missing}
        self._keep((origin, service, missing), lambda: entry)

    def since(self, mark: int) -> dict[str, Any]:
        """Every decision after the mark, and the mark to ask with next time."""
        with self._lock:
            found = [dict(entry) for entry in self._entries.values() if entry["number"] > mark]
        return {"mark": found[-1]["number"] if found else mark, "decisions": found}

    def _keep(self, key: Hashable, make: Callable[[], dict[str, Any]]) -> None:
        with self._lock:
            entry = self._entries.pop(key, None) or {"number": 0, "times": 0, **make()}
            entry["number"], entry["times"] = next(self._numbers), entry["times"] + 1
            self._entries[key] = entry
            if len(self._entries) > KEPT:
                del self._entries[next(iter(self._entries))]


def _entry(decision: Decision, facts: dict[str, Any], path: Path | None) -> dict[str, Any]:
    request = decision.request
    entry: dict[str, Any] = {
        "principal": request.principal.policy_arn,
        "action": request.action,
        "resource": request.resource,
        "allowed": decision.allowed,
        "grounds": [{"kind": g.kind, "policy": g.policy, "sid": g.sid} for g in decision.grounds],
        "question": {
            "principal": asdict(request.principal),
            "facts": facts,
            "endpoint": path.endpoint.id if path and path.endpoint else None,
        },
    }
    if decision.lacking:
        entry["lacking"] = decision.lacking
    if path is not None:
        entry["path"] = {
            "kind": path.kind,
            "endpoint": path.endpoint.id if path.endpoint else None,
            "steps": list(path.steps),
            "rules": list(path.rules),
        }
    return entry
