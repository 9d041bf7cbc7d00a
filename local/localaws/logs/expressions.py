"""Expressions of Logs Insights: what a `filter` tests, and what `fields` and `stats` compute.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-operations-functions.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from localaws.logs.errors import malformed_query, refused

Row = Mapping[str, Any]
Evaluate = Callable[[Row], Any]

DISCOVERED = ("@timestamp", "@ingestionTime", "@message", "@logStream", "@log", "@ptr")
"""Fields of every event. Those that AWS finds in some services' lines (@requestId, @duration, …) are refused."""

_TOKEN = re.compile(
    r"""\s*(?:\#[^\n]*\s*)*(?:
    (?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    | `(?P<quoted>[^`]+)`
    | (?P<number>\d+(?:\.\d+)?(?![\w.]))
    | (?P<period>\d+(?:ms|s|m|h|d|w)\b)
    | (?P<name>[@A-Za-z_][\w.]*)
    | (?P<operator>=~|!=|<=|>=|[=<>()\[\],|*+/%^-])
    )""",
    re.VERBOSE,
)
_REGEX = re.compile(r"\s*/((?:[^/\\]|\\.)+)/")
_PERIOD = re.compile(r"(\d+)(ms|s|m|h|d|w)")
_MILLISECONDS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}

Token = tuple[str, str]


def tokens(query: str) -> list[Token]:
    """The query's tokens; raises MalformedQueryException."""
    found: list[Token] = []
    position = 0
    while query[position:].strip():
        after_like = bool(found) and (found[-1] == ("operator", "=~") or found[-1][1].lower() == "like")
        match = _REGEX.match(query, position) if after_like else None
        if match:
            found.append(("regex", match[1]))
        else:
            match = _TOKEN.match(query, position)
            if match is None or match.lastgroup is None:
                if re.fullmatch(r"(\s*#[^\n]*)*\s*", query[position:]):
                    break
                raise malformed_query(f"unexpected text: {query[position:].strip()[:20]}")
            text = match[match.lastgroup]
            found.append((match.lastgroup, text[1:-1] if match.lastgroup == "string" else text))
        position = match.end()
    return found


class Parser:
    """Reads expressions from the front of a command's tokens."""

    def __init__(self, given: list[Token]) -> None:
        self._tokens = given
        self.read: list[str] = []
        """What has been read so far, as it names a column."""

    @property
    def done(self) -> bool:
        """Whether nothing is left."""
        return not self._tokens

    def take(self, *wanted: str) -> str | None:
        """The next token, if it is one of these words or operators."""
        if self._tokens and self._tokens[0][0] in ("name", "operator") and self._tokens[0][1].lower() in wanted:
            return self.next()[1].lower()
        return None

    def next(self) -> Token:
        """The next token; raises MalformedQueryException at the end."""
        if not self._tokens:
            raise malformed_query("the query ends too early")
        token = self._tokens.pop(0)
        self.read.append(token[1])
        return token

    def expect(self, wanted: str) -> None:
        """Takes this token or raises MalformedQueryException."""
        if self.take(wanted) is None:
            raise malformed_query(f"{wanted} expected, not {self._tokens[0][1] if self._tokens else 'the end'}")

    def condition(self) -> Evaluate:
        """One or more tests joined by `or`."""
        sides = [self._both()]
        while self.take("or"):
            sides.append(self._both())
        return sides[0] if len(sides) == 1 else lambda row: any(side(row) for side in sides)

    def _both(self) -> Evaluate:
        sides = [self._negated()]
        while self.take("and"):
            sides.append(self._negated())
        return sides[0] if len(sides) == 1 else lambda row: all(side(row) for side in sides)

    def _negated(self) -> Evaluate:
        if self.take("not"):
            inner = self._negated()
            return lambda row: not inner(row)
        return self._comparison()

    def _comparison(self) -> Evaluate:
        left = self.operand()
        negated = self.take("not") is not None
        operator = self.take("=", "!=", "<", "<=", ">", ">=", "=~", "like", "in")
        if operator is None:
            if negated:
                raise malformed_query("like or in expected after not")
            return left
        test = self._test(left, operator)
        return (lambda row: not test(row)) if negated else test

    def _test(self, left: Evaluate, operator: str) -> Evaluate:
        if operator in ("like", "=~"):
            kind, text = self.next()
            if kind not in ("regex", "string"):
                raise malformed_query(f"{operator} is followed by a text or a regular expression")
            try:
                expression = re.compile(text if kind == "regex" else re.escape(text))
            except re.error as error:
                raise malformed_query(f"{text} is no regular expression: {error}") from None
            return lambda row: left(row) is not None and expression.search(text_of(left(row))) is not None
        if operator == "in":
            wanted = self._list()
            return lambda row: any(_compared(left(row), "=", each(row)) for each in wanted)
        right = self.operand()
        return lambda row: _compared(left(row), operator, right(row))

    def _list(self) -> list[Evaluate]:
        self.expect("[")
        items = [self.operand()]
        while self.take(","):
            items.append(self.operand())
        self.expect("]")
        return items

    def operand(self) -> Evaluate:
        """A value, a field, a function of them, or a condition in parentheses."""
        value = self._operand()
        if self._tokens and self._tokens[0] in [("operator", sign) for sign in "*+-/%^"]:
            raise refused(f"arithmetic ({self._tokens[0][1]}) in Logs Insights")
        return value

    def _operand(self) -> Evaluate:
        if self.take("("):
            inner = self.condition()
            self.expect(")")
            return inner
        if self.take("-"):
            kind, text = self.next()
            if kind != "number":
                raise malformed_query(f"unexpected - before {text}")
            return lambda _row: -float(text)
        kind, text = self.next()
        if kind in ("string", "number"):
            value = float(text) if kind == "number" else text
            return lambda _row: value
        if kind == "quoted":
            return lambda row: row.get(text)
        if kind != "name":
            raise malformed_query(f"unexpected {text}")
        if self._tokens and self._tokens[0] == ("operator", "("):
            return self._function(text.lower())
        return field(text)

    def _function(self, name: str) -> Evaluate:
        self.expect("(")
        if name == "bin":
            kind, text = self.next()
            self.expect(")")
            found = _PERIOD.fullmatch(text)
            if kind != "period" or found is None:
                raise malformed_query("bin needs a period, such as 5m")
            step = int(found[1]) * _MILLISECONDS[found[2]]
            return lambda row: Timestamp(row["@timestamp"] // step * step)
        if name not in FUNCTIONS:
            raise refused(f"the function {name} of Logs Insights")
        arguments = [] if self.take(")") else [self.condition()]
        while arguments and self.take(","):
            arguments.append(self.condition())
        if arguments:
            self.expect(")")
        count, function = FUNCTIONS[name]
        if count is not None and len(arguments) != count:
            raise malformed_query(f"{name} takes {count} argument(s), not {len(arguments)}")
        return lambda row: function(*(argument(row) for argument in arguments))


def field(name: str) -> Evaluate:
    """Reads a field. Raises a refusal for one that AWS would discover and this does not."""
    if name.startswith("@") and name not in DISCOVERED:
        raise refused(f"the discovered field {name} of Logs Insights")
    return lambda row: row.get(name)


class Timestamp(int):
    """Milliseconds that are shown as a time."""


def text_of(value: Any) -> str:
    """A value as results show it."""
    if isinstance(value, Timestamp):
        return datetime.fromtimestamp(value / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def number(value: Any) -> float | None:
    """A value as a number, or None."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _compared(left: Any, operator: str, right: Any) -> bool:
    if left is None or right is None:
        # What an event does not have equals nothing.
        return operator == "!=" and (left is None) != (right is None)
    numbers = number(left), number(right)
    one: Any = left
    other: Any = right
    if None not in numbers:
        one, other = numbers
    else:
        one, other = text_of(left), text_of(right)
    tests: dict[str, bool] = {
        "=": one == other,
        "!=": one != other,
        "<": one < other,
        "<=": one <= other,
        ">": one > other,
        ">=": one >= other,
    }
    return tests[operator]


FUNCTIONS: dict[str, tuple[int | None, Callable[..., Any]]] = {
    "ispresent": (1, lambda value: value is not None),
    "isempty": (1, lambda value: value is None or value == ""),
    "isblank": (1, lambda value: value is None or not text_of(value).strip()),
    "coalesce": (None, lambda *values: next((value for value in values if value is not None), None)),
    "strlen": (1, lambda value: None if value is None else len(text_of(value))),
    "strcontains": (2, lambda value, wanted: int(value is not None and text_of(wanted) in text_of(value))),
    "tolower": (1, lambda value: None if value is None else text_of(value).lower()),
    "toupper": (1, lambda value: None if value is None else text_of(value).upper()),
}
"""Name to number of arguments (None: any) and meaning."""
