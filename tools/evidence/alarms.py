"""The alarm table of docs/operations.md, from the stack."""

from __future__ import annotations

import re
from collections.abc import Mapping

import sections
from sections import code, table
from stack import Resource, Stack

DOCUMENT = sections.ROOT / "docs" / "operations.md"


def generated(stack: Stack) -> Mapping[str, str]:
    """Every section of the document by the name in its markers."""
    rows = [[code(name(alarm)), _rings(alarm), _meaning(alarm)] for alarm in stack.of("aws_cloudwatch_metric_alarm")]
    return {"alarms": table(["Alarm", "Rings when", "Means"], rows)}


def name(alarm: Resource) -> str:
    """The alarm's name without the stack's, as the documents call it."""
    return alarm.index


def _rings(alarm: Resource) -> str:
    values = alarm.values
    statistic = values.get("statistic") or values.get("extended_statistic")
    above = f"{values['threshold']:g}"
    often = (
        f", {values['datapoints_to_alarm']} times in {values['evaluation_periods']}"
        if values["evaluation_periods"] > 1
        else ""
    )
    metric = f"`{values['metric_name']}` ({values['namespace']})"
    return f"{metric}, {statistic} over {values['period']} s, is above {above}{often}"


def _meaning(alarm: Resource) -> str:
    """The alarm's own description, without its pointer to the document this table is in."""
    return re.sub(r"\s*See docs/operations\.md[^.]*\.", "", alarm.values["alarm_description"])
