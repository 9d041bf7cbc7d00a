"""Faults on demand: a registry that components ask, at named points, whether to misbehave this once.

A component declares its points when it starts and calls `take` where it could fail. Tests and people add
faults over the admin API (`admin`), so a fault is data, never a code path switched by configuration.

What passes a point is a document (an event, a message, arguments), and nothing here knows what is in it: a fault says
by JSON paths which documents it wants.
"""

from __future__ import annotations

import json
import re
import threading
import uuid
from dataclasses import asdict, dataclass, field
from typing import Any


class UnknownFault(ValueError):  # noqa: N818 - the admin API turns it into a 400
    """The fault names a point, kind or attribute that no component declared."""


@dataclass(frozen=True)
class Point:
    """One place that can misbehave."""

    name: str
    attributes: tuple[str, ...]
    """Names a fault's `match` may use; their values are strings."""
    document: str | None
    """What JSON paths in `match` look into, or None where there is nothing to look into."""
    kinds: dict[str, str]
    """Kind of misbehaviour, and what it does with which parameters, as shown in the README."""


@dataclass
class Fault:
    """One instruction to misbehave."""

    point: str
    kind: str
    match: dict[str, str] = field(default_factory=dict)
    """Attributes, and paths such as `$.Records[0].Sns.Message.id`, that must be equal; empty matches everything."""
    skip: int = 0
    """Matching occasions that pass unharmed first: `skip: 3` lets three messages through."""
    times: int | None = 1
    """Occasions it applies to; None is until deleted."""
    parameters: dict[str, Any] = field(default_factory=dict)
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    taken: int = 0
    """How often it has applied, for tests that must know that it did."""

    def as_dict(self) -> dict[str, Any]:
        """The fault as the admin API shows it."""
        return asdict(self)


class Faults:
    """The registry. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._points: dict[str, Point] = {}
        self._faults: list[Fault] = []

    def declare(
        self, name: str, *, attributes: tuple[str, ...], kinds: dict[str, str], document: str | None = None
    ) -> None:
        """Announces a point. Declaring a name twice is a programming error."""
        with self._lock:
            if name in self._points:
                raise ValueError(f"fault point {name} is declared twice")
            self._points[name] = Point(name, attributes, document, kinds)

    def points(self) -> list[Point]:
        """Every declared point, by name."""
        with self._lock:
            return sorted(self._points.values(), key=lambda point: point.name)

    def add(self, fault: Fault) -> Fault:
        """Arms a fault. Raises UnknownFault if no component would ever take it."""
        with self._lock:
            point = self._points.get(fault.point)
            if point is None:
                raise UnknownFault(f"no fault point {fault.point!r}; there are: {', '.join(sorted(self._points))}")
            if fault.kind not in point.kinds:
                raise UnknownFault(f"{fault.point} has no kind {fault.kind!r}; it has: {', '.join(point.kinds)}")
            paths = [name for name in fault.match if name.startswith("$")]
            for path in paths:
                _steps(path)
            if paths and point.document is None:
                raise UnknownFault(f"{fault.point} has no document that {paths} could look into")
            unknown = set(fault.match) - set(point.attributes) - set(paths)
            if unknown:
                raise UnknownFault(f"{fault.point} cannot match on {sorted(unknown)}; it can on: {point.attributes}")
            self._faults.append(fault)
            return fault

    def take(self, point: str, document: Any = None, **attributes: str | None) -> Fault | None:
        """The fault to act out now, if one is armed; counts it as used. `document` is what paths look into.

        Faults are tried in the order they were added, and one call yields at most one of them.
        """
        with self._lock:
            if point not in self._points:
                raise ValueError(f"fault point {point} is not declared")
            for fault in self._faults:
                if fault.point != point or (fault.times is not None and fault.taken >= fault.times):
                    continue
                if any(_seen(name, document, attributes) != value for name, value in fault.match.items()):
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                fault.taken += 1
                return fault
        return None

    def list(self) -> list[Fault]:
        """Every fault, spent ones included."""
        with self._lock:
            return list(self._faults)

    def remove(self, fault_id: str | None = None) -> int:
        """Disarms one fault, or all of them; returns how many."""
        with self._lock:
            before = len(self._faults)
            self._faults = [fault for fault in self._faults if fault_id not in (None, fault.id)]
            return before - len(self._faults)


_STEP = re.compile(r"\.([\w-]+)|\[(\d+)\]")


def _steps(path: str) -> list[str | int]:
    """The steps of a path; raises UnknownFault for one that is none."""
    if not re.fullmatch(rf"\$(?:{_STEP.pattern})+", path):
        raise UnknownFault(f"{path} is no path such as $.input.id or $.items[0].id")
    return [int(index) if index else name for name, index in _STEP.findall(path)]


def _seen(name: str, document: Any, attributes: dict[str, str | None]) -> str | None:
    """What the occasion shows under the name or path, as text. A text that itself holds JSON is looked into as well."""
    if not name.startswith("$"):
        return attributes.get(name)
    value = document
    for step in _steps(name):
        if isinstance(value, str | bytes):
            try:
                value = json.loads(value)
            except ValueError:
                return None
        known = range(len(value)) if isinstance(value, list) else value if isinstance(value, dict) else ()
        if step not in known:
            return None
        value = value[step]
    return None if value is None else str(value)
