"""Logs Insights: fields, display, filter, stats, sort and limit, in the order a query writes them.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html

Differs from AWS: other commands, functions, arithmetic and the fields AWS discovers in some services' own lines are
refused by name; numbers are not rounded.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from localaws.logs.errors import malformed_query, refused
from localaws.logs.expressions import Evaluate, Parser, Row, Timestamp, Token, field, number, text_of, tokens

MAX_RESULTS = 10_000
DEFAULT_FIELDS = ("@timestamp", "@message")

Rows = list[dict[str, Any]]


@dataclass
class _Result:
    """What a query has so far."""

    rows: Rows
    shown: dict[str, Evaluate]
    """Columns in order; empty means the default ones."""
    aggregated: bool = False


def execute(log_groups: Iterable[Any], query: str, start_time: int, end_time: int) -> list[dict[str, str]]:
    """What the query finds; times are seconds, both inclusive. Raises the service's error or a refusal."""
    commands = _commands(query)
    rows = [
        _row(group, stream, event)
        for group in log_groups
        for stream in list(group.streams.values())
        for event in list(stream.events)
        if start_time * 1000 <= event.timestamp <= end_time * 1000
    ]
    # Newest first, unless the query sorts.
    rows.sort(key=lambda row: row["@timestamp"], reverse=True)
    result = _Result(rows, {})
    for command in commands:
        command(result)
    shown = result.shown or {name: field(name) for name in DEFAULT_FIELDS}
    return [_shown(row, shown, aggregated=result.aggregated) for row in result.rows[:MAX_RESULTS]]


def _shown(row: Row, columns: dict[str, Evaluate], *, aggregated: bool) -> dict[str, str]:
    values = {name: column(row) for name, column in columns.items()}
    if not aggregated:
        values["@ptr"] = row["@ptr"]
    return {name: text_of(value) for name, value in values.items() if value is not None}


def _row(group: Any, stream: Any, event: Any) -> dict[str, Any]:
    return {
        **_flat(event.message),
        "@timestamp": Timestamp(event.timestamp),
        "@ingestionTime": Timestamp(event.ingestion_time),
        "@message": event.message,
        "@logStream": stream.log_stream_name,
        "@log": f"{group.account_id}:{group.name}",
        "@ptr": str(event.event_id),
    }


def _flat(message: str) -> dict[str, Any]:
    """The fields of a JSON message: nested ones by a dotted path, those of an array by their place."""
    try:
        document = json.loads(message)
    except ValueError:
        return {}
    found: dict[str, Any] = {}

    def walk(prefix: str, value: Any) -> None:
        if isinstance(value, dict | list):
            for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
                walk(f"{prefix}.{key}" if prefix else str(key), inner)
        elif value is not None:
            found[prefix] = value

    if isinstance(document, dict):
        walk("", document)
    return found


Command = Callable[[_Result], None]


def _commands(query: str) -> list[Command]:
    """The whole query is read before anything is run, so that what is refused is refused at once."""
    parts: list[list[Token]] = [[]]
    for token in tokens(query):
        if token == ("operator", "|"):
            parts.append([])
        else:
            parts[-1].append(token)
    if parts == [[]]:
        raise malformed_query("the query is empty")
    commands = []
    for part in parts:
        parser = Parser(part)
        name = parser.next()[1].lower() if part else ""
        if name not in _COMMANDS:
            raise refused(f"the command {name} of Logs Insights") if name.isalpha() else malformed_query("no command")
        commands.append(_COMMANDS[name](parser))
        if not parser.done:
            raise malformed_query(f"unexpected {parser.next()[1]} after {name}")
    return commands


def _columns(parser: Parser) -> dict[str, Evaluate]:
    columns: dict[str, Evaluate] = {}
    while True:
        parser.read.clear()
        value = parser.operand()
        name = "".join(parser.read)
        columns[parser.next()[1] if parser.take("as") else name] = value
        if not parser.take(","):
            return columns


def _fields(parser: Parser) -> Command:
    columns = _columns(parser)

    def run(result: _Result) -> None:
        for row in result.rows:
            row.update({name: value(row) for name, value in columns.items() if name not in row})
        result.shown.update({name: _named(name) for name in columns})

    return run


def _display(parser: Parser) -> Command:
    columns = _columns(parser)

    def run(result: _Result) -> None:
        result.shown = columns

    return run


def _filter(parser: Parser) -> Command:
    condition = parser.condition()

    def run(result: _Result) -> None:
        result.rows = [row for row in result.rows if condition(row)]

    return run


def _limit(parser: Parser) -> Command:
    kind, text = parser.next()
    if kind != "number" or not 1 <= float(text) <= MAX_RESULTS:
        raise malformed_query(f"limit needs a number from 1 to {MAX_RESULTS}")

    def run(result: _Result) -> None:
        result.rows = result.rows[: int(text)]

    return run


def _sort(parser: Parser) -> Command:
    keys: list[tuple[Evaluate, bool]] = []
    while True:
        value = parser.operand()
        keys.append((value, parser.take("asc", "desc") == "desc"))
        if not parser.take(","):
            break

    def run(result: _Result) -> None:
        for value, descending in reversed(keys):
            result.rows.sort(key=functools.partial(_order, value), reverse=descending)

    return run


def _order(value: Evaluate, row: Row) -> tuple[int, float, str]:
    """Texts come before numbers, and what is missing before both."""
    found = value(row)
    if found is None:
        return 0, 0.0, ""
    as_number = number(found)
    return (1, 0.0, text_of(found)) if as_number is None else (2, as_number, "")


Aggregate = Callable[[Rows], Any]


def _stats(parser: Parser) -> Command:
    aggregates: dict[str, Aggregate] = {}
    while True:
        parser.read.clear()
        aggregate = _aggregate(parser)
        name = "".join(parser.read)
        aggregates[parser.next()[1] if parser.take("as") else name] = aggregate
        if not parser.take(","):
            break
    groups = _columns(parser) if parser.take("by") else {}

    def run(result: _Result) -> None:
        found: dict[tuple[Any, ...], Rows] = {}
        for row in result.rows:
            found.setdefault(tuple(group(row) for group in groups.values()), []).append(row)
        result.rows = [
            {**dict(zip(groups, key, strict=True)), **{name: each(rows) for name, each in aggregates.items()}}
            for key, rows in found.items()
        ]
        result.shown = {name: _named(name) for name in (*groups, *aggregates)}
        result.aggregated = True

    return run


def _named(name: str) -> Evaluate:
    return lambda row: row.get(name)


def _aggregate(parser: Parser) -> Aggregate:
    name = parser.next()[1].lower()
    if name not in _AGGREGATES and name != "pct":
        raise refused(f"the aggregate {name} of Logs Insights")
    parser.expect("(")
    if name == "count" and (parser.take("*") or parser.take(")")):
        if parser.read[-1] != ")":
            parser.expect(")")
        return len
    value = parser.operand()
    percent = 0.0
    if name == "pct":
        parser.expect(",")
        percent = float(parser.next()[1])
    parser.expect(")")

    def aggregate(rows: Rows) -> Any:
        values = [found for row in rows if (found := value(row)) is not None]
        if name == "pct":
            return percentile([each for each in map(number, values) if each is not None], percent)
        return _AGGREGATES[name](values)

    return aggregate


def percentile(values: list[float], percent: float) -> float | None:
    """The smallest value that at least `percent` of all values do not exceed; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def _numbers(values: list[Any]) -> list[float]:
    return [each for each in map(number, values) if each is not None]


def _mean(values: list[Any]) -> float | None:
    numbers = _numbers(values)
    return sum(numbers) / len(numbers) if numbers else None


_AGGREGATES: dict[str, Callable[[list[Any]], Any]] = {
    "count": len,
    "count_distinct": lambda values: len({text_of(value) for value in values}),
    "sum": lambda values: sum(_numbers(values)),
    "avg": _mean,
    "min": lambda values: min(_numbers(values), default=None),
    "max": lambda values: max(_numbers(values), default=None),
}

_COMMANDS: dict[str, Callable[[Parser], Command]] = {
    "fields": _fields,
    "display": _display,
    "filter": _filter,
    "stats": _stats,
    "sort": _sort,
    "limit": _limit,
}
