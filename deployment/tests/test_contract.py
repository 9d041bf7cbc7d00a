"""One schema; everything that speaks it agrees: resolvers, mutation, clients, directives of either way in."""

from __future__ import annotations

import re

import pytest
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLInputObjectType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    get_named_type,
    is_leaf_type,
    is_object_type,
    validate,
)

from contract import (
    CLIENT_DIRECTIVES,
    appsync_schema,
    copies,
    operations,
    render_schema,
    resolver_files,
)
from paths import API

MODES = sorted(CLIENT_DIRECTIVES)
ROOTS = ("Query", "Mutation", "Subscription")


@pytest.fixture(params=MODES)
def mode(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def schema(mode: str) -> GraphQLSchema:
    return appsync_schema(mode)


def directives(element: object) -> set[str]:
    return {directive.name.value for directive in element.ast_node.directives or ()}  # type: ignore[attr-defined]


def root(schema: GraphQLSchema, name: str) -> GraphQLObjectType:
    found = schema.type_map[name]
    assert isinstance(found, GraphQLObjectType)
    return found


def field_types(schema: GraphQLSchema, name: str) -> dict[str, str]:
    """Fields of an object or input type, as the schema spells their types."""
    found = schema.type_map[name]
    assert isinstance(found, GraphQLObjectType | GraphQLInputObjectType)
    return {field: str(each.type) for field, each in found.fields.items()}


def reachable(field_type: object) -> set[GraphQLObjectType]:
    """Every object type a field's answer may hold."""
    found: set[GraphQLObjectType] = set()
    waiting = [get_named_type(field_type)]  # type: ignore[call-overload]
    while waiting:
        current = waiting.pop()
        if is_object_type(current) and current not in found:
            found.add(current)
            waiting.extend(get_named_type(field.type) for field in current.fields.values())
    return found


def test_the_rendered_schema_speaks_of_one_way_in(mode: str) -> None:
    (other,) = set(CLIENT_DIRECTIVES.values()) - {CLIENT_DIRECTIVES[mode]}
    assert f"@{other}" not in render_schema(mode)


def test_only_a_role_may_publish(schema: GraphQLSchema) -> None:
    for name, field in root(schema, "Mutation").fields.items():
        assert directives(field) == {"aws_iam"}, name


def test_only_readers_may_ask_and_subscribe(schema: GraphQLSchema, mode: str) -> None:
    for field in root(schema, "Query").fields.values():
        assert directives(field) == {CLIENT_DIRECTIVES[mode]}
    for field in root(schema, "Subscription").fields.values():
        assert directives(field) == {CLIENT_DIRECTIVES[mode], "aws_subscribe"}


def test_the_root_types_leave_the_decision_to_their_fields(schema: GraphQLSchema) -> None:
    assert all(not directives(root(schema, name)) for name in ROOTS)


def test_readers_may_see_every_type_an_answer_to_them_holds(schema: GraphQLSchema, mode: str) -> None:
    fields = [*root(schema, "Query").fields.values(), *root(schema, "Subscription").fields.values()]
    for current in {each for field in fields for each in reachable(field.type)}:
        assert CLIENT_DIRECTIVES[mode] in directives(current), current.name
        assert all(not directives(field) for field in current.fields.values()), current.name


def test_the_publisher_may_see_every_type_it_publishes(schema: GraphQLSchema) -> None:
    # Without it subscribing succeeds, publishing succeeds, and nothing useful arrives.
    for field in root(schema, "Mutation").fields.values():
        assert all("aws_iam" in directives(current) for current in reachable(field.type))


def test_every_subscription_follows_mutations_of_its_own_type_and_filters_by_fields_of_it(
    schema: GraphQLSchema,
) -> None:
    for name, field in root(schema, "Subscription").fields.items():
        (subscribe,) = [each for each in field.ast_node.directives or () if each.name.value == "aws_subscribe"]
        (argument,) = subscribe.arguments
        followed = [value.value for value in argument.value.values]
        assert followed, name
        for mutation in followed:
            assert root(schema, "Mutation").fields[mutation].type == field.type, f"{name} follows {mutation}"
        returned = get_named_type(field.type)
        assert set(field.args) <= set(returned.fields), name
        # An optional argument left out would mean the messages of every session.
        assert all(isinstance(each.type, GraphQLNonNull) for each in field.args.values()), name


def test_every_field_of_the_root_types_has_a_resolver_and_none_is_without_a_field(schema: GraphQLSchema) -> None:
    fields = {f"{name}.{field}" for name in ROOTS for field in root(schema, name).fields}
    assert {path.stem for path in resolver_files(API)} == fields


def test_a_piece_of_an_answer_comes_out_as_it_went_in(schema: GraphQLSchema) -> None:
    given = field_types(schema, "SendMessageInput")
    published = field_types(schema, "SendMessageResponse")
    assert published.pop("timeStamp") == "String!"
    assert published == given


def only_call(document: DocumentNode) -> tuple[str, FieldNode]:
    """The kind of the one operation in a document, and the one root field it asks for."""
    (operation,) = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    (call,) = operation.selection_set.selections
    assert isinstance(call, FieldNode)
    return operation.operation.value, call


def selected(call: FieldNode) -> set[str]:
    return {each.name.value for each in call.selection_set.selections}  # type: ignore[union-attr]


def test_each_operation_is_in_the_schema_and_named_after_its_field(schema: GraphQLSchema) -> None:
    kinds = {}
    for name, document in operations().items():
        assert validate(schema, document) == [], name
        kind, call = only_call(document)
        assert re.sub("-(.)", lambda dash: dash[1].upper(), name) == call.name.value
        kinds[name] = kind
    assert kinds == {"get-llm-response": "query", "on-send-message": "subscription", "send-message": "mutation"}


def test_every_field_of_a_piece_is_selected_where_it_is_published_and_where_it_is_read(schema: GraphQLSchema) -> None:
    returned = root(schema, "SendMessageResponse")
    assert all(is_leaf_type(get_named_type(field.type)) for field in returned.fields.values()), (
        "then names alone no longer prove it"
    )
    for name in ("send-message", "on-send-message"):
        assert selected(only_call(operations()[name])[1]) == set(returned.fields), name


def test_no_one_holds_a_copy_of_an_operation() -> None:
    # The clients of others and the baseline of the benchmark speak the blog's API on purpose.
    assert set(copies()) == {
        "tests/browser/amplify-client.mjs",
        "tests/e2e/test_answer.py",
        "tools/bench/baseline/orchestrator.py",
    }


def test_the_resolvers_stay_inside_appsyncs_limits() -> None:
    for path in resolver_files(API):
        assert path.stat().st_size < 32 * 1024, path.name
        assert set(re.findall(r"from '([^']+)'", path.read_text())) == {"@aws-appsync/utils"}, path.name


# The API of the blog's solution, name by name: a client written for it must keep working. The rest is optional.
BLOG = {
    "GetLlmResponseInput": {"sessionId": "String!", "message": "String!", "locale": "String!"},
    "SendMessageInput": {"sessionId": "String!", "message": "String!", "locale": "String!"},
    "GetLlmResponse": {"sessionId": "String", "locale": "String", "messages": "[Message]"},
    "Message": {"content": "String", "contentType": "String"},
    "SendMessageResponse": {"sessionId": "String!", "message": "String!", "locale": "String!", "timeStamp": "String!"},
}


def test_a_client_of_the_blogs_api_still_works(schema: GraphQLSchema) -> None:
    for name, fields in BLOG.items():
        actual = field_types(schema, name)
        assert {field: actual.get(field) for field in fields} == fields, name
        if name.endswith("Input"):
            assert not [field for field in actual.keys() - fields.keys() if actual[field].endswith("!")], (
                f"{name}: what was added must be optional"
            )
    assert str(root(schema, "Query").fields["getLlmResponse"].args["input"].type) == "GetLlmResponseInput!"
    assert str(root(schema, "Mutation").fields["sendMessage"].args["input"].type) == "SendMessageInput!"
    assert str(root(schema, "Subscription").fields["onSendMessage"].args["sessionId"].type) == "String!"
