"""What an update returns: of UPDATED_NEW and UPDATED_OLD every path that the expression names, changed or not.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.dynamodb.parsing.ast_nodes import (
    ExpressionAttribute,
    ExpressionAttributeName,
    ExpressionSelector,
    UpdateExpressionAction,
    UpdateExpressionPath,
    UpdateExpressionSetAction,
)
from moto.dynamodb.parsing.expressions import UpdateExpressionParser

Path = list[str | int]


def updated(expression: str, names: dict[str, str], attributes: dict[str, Any]) -> dict[str, Any]:
    """The part of an item's attributes that the expression names."""
    whole: dict[str, Any] = {"M": {}}
    for path in _paths(expression, names):
        _copy({"M": attributes}, whole, path)
    return {name: _dense(value) for name, value in whole["M"].items()}


def _paths(expression: str, names: dict[str, str]) -> Iterator[Path]:
    for action in _actions(UpdateExpressionParser.make(expression)):
        path = next(child for child in action.children if isinstance(child, UpdateExpressionPath))
        steps: Path = []
        for step in path.children:
            if isinstance(step, ExpressionAttribute):
                steps.append(step.get_attribute_name())
            elif isinstance(step, ExpressionAttributeName):
                steps.append(names[step.get_attribute_name_placeholder()])
            elif isinstance(step, ExpressionSelector):
                steps.append(step.get_index())
        yield steps


def _actions(node: Any) -> Iterator[Any]:
    if isinstance(node, (UpdateExpressionSetAction, UpdateExpressionAction)):
        yield node
        return
    for child in getattr(node, "children", None) or []:
        if not isinstance(child, (str, int)):
            yield from _actions(child)


def _copy(source: dict[str, Any], target: dict[str, Any], path: Path) -> None:
    """Copies what stands at the path. Elements of lists are kept by their index until the end."""
    for position, step in enumerate(path):
        kind = "L" if isinstance(step, int) else "M"
        held: Any = source.get(kind) or []
        there = step < len(held) if isinstance(step, int) else step in held
        found = held[step] if there else None
        if found is None:
            return
        places = target.setdefault("elements" if kind == "L" else "M", {})
        if position == len(path) - 1:
            places[step] = found
            return
        source, target = found, places.setdefault(step, {})


def _dense(value: dict[str, Any]) -> dict[str, Any]:
    """A list holds only the elements that were updated, in their order."""
    if "elements" in value:
        return {"L": [_dense(value["elements"][index]) for index in sorted(value["elements"])]}
    if set(value) == {"M"}:
        return {"M": {name: _dense(inner) for name, inner in value["M"].items()}}
    return value
