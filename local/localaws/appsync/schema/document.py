"""Reads a schema document as AppSync does: adds its scalars and directives, applies its own rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldDefinitionNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    ListValueNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    StringValueNode,
    build_ast_schema,
    is_object_type,
    parse,
    print_ast,
    validate_schema,
)
from graphql.validation.validate import validate_sdl

from localaws.appsync.schema import scalars

SCHEMA_LIMIT = 1024 * 1024
"""Bytes. https://docs.aws.amazon.com/general/latest/gr/appsync.html"""

MODE_OF_DIRECTIVE = {
    "aws_api_key": "API_KEY",
    "aws_iam": "AWS_IAM",
    "aws_oidc": "OPENID_CONNECT",
    "aws_cognito_user_pools": "AMAZON_COGNITO_USER_POOLS",
    "aws_lambda": "AWS_LAMBDA",
}

_BUILT_IN = parse(
    "\n".join(f"scalar {name}" for name in sorted(scalars.NAMES))
    + """
    directive @aws_subscribe(mutations: [String!]!) on FIELD_DEFINITION
    directive @aws_auth(cognito_groups: [String!]!) on FIELD_DEFINITION
    directive @aws_api_key on OBJECT | FIELD_DEFINITION
    directive @aws_iam on OBJECT | FIELD_DEFINITION
    directive @aws_oidc on OBJECT | FIELD_DEFINITION
    directive @aws_lambda on OBJECT | FIELD_DEFINITION
    directive @aws_cognito_user_pools(cognito_groups: [String!]) on OBJECT | FIELD_DEFINITION
    """,
    no_location=True,
)


_COMMENTED_ENUM = re.compile(r"\benum\s+\w+[^{]*\{[^}]*#[^\n}]*\b(?P<word>true|false|null)\b")


class SchemaError(Exception):
    """The document is not a schema AppSync accepts; the text becomes the creation's `details`."""


class ApiSchema:
    """A schema AppSync accepts. Immutable."""

    def __init__(self, definition: str) -> None:
        """Raises SchemaError with AppSync's reason to refuse the document."""
        self.definition = definition
        if len(definition.encode()) > SCHEMA_LIMIT:
            raise SchemaError(f"Schema is larger than {SCHEMA_LIMIT} bytes.")
        try:
            document = parse(definition)
        except GraphQLError as error:
            reason = "Failed to parse schema document - ensure it's a valid SDL-formatted document."
            raise SchemaError(f"{reason} {error.message}") from error
        spoilt = _COMMENTED_ENUM.search(definition)
        if spoilt:
            # https://github.com/aws/aws-appsync-community/issues/410
            raise SchemaError(f"Failed to parse schema document - a comment in an enum holds {spoilt['word']}.")
        self.graphql = _build(document)
        self._objects = {
            node.name.value: node for node in document.definitions if isinstance(node, ObjectTypeDefinitionNode)
        }
        problems = list(self._problems())
        if problems:
            raise SchemaError(" ".join(problems))

    def modes(self, type_name: str, field_name: str) -> frozenset[str] | None:
        """The authorization modes that may read the field; None stands for the API's default mode.

        A field's own directives replace its type's.
        """
        return self._modes.get((type_name, field_name))

    def subscriptions_to(self, mutation: str) -> list[str]:
        """The subscription fields that fire after the mutation field."""
        return self._triggers.get(mutation, [])

    def has_field(self, type_name: str, field_name: str) -> bool:
        """Whether a resolver can be attached there."""
        node = self._objects.get(type_name)
        return node is not None and any(field.name.value == field_name for field in node.fields or ())

    def root(self, operation: str) -> GraphQLObjectType | None:
        """The root type of `query`, `mutation` or `subscription`."""
        root: GraphQLObjectType | None = getattr(self.graphql, f"{operation}_type")
        return root

    @cached_property
    def _modes(self) -> dict[tuple[str, str], frozenset[str] | None]:
        table: dict[tuple[str, str], frozenset[str] | None] = {}
        for name, node in self._objects.items():
            inherited = _modes_of(node.directives)
            for field in node.fields or ():
                table[name, field.name.value] = _modes_of(field.directives) or inherited
        return table

    @cached_property
    def _triggers(self) -> dict[str, list[str]]:
        table: dict[str, list[str]] = {}
        for field in self._fields("subscription"):
            for mutation in _mutations(field) or []:
                table.setdefault(mutation, []).append(field.name.value)
        return table

    def _fields(self, operation: str) -> list[FieldDefinitionNode]:
        root = self.root(operation)
        return list(self._objects[root.name].fields or ()) if root is not None and root.name in self._objects else []

    def _problems(self) -> Iterator[str]:
        mutations = {field.name.value: field for field in self._fields("mutation")}
        subscriptions = self._fields("subscription")
        subscription_ids = {id(field) for field in subscriptions}
        for name, node in self._objects.items():
            for field in node.fields or ():
                if _mutations(field) is not None and id(field) not in subscription_ids:
                    yield f"@aws_subscribe belongs on fields of the Subscription type, not {name}.{field.name.value}."
        for field in subscriptions:
            for mutation in _mutations(field) or []:
                if mutation not in mutations:
                    yield f"Subscription field {field.name.value} names an unknown mutation: {mutation}."
                elif _nullable(mutations[mutation]) != _nullable(field):
                    yield (
                        f"Subscription field {field.name.value} must have the same output type as the mutation "
                        f"{mutation}: {print_ast(mutations[mutation].type)}, not {print_ast(field.type)}."
                    )


def _build(document: DocumentNode) -> GraphQLSchema:
    for node in document.definitions:
        if isinstance(node, ScalarTypeDefinitionNode):
            raise SchemaError(f"Custom scalars are not supported: {node.name.value}.")
    whole = DocumentNode(definitions=(*_BUILT_IN.definitions, *document.definitions))
    errors = validate_sdl(whole)
    if not errors:
        schema = build_ast_schema(whole, assume_valid_sdl=True)
        errors = validate_schema(schema)
    if errors:
        raise SchemaError(" ".join(error.message for error in errors))
    for graphql_type in schema.type_map.values():
        if isinstance(graphql_type, GraphQLScalarType) and graphql_type.name in scalars.NAMES:
            scalars.configure(graphql_type)
    # A resolver's answer is a JSON object: nothing in it names its type but __typename.
    for graphql_type in schema.type_map.values():
        if is_object_type(graphql_type):
            graphql_type.is_type_of = None
    return schema


def _nullable(field: FieldDefinitionNode) -> str:
    """The field's type without the outermost `!`: AWS's own page pairs `Post!` of a mutation with `Post`.

    https://docs.aws.amazon.com/appsync/latest/devguide/aws-appsync-real-time-data.html
    """
    return print_ast(field.type).removesuffix("!")


def _modes_of(directives: tuple[DirectiveNode, ...] | None) -> frozenset[str] | None:
    modes = {MODE_OF_DIRECTIVE[node.name.value] for node in directives or () if node.name.value in MODE_OF_DIRECTIVE}
    return frozenset(modes) or None


def _mutations(field: FieldDefinitionNode) -> list[str] | None:
    for directive in field.directives or ():
        if directive.name.value == "aws_subscribe":
            value = (directive.arguments or ())[0].value
            assert isinstance(value, ListValueNode)
            return [item.value for item in value.values if isinstance(item, StringValueNode)]
    return None
