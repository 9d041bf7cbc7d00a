"""Faults on demand: a registry that components ask, at named points, whether to misbehave this once.

A component declares its points when it starts and calls `take` where it could fail. Tests and people add
faults over the admin API (`admin`), so a fault is data, never a code path switched by configuration.
"""

from __future__ import annotations

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
    kinds: dict[str, str]
    """Kind of misbehaviour, and what it does with which parameters, as shown in the README."""


@dataclass
class Fault:
    """One instruction to misbehave."""

    point: str
    kind: str
    match: dict[str, str] = field(default_factory=dict)
    """Attributes that must be equal for the fault to apply; empty matches everything."""
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

    def declare(self, name: str, *, attributes: tuple[str, ...], kinds: dict[str, str]) -> None:
        """Announces a point. Declaring a name twice is a programming error."""
        with self._lock:
            if name in self._points:
                raise ValueError(f"fault point {name} is declared twice")
            self._points[name] = Point(name, attributes, kinds)

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
            unknown = set(fault.match) - set(point.attributes)
            if unknown:
                raise UnknownFault(f"{fault.point} cannot match on {sorted(unknown)}; it can on: {point.attributes}")
            self._faults.append(fault)
            return fault

    def take(self, point: str, **attributes: str | None) -> Fault | None:
        """The fault to act out now, if one is armed; counts it as used.

        Faults are tried in the order they were added, and one call yields at most one of them.
        """
        with self._lock:
            if point not in self._points:
                raise ValueError(f"fault point {point} is not declared")
            for fault in self._faults:
                if fault.point != point or (fault.times is not None and fault.taken >= fault.times):
                    continue
                if any(attributes.get(name) != value for name, value in fault.match.items()):
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
