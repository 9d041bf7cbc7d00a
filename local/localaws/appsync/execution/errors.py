"""Errors as AppSync writes them into a response's `errors`."""

from __future__ import annotations

import re
from typing import Any

from graphql import FieldNode, GraphQLError, SelectionSetNode, get_location

_NULL_MESSAGE = re.compile(r"Cannot return null for non-nullable field (\w+)\.(\w+)\.")


class FieldError(Exception):
    """One field failed; the rest of the response stands."""

    def __init__(self, message: str | None, error_type: str | None, data: Any = None, error_info: Any = None) -> None:
        super().__init__(message)
        self.message = message
        self.error_type = error_type
        self.data = data
        self.error_info = error_info

    @classmethod
    def raised(cls, fault: dict[str, Any], selection: SelectionSetNode | None) -> FieldError:
        """What `util.error` or `util.appendError` was called with; `data` is cut to the selection set."""
        return cls(fault["message"], fault["type"], _selected(fault["data"], selection), fault["errorInfo"])


def not_authorized(type_name: str, field_name: str) -> FieldError:
    """The refusal of one field."""
    return FieldError(f"Not Authorized to access {field_name} on type {type_name}", "Unauthorized")


def _selected(data: Any, selection: SelectionSetNode | None) -> Any:
    if selection is None or not isinstance(data, dict):
        return data
    nodes = {node.name.value: node for node in selection.selections if isinstance(node, FieldNode)}
    return {name: _selected(data[name], node.selection_set) for name, node in nodes.items() if name in data}


def entry(error: FieldError, path: list[str | int], nodes: Any) -> dict[str, Any]:
    """The `errors` entry of a failed field."""
    return {
        "path": path,
        "data": error.data,
        "errorType": error.error_type,
        "errorInfo": error.error_info,
        "locations": _locations(nodes),
        "message": error.message,
    }


def formatted(error: GraphQLError, schema: Any) -> dict[str, Any]:
    """The `errors` entry of whatever went wrong while executing."""
    path = list(error.path) if error.path is not None else None
    original = error.original_error
    if isinstance(original, FieldError):
        return entry(original, path or [], error.nodes)
    null = _NULL_MESSAGE.match(error.message)
    if null is not None and path is not None:
        parent, field = null.groups()
        wanted = schema.type_map[parent].fields[field].type
        while hasattr(wanted, "of_type"):
            wanted = wanted.of_type
        steps = "".join(f"[{step}]" if isinstance(step, int) else f"/{step}" for step in path)
        message = f"Cannot return null for non-nullable type: '{wanted.name}' within parent '{parent}' ({steps})"
        return {"path": path, "locations": None, "message": message}
    return {"path": path, "locations": _locations(error.nodes, error), "message": error.message}


def _locations(nodes: Any, error: GraphQLError | None = None) -> list[dict[str, Any]]:
    places = [get_location(node.loc.source, node.loc.start) for node in nodes or () if node.loc is not None]
    if not places and error is not None and error.locations:
        places = list(error.locations)
    return [{"line": place.line, "column": place.column, "sourceName": None} for place in places]
