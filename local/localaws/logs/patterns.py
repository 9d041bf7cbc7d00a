"""Filter patterns: terms, alternatives, exclusions, regular expressions and JSON.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html

Differs from AWS: patterns of space-delimited events ([ip, user, …]) are refused.
"""

from __future__ import annotations

import fnmatch
import functools
import json
import re
from collections.abc import Callable
from typing import Any

from localaws.logs.errors import malformed_pattern, refused

Predicate = Callable[[Any], bool]

_TERM = re.compile(r'(?P<sign>[?-]?)(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|%(?P<regex>[^%]+)%|(?P<word>[^\s"%]+))(?:\s+|$)')
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<selector>\$(?:\.[\w@-]+|\[\d+\]|\["[^"]+"\]|\['[^']+'\])+)
    | (?P<operator>&&|\|\||!=|>=|<=|=|>|<|\(|\))
    | (?P<string>"(?:[^"\\]|\\.)*")
    | %(?P<regex>[^%]+)%
    | (?P<word>[^\s()=<>!&|"]+)
    )""",
    re.VERBOSE,
)
_STEP = re.compile(r"\.([\w@-]+)|\[(\d+)\]|\[[\"']([^\"']+)[\"']\]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
_ABSENT = object()


class Pattern:
    """One filter pattern, read."""

    def __init__(self, text: str) -> None:
        """Raises the service's error where the pattern is malformed, or ours where it is not provided."""
        self._text = text.strip()
        if self._text.startswith("["):
            raise refused("filter patterns of space-delimited events ([…])")
        self._matches = self._json() if self._text.startswith("{") else self._terms()

    def matches(self, message: str) -> bool:
        """Whether the event's message passes."""
        return self._matches(message)

    def _terms(self) -> Predicate:
        terms = []
        position = 0
        while position < len(self._text):
            found = _TERM.match(self._text, position)
            if found is None:
                raise malformed_pattern(self._text, f"unexpected text at {position}")
            terms.append((found["sign"], self._term(found)))
            position = found.end()
        included = [holds for sign, holds in terms if sign == ""]
        excluded = [holds for sign, holds in terms if sign == "-"]
        # Beside other terms, those with a question mark are ignored.
        anyof = [holds for sign, holds in terms if sign == "?"] if not (included or excluded) else []

        def predicate(message: Any) -> bool:
            return (
                all(holds(message) for holds in included)
                and not any(holds(message) for holds in excluded)
                and (not anyof or any(holds(message) for holds in anyof))
            )

        return predicate

    def _term(self, found: re.Match[str]) -> Predicate:
        if found["regex"]:
            return _searches(self._text, found["regex"])
        wanted = found["word"] or _unescaped(found["quoted"] or "")
        return lambda message: wanted in message

    def _json(self) -> Predicate:
        if not self._text.endswith("}"):
            raise malformed_pattern(self._text, "the closing brace is missing")
        holds = _JsonPattern(self._text, self._text[1:-1]).predicate()

        def predicate(message: Any) -> bool:
            try:
                document = json.loads(message)
            except ValueError:
                return False
            return isinstance(document, dict | list) and holds(document)

        return predicate


compiled = functools.lru_cache(maxsize=256)(Pattern)


class _JsonPattern:
    """What stands between the braces."""

    def __init__(self, pattern: str, text: str) -> None:
        self._pattern = pattern
        self._tokens: list[tuple[str, str]] = []
        position = 0
        while position < len(text.rstrip()):
            found = _TOKEN.match(text, position)
            if found is None or found.lastgroup is None:
                raise malformed_pattern(pattern, f"unexpected text: {text[position:].strip()[:20]}")
            self._tokens.append((found.lastgroup, found[found.lastgroup]))
            position = found.end()

    def predicate(self) -> Predicate:
        holds = self._either()
        if self._tokens:
            raise malformed_pattern(self._pattern, f"unexpected {self._tokens[0][1]}")
        return holds

    def _take(self, *wanted: str) -> bool:
        if self._tokens and self._tokens[0][1].upper() in wanted and self._tokens[0][0] in ("operator", "word"):
            self._tokens.pop(0)
            return True
        return False

    def _next(self) -> tuple[str, str]:
        if not self._tokens:
            raise malformed_pattern(self._pattern, "it ends too early")
        return self._tokens.pop(0)

    def _either(self) -> Predicate:
        sides = [self._both()]
        while self._take("||"):
            sides.append(self._both())
        return lambda document: any(side(document) for side in sides)

    def _both(self) -> Predicate:
        sides = [self._comparison()]
        while self._take("&&"):
            sides.append(self._comparison())
        return lambda document: all(side(document) for side in sides)

    def _comparison(self) -> Predicate:
        if self._take("("):
            inner = self._either()
            if not self._take(")"):
                raise malformed_pattern(self._pattern, "a parenthesis is not closed")
            return inner
        kind, selector = self._next()
        if kind != "selector":
            raise malformed_pattern(self._pattern, f"{selector} is no property selector")
        steps = [_step(found) for found in _STEP.finditer(selector)]
        test = self._test()
        return lambda document: test(_selected(document, steps))

    def _test(self) -> Predicate:
        if self._take("IS"):
            kind, word = self._next()
            known = {"TRUE": True, "FALSE": False, "NULL": None}
            if kind != "word" or word.upper() not in known:
                raise malformed_pattern(self._pattern, f"IS {word}")
            wanted = known[word.upper()]
            return lambda value: value is wanted
        if self._take("NOT"):
            if not self._take("EXISTS"):
                raise malformed_pattern(self._pattern, "NOT is followed by EXISTS")
            return lambda value: value is _ABSENT
        kind, operator = self._next()
        if kind != "operator" or operator not in ("=", "!=", ">", ">=", "<", "<="):
            raise malformed_pattern(self._pattern, f"{operator} is no operator")
        return self._compared(operator)

    def _compared(self, operator: str) -> Predicate:
        kind, text = self._next()
        if kind == "regex":
            searches = _searches(self._pattern, text)
            found: Predicate = lambda value: isinstance(value, str) and searches(value)  # noqa: E731 - as below
        elif kind == "word" and _NUMBER.fullmatch(text):
            return _numeric(operator, float(text))
        elif kind in ("word", "string"):
            wanted = _unescaped(text[1:-1]) if kind == "string" else text
            glob = fnmatch.translate(wanted.replace("[", "[[]").replace("?", "[?]"))
            found = lambda value: isinstance(value, str) and re.match(glob, value) is not None  # noqa: E731
        else:
            raise malformed_pattern(self._pattern, f"unexpected {text}")
        if operator == "=":
            return found
        if operator == "!=":
            return lambda value: value is not _ABSENT and not found(value)
        raise malformed_pattern(self._pattern, f"{operator} compares numbers")


def _numeric(operator: str, wanted: float) -> Predicate:
    tests: dict[str, Callable[[float], bool]] = {
        "=": lambda value: value == wanted,
        "!=": lambda value: value != wanted,
        ">": lambda value: value > wanted,
        ">=": lambda value: value >= wanted,
        "<": lambda value: value < wanted,
        "<=": lambda value: value <= wanted,
    }
    test = tests[operator]
    return lambda value: isinstance(value, int | float) and not isinstance(value, bool) and test(value)


def _step(found: re.Match[str]) -> str | int:
    return int(found[2]) if found[2] is not None else (found[1] or found[3])


def _selected(document: Any, steps: list[str | int]) -> Any:
    value = document
    for step in steps:
        known = range(len(value)) if isinstance(value, list) else value if isinstance(value, dict) else ()
        if step not in known:
            return _ABSENT
        value = value[step]
    return value


def _searches(pattern: str, text: str) -> Predicate:
    try:
        expression = re.compile(text)
    except re.error as error:
        raise malformed_pattern(pattern, f"{text} is no regular expression: {error}") from None
    return lambda message: expression.search(message) is not None


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
