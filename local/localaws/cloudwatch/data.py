"""GetMetricData: metrics, arithmetic on them, and SEARCH."""

from __future__ import annotations

import ast
import operator as operators
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from localaws.cloudwatch.statistics import (
    Metric,
    Refused,
    Sample,
    moment,
    not_provided,
    periods,
    samples,
    seconds_of,
    statistic,
)
from localaws.http import Request, Response
from localaws.operations import Operation

DEFAULT_PERIOD = 300

_SEARCH = re.compile(
    r"SEARCH\(\s*'(?P<query>[^']*)'\s*,\s*'(?P<stat>[^']+)'\s*(?:,\s*(?P<period>\d+)\s*)?\)", re.IGNORECASE
)
_SCHEMA = re.compile(r"\s*\{(?P<schema>[^}]*)\}(?P<terms>.*)", re.DOTALL)
_TERM = re.compile(
    r'\s*(?:AND\s+)?(?P<name>[\w.]+)\s*=\s*(?:"(?P<one>[^"]*)"|\((?P<any>\s*"[^"]*"(?:\s+OR\s+"[^"]*")*\s*)\))'
)
_QUOTED = re.compile(r'"([^"]*)"')

_OPERATORS: dict[type, Callable[[float, float], float]] = {
    ast.Add: operators.add,
    ast.Sub: operators.sub,
    ast.Mult: operators.mul,
    ast.Div: operators.truediv,
}


@dataclass
class Series:
    """One line of the answer: a value for each period that has one."""

    label: str
    points: dict[int, float]


async def get(operation: Operation, _request: Request) -> Response:
    """Answers GetMetricData."""
    try:
        return operation.answer(_Request(operation.parameters, operation.region).answer())
    except Refused as refusal:
        return operation.error(refusal.code, refusal.message, 400)


class _Request:
    """One request, each query of it computed once."""

    def __init__(self, given: Mapping[str, Any], region: str) -> None:
        self._given = given
        self._region = region
        self._start, self._end = seconds_of(given["StartTime"]), seconds_of(given["EndTime"])
        if self._start >= self._end:
            raise Refused("ValidationError", "The parameter EndTime must be greater than StartTime.")
        self._queries = {query["Id"]: query for query in given["MetricDataQueries"]}
        self._known: dict[str, list[Series]] = {}
        self._under_way: list[str] = []

    def answer(self) -> dict[str, Any]:
        results = []
        descending = self._given.get("ScanBy") != "TimestampAscending"
        for identifier, query in self._queries.items():
            series = self._series(identifier)
            if query.get("ReturnData", True):
                results += [_shown(identifier, each, descending=descending) for each in series]
        return {"MetricDataResults": results, "Messages": []}

    def _series(self, identifier: str) -> list[Series]:
        if identifier in self._under_way:
            raise Refused("ValidationError", f"The expression {identifier} refers to itself.")
        if identifier not in self._known:
            self._under_way.append(identifier)
            self._known[identifier] = self._compute(self._queries[identifier])
            self._under_way.remove(identifier)
        return self._known[identifier]

    def _compute(self, query: Mapping[str, Any]) -> list[Series]:
        if ("MetricStat" in query) == ("Expression" in query):
            raise Refused("ValidationError", f"{query['Id']} must have either MetricStat or Expression.")
        if "MetricStat" in query:
            return [self._metric(query)]
        expression = query["Expression"].strip()
        if expression.upper().startswith("SELECT"):
            raise not_provided("Metrics Insights queries (SELECT)")
        found = _SEARCH.fullmatch(expression)
        if found:
            return self._search(query, found)
        return [Series(query.get("Label") or query["Id"], self._arithmetic(expression))]

    def _metric(self, query: Mapping[str, Any]) -> Series:
        wanted, stat = Metric.of(query["MetricStat"]["Metric"]), query["MetricStat"]
        unit = stat.get("Unit")
        found = [sample for metric, sample in samples(self._region) if metric == wanted and unit in (None, sample.unit)]
        return Series(query.get("Label") or wanted.name, self._points(found, stat["Stat"], int(stat["Period"])))

    def _points(self, found: list[Sample], stat: str, period: int) -> dict[int, float]:
        compute = statistic(stat)
        values = {begins: compute(inside) for begins, inside in periods(found, self._start, self._end, period).items()}
        return {begins: value for begins, value in values.items() if value is not None}

    def _search(self, query: Mapping[str, Any], found: re.Match[str]) -> list[Series]:
        names, admits = _read_search(found["query"])
        matching: dict[Metric, list[Sample]] = {}
        for metric, sample in samples(self._region):
            if metric.namespace == names[0] and {name for name, _ in metric.dimensions} == set(names[1:]):
                matching.setdefault(metric, []).append(sample)
        period = int(found["period"] or query.get("Period") or DEFAULT_PERIOD)
        series = []
        for metric, inside in matching.items():
            if admits(metric):
                values = dict(metric.dimensions)
                label = " ".join([*(values[name] for name in names[1:]), metric.name])
                series.append(Series(query.get("Label") or label, self._points(inside, found["stat"], period)))
        return sorted((each for each in series if each.points), key=lambda each: each.label)

    def _arithmetic(self, expression: str) -> dict[int, float]:
        try:
            tree = ast.parse(expression, mode="eval").body
        except SyntaxError:
            raise not_provided(f"the expression {expression}") from None
        value = self._evaluate(tree, expression)
        if isinstance(value, float):
            raise Refused("ValidationError", f"The expression {expression} names no metric.")
        return value

    def _evaluate(self, node: ast.AST, expression: str) -> dict[int, float] | float:
        match node:
            case ast.Constant(value=int() | float() as value):
                return float(value)
            case ast.Name(id=identifier) if identifier in self._queries:
                series = self._series(identifier)
                if len(series) != 1 or _SEARCH.fullmatch(self._queries[identifier].get("Expression", "")):
                    raise not_provided("arithmetic on SEARCH")
                return series[0].points
            case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _OPERATORS:
                sides = self._evaluate(left, expression), self._evaluate(right, expression)
                return _combined(_OPERATORS[type(sign)], *sides)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return _combined(operators.mul, -1.0, self._evaluate(operand, expression))
            case ast.Call(func=ast.Name(id=name)):
                raise not_provided(f"the function {name} of metric math")
        raise not_provided(f"the expression {expression}")


def _combined(
    compute: Callable[[float, float], float], left: dict[int, float] | float, right: dict[int, float] | float
) -> dict[int, float] | float:
    """Point by point, where both sides have one; what cannot be divided has none."""
    if isinstance(left, float) and isinstance(right, float):
        return compute(left, right)
    times = [set(side) for side in (left, right) if isinstance(side, dict)]
    found = {}
    for begins in sorted(set.intersection(*times)):
        one = left if isinstance(left, float) else left[begins]
        other = right if isinstance(right, float) else right[begins]
        if not (compute is operators.truediv and other == 0):
            found[begins] = compute(one, other)
    return found


def _read_search(query: str) -> tuple[list[str], Callable[[Metric], bool]]:
    """The namespace and dimensions of a search, and whether a metric passes its terms."""
    found = _SCHEMA.fullmatch(query)
    if found is None:
        raise not_provided("SEARCH without a {namespace,dimension,…}")
    names = [name.strip().strip('"') for name in found["schema"].split(",")]
    terms: list[tuple[str, set[str]]] = []
    rest = found["terms"].strip()
    while rest:
        term = _TERM.match(rest)
        if term is None:
            raise not_provided(f"this part of a SEARCH: {rest}")
        values = [term["one"]] if term["one"] is not None else _QUOTED.findall(term["any"])
        terms.append((term["name"], set(values)))
        rest = rest[term.end() :].strip()

    def admits(metric: Metric) -> bool:
        values = {**dict(metric.dimensions), "MetricName": metric.name, "Namespace": metric.namespace}
        return all(values.get(name) in wanted for name, wanted in terms)

    return names, admits


def _shown(identifier: str, series: Series, *, descending: bool) -> dict[str, Any]:
    points = sorted(series.points.items(), reverse=descending)
    return {
        "Id": identifier,
        "Label": series.label,
        "Timestamps": [moment(begins) for begins, _ in points],
        "Values": [value for _, value in points],
        "StatusCode": "Complete",
    }
