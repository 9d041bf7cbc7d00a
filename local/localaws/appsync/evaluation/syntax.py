"""Parses JavaScript with tree-sitter and answers what both the linter and the translator ask of a tree."""

from __future__ import annotations

from collections.abc import Iterator

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

_LANGUAGE = Language(tree_sitter_javascript.language())

FUNCTIONS = {"function_declaration", "function_expression", "arrow_function", "method_definition"}
"""Every node that has parameters and a body."""


def parse(code: str) -> Node:
    """The root of the syntax tree; it may contain ERROR nodes."""
    return Parser(_LANGUAGE).parse(code.encode()).root_node


def text(node: Node | None) -> str:
    """The source of a node; empty for no node."""
    return "" if node is None or node.text is None else node.text.decode()


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, in source order."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(current.children))


def bound_names(pattern: Node | None) -> Iterator[str]:
    """The names a declaration's left side or a parameter list introduces."""
    if pattern is None:
        return
    if pattern.type in ("identifier", "shorthand_property_identifier_pattern"):
        yield text(pattern)
        return
    if pattern.type in ("assignment_pattern", "object_assignment_pattern"):
        yield from bound_names(pattern.child_by_field_name("left"))
        return
    if pattern.type == "pair_pattern":
        yield from bound_names(pattern.child_by_field_name("value"))
        return
    for child in pattern.named_children:
        yield from bound_names(child)


def declared_names(root: Node) -> set[str]:
    """Every name declared anywhere in the module."""
    names: set[str] = set()
    for node in walk(root):
        if node.type == "variable_declarator" or node.type in FUNCTIONS:
            names.update(bound_names(node.child_by_field_name("name")))
            names.update(bound_names(node.child_by_field_name("parameters")))
            names.update(bound_names(node.child_by_field_name("parameter")))
        elif node.type == "for_in_statement" and node.child_by_field_name("kind") is not None:
            names.update(bound_names(node.child_by_field_name("left")))
        elif node.type == "import_statement":
            names.update(local for _, local in imported_names(node))
    return names


def imported_names(statement: Node) -> Iterator[tuple[str, str]]:
    """(exported name, local name) of each import; `*` and `default` name the whole module."""
    for node in walk(statement):
        if node.type == "import_specifier":
            name = text(node.child_by_field_name("name"))
            yield name, text(node.child_by_field_name("alias")) or name
        elif node.type == "namespace_import":
            yield "*", text(node.named_children[0])
        elif node.type == "import_clause":
            for child in node.named_children:
                if child.type == "identifier":
                    yield "default", text(child)


def functions_by_name(root: Node) -> dict[str, Node]:
    """Named functions: declarations, and constants initialised with a function."""
    found: dict[str, Node] = {}
    for node in walk(root):
        if node.type == "function_declaration":
            found[text(node.child_by_field_name("name"))] = node
        elif node.type == "variable_declarator":
            value = node.child_by_field_name("value")
            if value is not None and value.type in FUNCTIONS:
                found[text(node.child_by_field_name("name"))] = value
    return found


def exported_names(root: Node) -> dict[str, str]:
    """Exported name to local name."""
    names: dict[str, str] = {}
    for statement in root.named_children:
        if statement.type != "export_statement":
            continue
        for child in statement.named_children:
            if child.type == "function_declaration":
                name = text(child.child_by_field_name("name"))
                names[name] = name
            elif child.type in ("lexical_declaration", "variable_declaration"):
                for declarator in child.named_children:
                    for name in bound_names(declarator.child_by_field_name("name")):
                        names[name] = name
            elif child.type == "export_clause":
                for specifier in child.named_children:
                    name = text(specifier.child_by_field_name("name"))
                    names[text(specifier.child_by_field_name("alias")) or name] = name
    return names
