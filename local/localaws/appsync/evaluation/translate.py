"""Turns an APPSYNC_JS module into one function expression that the engine's runtime can call.

The engine evaluates scripts, not modules. Only imports, exports and loop bodies change; every other byte stays,
on its own line, so a position in an engine error is a position in the author's file.
"""

from __future__ import annotations

from tree_sitter import Node

from localaws.appsync.evaluation import syntax
from localaws.appsync.evaluation.lint import HANDLERS

_Edit = tuple[int, int, bytes]


def to_function(code: str) -> str:
    """Source of `(__module, __tick, console) => ({request, response})`. The code must have passed `lint`."""
    root = syntax.parse(code)
    edits: list[_Edit] = []
    for statement in root.named_children:
        if statement.type == "import_statement":
            edits.append(_replace(statement, _destructuring(statement)))
        elif statement.type == "export_statement":
            edits.append(_export(statement))
    for node in syntax.walk(root):
        if node.type == "for_in_statement":
            edits += _counted(node)
    body = bytearray(code.encode())
    for start, end, replacement in sorted(edits, key=lambda edit: edit[0], reverse=True):
        body[start:end] = replacement
    exported = syntax.exported_names(root)
    handlers = ", ".join(f"{name}: {exported[name]}" for name in HANDLERS)
    return f'((__module, __tick, console) => {{"use strict"; {body.decode()}\nreturn {{{handlers}}};}})'


def _destructuring(statement: Node) -> str:
    names = [f"{name}: {local}" for name, local in syntax.imported_names(statement)]
    return f"const {{{', '.join(names)}}} = __module;"


def _export(statement: Node) -> _Edit:
    declaration = statement.child_by_field_name("declaration")
    if declaration is None:
        return _replace(statement, "")
    return statement.start_byte, declaration.start_byte, b""


def _replace(node: Node, replacement: str) -> _Edit:
    lines = "\n" * syntax.text(node).count("\n")
    return node.start_byte, node.end_byte, (replacement + lines).encode()


def _counted(loop: Node) -> list[_Edit]:
    body = loop.child_by_field_name("body")
    if body is None:
        return []
    if body.type == "statement_block":
        return [(body.start_byte + 1, body.start_byte + 1, b"__tick();")]
    return [(body.start_byte, body.start_byte, b"{__tick();"), (body.end_byte, body.end_byte, b"}")]
