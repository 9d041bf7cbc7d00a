"""Reads selection sets: what `ctx.info` shows of them, and what a response looks like without its aliases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionSetNode,
    print_ast,
)

Fragments = dict[str, FragmentDefinitionNode]


def fields(selection: SelectionSetNode | None, fragments: Fragments) -> Iterator[FieldNode]:
    """The fields of a selection set, fragments spread."""
    for node in selection.selections if selection is not None else ():
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, InlineFragmentNode):
            yield from fields(node.selection_set, fragments)
        elif isinstance(node, FragmentSpreadNode):
            yield from fields(fragments[node.name.value].selection_set, fragments)


def response_key(node: FieldNode) -> str:
    """The name a field has in the response."""
    return node.alias.value if node.alias else node.name.value


def paths(selection: SelectionSetNode | None, fragments: Fragments, prefix: str = "") -> list[str]:
    """`ctx.info.selectionSetList`."""
    found = []
    for node in fields(selection, fragments):
        path = prefix + response_key(node)
        found.append(path)
        found += paths(node.selection_set, fragments, f"{path}/")
    return found


def printed(selection: SelectionSetNode | None) -> str:
    """`ctx.info.selectionSetGraphQL`."""
    return print_ast(selection) if selection is not None else ""


def without_aliases(value: Any, selection: SelectionSetNode | None, fragments: Fragments) -> Any:
    """A completed value under the schema's field names: only what was selected, aliases undone."""
    if isinstance(value, list):
        return [without_aliases(item, selection, fragments) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        node.name.value: without_aliases(value[response_key(node)], node.selection_set, fragments)
        for node in fields(selection, fragments)
        if response_key(node) in value
    }
