"""Values of one metric, brought into periods and summed up; GetMetricStatistics."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.cloudwatch.models import MetricDatum, cloudwatch_backends

from localaws.http import Request, Response
from localaws.operations import NOT_FAKED, Operation
from localaws.settings import ACCOUNT_ID

MAX_POINTS = 1440
"""Of one GetMetricStatistics."""

_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d{0,10})?|100)")


class Refused(Exception):  # noqa: N818 - an answer, not a fault of ours
    """The request is answered with this error."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def not_provided(what: str) -> Refused:
    """Local AWS does not have it, so it says so instead of answering without it."""
    return Refused(NOT_FAKED, f"local AWS does not provide {what}; see local/FAKED.md")


@dataclass(frozen=True)
class Metric:
    """What a value belongs to. Every set of dimensions is a metric of its own."""

    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Metric:
        """From a request's Namespace, MetricName and Dimensions."""
        dimensions = frozenset((each["Name"], each["Value"]) for each in given.get("Dimensions") or [])
        return cls(given["Namespace"], given["MetricName"], dimensions)


@dataclass(frozen=True)
class Sample:
    """One published value, or a set of them of which only this is known."""

    seconds: float
    unit: str | None
    count: float
    total: float
    least: float
    most: float


def samples(region: str) -> Iterable[tuple[Metric, Sample]]:
    """Everything that was published in the region."""
    for datum in list(cloudwatch_backends[ACCOUNT_ID][region].get_all_metrics()):
        dimensions = frozenset((each.name, each.value) for each in datum.dimensions)
        moment = datum.timestamp
        seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        if isinstance(datum, MetricDatum):
            figures = (1.0, datum.value, datum.value, datum.value)
        else:
            figures = (datum.sample_count, datum.sum, datum.min, datum.max)
        yield Metric(datum.namespace, datum.name, dimensions), Sample(seconds, datum.unit, *figures)


Statistic = Callable[[Sequence[Sample]], float | None]

_SIMPLE: dict[str, Statistic] = {
    "SampleCount": lambda found: sum(each.count for each in found),
    "Sum": lambda found: sum(each.total for each in found),
    "Average": lambda found: sum(each.total for each in found) / (sum(each.count for each in found) or 1),
    "Minimum": lambda found: min(each.least for each in found),
    "Maximum": lambda found: max(each.most for each in found),
}


def statistic(name: str) -> Statistic:
    """The statistic of that name; raises Refused for one that is not provided."""
    if name in _SIMPLE:
        return _SIMPLE[name]
    found = _PERCENTILE.fullmatch(name)
    if found is None:
        raise not_provided(f"the statistic {name}")
    return lambda given: _percentile(given, float(found[1]))


def _percentile(found: Sequence[Sample], percent: float) -> float | None:
    """The smallest value that at least `percent` of all do not exceed; None of sets whose values are unknown."""
    if any(each.least != each.most for each in found):
        return None
    ordered = sorted(found, key=lambda each: each.least)
    rank = max(1.0, math.ceil(sum(each.count for each in ordered) * percent / 100))
    for each in ordered:
        rank -= each.count
        if rank <= 0:
            return each.least
    return None


def periods(found: Iterable[Sample], start: float, end: float, period: int) -> dict[int, list[Sample]]:
    """The samples of each period that has any, by the second it begins; `end` is exclusive."""
    first = start // period * period
    grouped: dict[int, list[Sample]] = {}
    for each in found:
        if first <= each.seconds < end:
            grouped.setdefault(int(each.seconds // period * period), []).append(each)
    return dict(sorted(grouped.items()))


def moment(seconds: float) -> datetime:
    """As answers show it."""
    return datetime.fromtimestamp(seconds, UTC)


def seconds_of(value: datetime) -> float:
    """A time of a request; without a zone it is UTC."""
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()


async def get(operation: Operation, _request: Request) -> Response:
    """Answers GetMetricStatistics."""
    try:
        return operation.answer(_answer(operation.parameters, operation.region))
    except Refused as refusal:
        return operation.error(refusal.code, refusal.message, 400)


def _answer(given: Mapping[str, Any], region: str) -> dict[str, Any]:
    simple, extended = given.get("Statistics") or [], given.get("ExtendedStatistics") or []
    if not simple and not extended:
        raise Refused("InvalidParameterCombination", "Must specify either Statistics or ExtendedStatistics")
    start, end, period = seconds_of(given["StartTime"]), seconds_of(given["EndTime"]), int(given["Period"])
    if start >= end:
        message = "The parameter StartTime must be less than the parameter EndTime."
        raise Refused("InvalidParameterValue", message)
    if (end - start) / period > MAX_POINTS:
        asked = math.ceil((end - start) / period)
        message = (
            f"You have requested up to {asked} datapoints, which exceeds the limit of {MAX_POINTS}. You may reduce "
            "the datapoints requested by increasing Period, or decreasing the time range."
        )
        raise Refused("InvalidParameterCombination", message)
    wanted = Metric.of(given)
    found = [
        sample
        for metric, sample in samples(region)
        if metric == wanted and (given.get("Unit") is None or sample.unit == given["Unit"])
    ]
    computed = {name: statistic(name) for name in (*simple, *extended)}
    points = []
    for begins, inside in periods(found, start, end, period).items():
        point: dict[str, Any] = {"Timestamp": moment(begins), "Unit": inside[-1].unit or "None"}
        point.update({name: computed[name](inside) for name in simple})
        percentiles = {name: value for name in extended if (value := computed[name](inside)) is not None}
        if extended:
            point["ExtendedStatistics"] = percentiles
        points.append(point)
    return {"Label": given["MetricName"], "Datapoints": points}
