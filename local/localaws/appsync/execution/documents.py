"""Parses and validates GraphQL requests, and remembers the last ones: clients send the same text again and again."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    OperationDefinitionNode,
    Visitor,
    parse,
    specified_rules,
    validate,
    visit,
)
from graphql.language import Lexer, Source, TokenKind
from graphql.validation import ASTValidationRule

from localaws.appsync import limits
from localaws.appsync.execution import selection
from localaws.appsync.schema import ApiSchema

REMEMBERED = 256

RULE_NAMES = {
    "FieldsOnCorrectTypeRule": "FieldUndefined",
    "KnownArgumentNamesRule": "UnknownArgument",
    "KnownDirectivesRule": "UnknownDirective",
    "KnownFragmentNamesRule": "UndefinedFragment",
    "KnownTypeNamesRule": "UnknownType",
    "LoneAnonymousOperationRule": "LoneAnonymousOperationViolation",
    "NoFragmentCyclesRule": "FragmentCycle",
    "NoUndefinedVariablesRule": "UndefinedVariable",
    "NoUnusedFragmentsRule": "UnusedFragment",
    "NoUnusedVariablesRule": "UnusedVariable",
    "OverlappingFieldsCanBeMergedRule": "FieldsConflict",
    "ProvidedRequiredArgumentsRule": "MissingFieldArgument",
    "ScalarLeafsRule": "SubSelectionRequired",
    "ValuesOfCorrectTypeRule": "WrongType",
    "VariablesAreInputTypesRule": "NonInputTypeOnVariable",
    "VariablesInAllowedPositionRule": "VariableTypeMismatch",
}
"""AppSync's (graphql-java's) names of the validation rules, put before each message."""


class InvalidDocument(Exception):  # noqa: N818 - an answer, not a fault of ours
    """The document cannot be executed: `errors` is what the client is told, with HTTP 200."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(errors[0]["message"])
        self.errors = errors


@dataclass(frozen=True)
class Document:
    """A valid document."""

    node: DocumentNode
    operations: dict[str | None, OperationDefinitionNode]
    fragments: dict[str, FragmentDefinitionNode]
    _shown: dict[int, tuple[list[str], str]] = field(default_factory=dict)

    def shown(self, node: FieldNode) -> tuple[list[str], str]:
        """`selectionSetList` and `selectionSetGraphQL` of one of the document's fields, computed once."""
        if id(node) not in self._shown:
            listed = selection.paths(node.selection_set, self.fragments)
            self._shown[id(node)] = listed, selection.printed(node.selection_set)
        return self._shown[id(node)]

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation to execute; raises InvalidDocument."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        if name not in self.operations:
            raise InvalidDocument([_error("Must provide operation name if query contains multiple operations.", [])])
        return self.operations[name]


class Documents:
    """A cache over `prepare`, per schema and introspection setting."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[int, bool, str], tuple[ApiSchema, Document | InvalidDocument]] = OrderedDict()

    def get(self, schema: ApiSchema, query: str, *, introspection: bool) -> Document:
        """The parsed document; raises InvalidDocument."""
        key = id(schema), introspection, query
        found = self._known.get(key)
        # Identity is checked because a dropped schema's id can be given to a new one.
        if found is None or found[0] is not schema:
            found = schema, _prepare(schema, query, introspection=introspection)
            self._known[key] = found
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        self._known.move_to_end(key)
        if isinstance(found[1], InvalidDocument):
            raise found[1]
        return found[1]


def _prepare(schema: ApiSchema, query: str, *, introspection: bool) -> Document | InvalidDocument:
    if _is_too_long(query):
        return InvalidDocument([_error(limits.QUERY_LENGTH_MESSAGE, [])])
    try:
        node = parse(query)
    except GraphQLError as error:
        return InvalidDocument([_error(f"Invalid Syntax : {error.message}", error.locations or [])])
    errors = [problem for rule in specified_rules for problem in _violations(schema, node, rule)]
    if not introspection:
        errors += [_undefined(hidden) for hidden in _introspection_fields(node)]
    if errors:
        return InvalidDocument(errors)
    operations = {
        each.name.value if each.name else None: each
        for each in node.definitions
        if isinstance(each, OperationDefinitionNode)
    }
    fragments = {each.name.value: each for each in node.definitions if isinstance(each, FragmentDefinitionNode)}
    return Document(node, operations, fragments)


def _is_too_long(query: str) -> bool:
    lexer = Lexer(Source(query))
    try:
        for _ in range(limits.QUERY_TOKENS + 1):
            if lexer.advance().kind is TokenKind.EOF:
                return False
    except GraphQLError:
        return False
    return True


def _violations(schema: ApiSchema, node: DocumentNode, rule: type[ASTValidationRule]) -> list[dict[str, Any]]:
    name = RULE_NAMES.get(rule.__name__, rule.__name__.removesuffix("Rule"))
    problems = []
    for error in validate(schema.graphql, node, [rule], hide_suggestions=True):
        culprit = error.nodes[0] if error.nodes else None
        if name == "FieldUndefined" and isinstance(culprit, FieldNode):
            parent = error.message.split(" on type ")[1].split("'")[1]
            message = f"Field '{culprit.name.value}' in type '{parent}' is undefined @ '{culprit.name.value}'"
        else:
            message = error.message
        problems.append(_error(f"Validation error of type {name}: {message}", error.locations or []))
    return problems


def _introspection_fields(node: DocumentNode) -> list[FieldNode]:
    found: list[FieldNode] = []

    class Finder(Visitor):
        def enter_field(self, visited: FieldNode, *_: Any) -> None:
            if visited.name.value in ("__schema", "__type"):
                found.append(visited)

    visit(node, Finder())
    return found


def _undefined(hidden: FieldNode) -> dict[str, Any]:
    name = hidden.name.value
    message = f"Validation error of type FieldUndefined: Field '{name}' in type 'Query' is undefined @ '{name}'"
    return _error(message, GraphQLError("", [hidden]).locations or [])


def _error(message: str, locations: Any) -> dict[str, Any]:
    places = [{"line": place.line, "column": place.column, "sourceName": None} for place in locations]
    return {"path": None, "locations": places, "message": message}
