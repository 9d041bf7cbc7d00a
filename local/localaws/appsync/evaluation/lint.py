"""Refuses what APPSYNC_JS refuses when a resolver or function is saved.

AWS's own rules (@aws-appsync/eslint-plugin) check this repository's resolvers in `make test-deployment`. They cannot
stand here: they need Node, TypeScript and the types of a project, and a second or more for each of Terraform's saves,
while local AWS is Python alone and also names what it does not provide itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from localaws.appsync.evaluation import syntax, vocabulary

CODE_LIMIT = 32 * 1024
"""Bytes of code per resolver or function. https://docs.aws.amazon.com/general/latest/gr/appsync.html"""

HANDLERS = ("request", "response")


@dataclass(frozen=True)
class CodeError:
    """One entry of BadRequestException's `detail.codeErrors`."""

    value: str
    line: int
    column: int
    span: int
    error_type: str = "PARSER_ERROR"

    def as_dict(self) -> dict[str, object]:
        """The shape botocore's model calls CodeError."""
        location = {"line": self.line, "column": self.column, "span": self.span}
        return {"errorType": self.error_type, "value": self.value, "location": location}


def lint(code: str) -> list[CodeError]:
    """Every reason AppSync would refuse this code; empty if it would accept it."""
    if len(code.encode()) > CODE_LIMIT:
        return [CodeError(f"code is larger than {CODE_LIMIT} bytes", 1, 1, 0)]
    root = syntax.parse(code)
    if root.has_error:
        return [_at(node, "syntax error") for node in syntax.walk(root) if node.is_error or node.is_missing]
    errors = list(_nodes(root))
    errors += _names(root)
    errors += _functions(root)
    errors += _exports(root)
    return sorted(errors, key=lambda error: (error.line, error.column))


def _at(node: Node, value: str) -> CodeError:
    row, column = node.start_point
    return CodeError(value, row + 1, column + 1, node.end_byte - node.start_byte)


def _nodes(root: Node) -> Iterator[CodeError]:
    for node in syntax.walk(root):
        if node.is_named and node.type in vocabulary.UNSUPPORTED_NODES:
            yield _at(node, vocabulary.UNSUPPORTED_NODES[node.type])
        elif node.type in ("unary_expression", "binary_expression"):
            operator = syntax.text(node.child_by_field_name("operator"))
            if operator in vocabulary.UNSUPPORTED_OPERATORS:
                yield _at(node, f"the operator {operator} is not supported")
        elif node.type in syntax.FUNCTIONS and any(child.type == "async" for child in node.children):
            yield _at(node, "async functions are not supported")
        elif node.type == "method_definition" and any(child.type in ("get", "set") for child in node.children):
            yield _at(node, "getters and setters are not supported")
        elif node.type == "for_in_statement" and any(child.type == "await" for child in node.children):
            yield _at(node, "async processes are not supported")
        elif node.type == "import_statement":
            yield from _import(node)
        elif node.type == "call_expression":
            yield from _call(node)


def _import(node: Node) -> Iterator[CodeError]:
    source = syntax.text(node.child_by_field_name("source")).strip("'\"")
    if source != vocabulary.MODULE:
        whose = (
            "local AWS does not provide" if source.startswith(f"{vocabulary.MODULE}/") else "APPSYNC_JS cannot import"
        )
        yield _at(node, f"{whose} the module {source}")
        return
    for name, _ in syntax.imported_names(node):
        if name not in vocabulary.EXPORTS:
            yield _at(node, f"the module {source} has no export {name}")


def _call(node: Node) -> Iterator[CodeError]:
    callee = node.child_by_field_name("function")
    arguments = node.child_by_field_name("arguments")
    if callee is None or callee.type != "member_expression":
        return
    method = syntax.text(callee.child_by_field_name("property"))
    owner = syntax.text(callee.child_by_field_name("object"))
    if method in vocabulary.UNSUPPORTED_METHODS and method not in vocabulary.STATIC_MEMBERS.get(owner, set()):
        yield _at(callee, f"{method}() is not supported")
    if method == "sort" and arguments is not None and arguments.named_child_count:
        yield _at(node, "sort() does not support arguments")


def _names(root: Node) -> Iterator[CodeError]:
    declared = syntax.declared_names(root)
    imported = {
        local: name
        for statement in root.named_children
        if statement.type == "import_statement"
        for name, local in syntax.imported_names(statement)
    }
    for node in syntax.walk(root):
        if node.type in ("identifier", "shorthand_property_identifier"):
            name = syntax.text(node)
            in_import = node.parent is not None and node.parent.type == "import_specifier"
            if name not in declared | vocabulary.GLOBALS and not in_import:
                yield _at(node, f"{name} is not defined")
        elif node.type == "member_expression":
            yield from _member(node, imported, declared)


def _member(node: Node, imported: dict[str, str], declared: set[str]) -> Iterator[CodeError]:
    parts = syntax.text(node.child_by_field_name("object")).replace("?.", ".").split(".")
    local = parts[0]
    if local in declared and local not in imported:
        return
    owner = ".".join([imported.get(local, local), *parts[1:]])
    member = syntax.text(node.child_by_field_name("property"))
    if member in vocabulary.NOT_FAKED.get(owner, set()):
        yield _at(node, f"local AWS does not provide {owner}.{member}")
    elif owner in vocabulary.STATIC_MEMBERS and member not in vocabulary.STATIC_MEMBERS[owner]:
        yield _at(node, f"{owner}.{member} is not supported")


def _functions(root: Node) -> Iterator[CodeError]:
    functions = syntax.functions_by_name(root)
    calls: dict[str, set[str]] = {}
    for name, function in functions.items():
        calls[name] = {
            syntax.text(node.child_by_field_name("function"))
            for node in syntax.walk(function)
            if node.type == "call_expression"
        } & set(functions)
    for name, function in functions.items():
        if _reaches(name, name, calls):
            yield _at(function, f"recursive calls of {name} are not supported")
    for node in syntax.walk(root):
        if node.type != "arguments":
            continue
        for argument in node.named_children:
            if argument.type == "identifier" and syntax.text(argument) in functions:
                yield _at(argument, f"passing the function {syntax.text(argument)} as an argument is not supported")


def _reaches(start: str, target: str, calls: dict[str, set[str]]) -> bool:
    seen: set[str] = set()
    frontier = set(calls[start])
    while frontier:
        if target in frontier:
            return True
        seen |= frontier
        frontier = {callee for name in frontier for callee in calls[name]} - seen
    return False


def _exports(root: Node) -> Iterator[CodeError]:
    for statement in root.named_children:
        if statement.type == "export_statement" and any(child.type == "default" for child in statement.children):
            yield _at(statement, "default exports are not supported")
    exported, functions = syntax.exported_names(root), syntax.functions_by_name(root)
    for handler in HANDLERS:
        if exported.get(handler) not in functions:
            yield _at(root, f"the code must export a function {handler}")
