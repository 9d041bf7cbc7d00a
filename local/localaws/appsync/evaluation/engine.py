"""Runs resolver code in QuickJS: compiled once, then called with JSON in and JSON out.

Differs from AWS: util.dynamodb, http, rds, str, math, xml and formatted times are refused when code is saved; Java
patterns are read as JavaScript's; util.matches refuses a pattern that
matches a part of the text and not the whole; AWS's type checks of code are not made.
"""

from __future__ import annotations

import itertools
import json
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import quickjs  # type: ignore[import-untyped]

from localaws.appsync.evaluation import vocabulary
from localaws.appsync.evaluation.lint import CodeError, lint
from localaws.appsync.evaluation.translate import to_function

RESULT_LIMIT = 5 * 1024 * 1024
"""Bytes one evaluated handler may return. https://docs.aws.amazon.com/general/latest/gr/appsync.html"""

TIME_LIMIT_SECONDS = 2.0
"""Ends a handler that would stall every other request; the documented bound is 1,000 loop iterations."""

MEMORY_LIMIT = 256 * 1024 * 1024
"""Bytes, for all resolvers together."""

_RUNTIME = (Path(__file__).parent / "runtime.js").read_text(encoding="utf-8")


class EvaluationError(Exception):
    """The handler crashed or broke a limit: AppSync shows clients only that it did."""


@dataclass
class Outcome:
    """What one handler did."""

    value: Any = None
    """What it returned, as JSON sees it."""
    stash: dict[str, Any] = field(default_factory=dict)
    """`ctx.stash` as the handler left it."""
    error: dict[str, Any] | None = None
    """`util.error`: message, type, data, errorInfo. The handler stopped there."""
    unauthorized: bool = False
    """`util.unauthorized` stopped the handler."""
    early: dict[str, Any] | None = None
    """`runtime.earlyReturn`: value, skipTo."""
    errors: list[dict[str, Any]] = field(default_factory=list)
    """`util.appendError`, in order."""
    extensions: dict[str, Any] = field(default_factory=dict)
    """filter, invalidationFilter, invalidations."""
    logs: list[tuple[str, str]] = field(default_factory=list)
    """Level and text of each console call."""


class Engine:
    """One QuickJS runtime. It belongs to the thread that made it."""

    def __init__(self) -> None:
        context = quickjs.Context()
        context.set_memory_limit(MEMORY_LIMIT)
        context.eval(_RUNTIME)
        context.eval(f"__appsync.seal({json.dumps(_VOCABULARY)})")
        context.set_time_limit(TIME_LIMIT_SECONDS)
        self._compile = context.eval("__appsync.compile")
        self._call = context.eval("__appsync.call")
        self._context = context
        self._ids: dict[str, int] = {}
        self._next = itertools.count(1)

    def compile(self, code: str) -> int:
        """Compiles code that passed `lint`, once; raises EvaluationError if its top level fails."""
        known = self._ids.get(code)
        if known is None:
            known = next(self._next)
            try:
                self._compile(known, to_function(code))
            except quickjs.JSException as error:
                raise EvaluationError(str(error)) from error
            self._ids[code] = known
        return known

    def call(self, code: str, handler: str, context_json: str, auth_type: str) -> Outcome:
        """Runs `request` or `response`; raises EvaluationError where AppSync says `Runtime Error`."""
        compiled = self.compile(code)
        try:
            answer = self._call(compiled, handler, context_json, auth_type)
        except quickjs.JSException as error:
            raise EvaluationError(str(error)) from error
        if len(answer) > RESULT_LIMIT:
            raise EvaluationError(f"the evaluated result is larger than {RESULT_LIMIT} bytes")
        outcome = json.loads(answer)
        if "crash" in outcome:
            raise EvaluationError(outcome["crash"])
        return Outcome(**outcome)


_VOCABULARY = json.dumps(
    {
        "stringMethods": sorted(vocabulary.STRING_METHODS),
        "arrayMethods": sorted(vocabulary.ARRAY_METHODS),
        "globals": sorted(vocabulary.GLOBALS | {"Boolean", "Symbol"}),
        "statics": {
            name: sorted(vocabulary.STATIC_MEMBERS[name])
            for name in ("Math", "Number", "Object", "String", "Array", "JSON")
        },
    }
)

_engines = threading.local()


def engine() -> Engine:
    """This thread's engine: requests run on the event loop's thread, so they share one."""
    if not hasattr(_engines, "engine"):
        _engines.engine = Engine()
    return _engines.engine  # type: ignore[no-any-return]


def check(code: str) -> list[CodeError]:
    """Why AppSync would not save this code: what `lint` finds, else what compiling finds."""
    errors = lint(code)
    if errors:
        return errors
    try:
        Engine().compile(code)
    except EvaluationError as error:
        return [CodeError(str(error).splitlines()[0], 1, 1, 0)]
    return []
