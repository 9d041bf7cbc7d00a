"""The control plane through boto3: what it keeps, what it refuses."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from conftest import Local

from appsync.support import ACCOUNT, DOCS, ECHO, QUOTAS, REGION, SCHEMA, Api

API = "https://docs.aws.amazon.com/appsync/latest/APIReference/"
DAY = 86400


def refused(call: Callable[[], Any]) -> tuple[str, str]:
    """Error code and message of a call that must fail."""
    with pytest.raises(ClientError) as caught:
        call()
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.mark.documented(API + "API_CreateGraphqlApi.html")
def test_an_api_comes_back_as_it_was_created(local: Local, make_api: Callable[..., Api]) -> None:
    settings = {
        "visibility": "PRIVATE",
        "introspectionConfig": "DISABLED",
        "queryDepthLimit": 4,
        "resolverCountLimit": 20,
        "xrayEnabled": True,
        "tags": {"team": "chat"},
        "logConfig": {"fieldLogLevel": "ERROR", "cloudWatchLogsRoleArn": f"arn:aws:iam::{ACCOUNT}:role/x"},
    }
    api = make_api(**settings)
    kept = local.client("appsync").get_graphql_api(apiId=api.api_id)["graphqlApi"]
    assert {name: kept[name] for name in settings} == settings
    assert kept["additionalAuthenticationProviders"] == [{"authenticationType": "AWS_IAM"}]
    assert kept["apiType"] == "GRAPHQL"


@pytest.mark.documented(DOCS + "security-authz.html")
def test_the_id_in_urls_is_not_the_id_in_arns(api: Api) -> None:
    match = re.fullmatch(r"http://(.+)/appsync/([a-z0-9]{26})/graphql", api.url)
    assert match is not None
    assert api.realtime_url == f"ws://{match[1]}/appsync/{match[2]}/graphql/realtime"
    assert re.fullmatch(r"[a-z0-9]{26}", api.api_id)
    assert api.api_id != match[2]
    assert api.arn == f"arn:aws:appsync:{REGION}:{ACCOUNT}:apis/{api.api_id}"


@pytest.mark.documented(API + "API_UpdateGraphqlApi.html")
def test_update_replaces_the_configuration_but_not_the_visibility(local: Local, make_api: Callable[..., Api]) -> None:
    api = make_api(visibility="PRIVATE", queryDepthLimit=3)
    appsync = local.client("appsync")
    appsync.update_graphql_api(apiId=api.api_id, name="renamed", authenticationType="AWS_IAM")
    kept = appsync.get_graphql_api(apiId=api.api_id)["graphqlApi"]
    assert kept["name"] == "renamed"
    assert kept["visibility"] == "PRIVATE"
    assert kept["queryDepthLimit"] == 0
    assert kept.get("additionalAuthenticationProviders", []) == []


@pytest.mark.documented(DOCS + "security-authz.html")
@pytest.mark.parametrize(
    "providers",
    [
        [{"authenticationType": "API_KEY"}],
        [{"authenticationType": "AWS_IAM"}, {"authenticationType": "AWS_IAM"}],
        [{"authenticationType": "OPENID_CONNECT", "openIDConnectConfig": {"issuer": "https://a"}}] * 2,
    ],
)
def test_no_authorization_mode_stands_twice(local: Local, providers: list[Any]) -> None:
    create = local.client("appsync").create_graphql_api
    members = {"authenticationType": "API_KEY", "additionalAuthenticationProviders": providers}
    code, message = refused(lambda: create(name="twice", **members))
    assert (code, message.rpartition(" is ")[2]) == ("BadRequestException", "configured more than once.")


@pytest.mark.parametrize("mode", ["AMAZON_COGNITO_USER_POOLS", "AWS_LAMBDA"])
def test_a_mode_that_is_not_faked_is_refused(local: Local, mode: str) -> None:
    create = local.client("appsync").create_graphql_api
    assert refused(lambda: create(name="x", authenticationType=mode)) == (
        "BadRequestException",
        f"local AWS does not provide the authentication type {mode}.",
    )


def test_an_events_api_is_refused(local: Local) -> None:
    modes = [{"authType": "API_KEY"}]
    config = {
        "authProviders": modes,
        "connectionAuthModes": modes,
        "defaultPublishAuthModes": modes,
        "defaultSubscribeAuthModes": modes,
    }
    code, message = refused(lambda: local.client("appsync").create_api(name="events", eventConfig=config))
    assert code == "NotFakedByLocalAws"
    assert "appsync CreateApi" in message


@pytest.mark.documented(API + "API_CreateApiKey.html")
def test_a_key_expires_on_the_hour_before_it_was_asked_to(local: Local, api: Api) -> None:
    appsync = local.client("appsync")
    asked = int(time.time()) + 30 * DAY + 1234
    key = appsync.create_api_key(apiId=api.api_id, expires=asked, description="d")["apiKey"]
    assert key["expires"] == asked // 3600 * 3600
    assert key["description"] == "d"
    assert re.fullmatch(r"da2-[a-z0-9]{26}", key["id"])
    default = appsync.create_api_key(apiId=api.api_id)["apiKey"]["expires"]
    assert default == (int(time.time()) + 7 * DAY) // 3600 * 3600
    appsync.update_api_key(apiId=api.api_id, id=key["id"], expires=asked + DAY)
    kept = {each["id"]: each for each in appsync.list_api_keys(apiId=api.api_id)["apiKeys"]}
    assert kept[key["id"]]["expires"] == (asked + DAY) // 3600 * 3600
    appsync.delete_api_key(apiId=api.api_id, id=key["id"])
    assert refused(lambda: appsync.delete_api_key(apiId=api.api_id, id=key["id"]))[0] == "NotFoundException"


@pytest.mark.documented(API + "API_CreateApiKey.html")
@pytest.mark.parametrize(("days", "bound"), [(0.9, "minimum of 1"), (366, "maximum of 365")])
def test_a_key_lives_between_1_and_365_days(local: Local, api: Api, days: float, bound: str) -> None:
    create = local.client("appsync").create_api_key
    assert refused(lambda: create(apiId=api.api_id, expires=int(time.time() + days * DAY))) == (
        "ApiKeyValidityOutOfBoundsException",
        f"API key must be valid for a {bound} days.",
    )


@pytest.mark.documented(QUOTAS)
def test_an_api_has_at_most_50_keys(local: Local, make_api: Callable[..., Api]) -> None:
    api = make_api()
    appsync = local.client("appsync")
    for _ in range(49):
        appsync.create_api_key(apiId=api.api_id)
    assert refused(lambda: appsync.create_api_key(apiId=api.api_id))[0] == "ApiKeyLimitExceededException"


@pytest.mark.documented(DOCS + "aws-appsync-real-time-data.html")
@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ("type Query {", "Failed to parse schema document"),
        ("type Query { a: Nope }", "Unknown type 'Nope'"),
        ("type Query { a: String @nope }", "Unknown directive '@nope'"),
        ("scalar Date type Query { a: Date }", "Custom scalars are not supported"),
        ("type Mutation { a: String }", "Query root type must be provided"),
        (
            "type Query { a: Int } type Mutation { m: String } "
            'type Subscription { s: Int @aws_subscribe(mutations: ["m"]) }',
            "must have the same output type as the mutation m: String, not Int",
        ),
        (
            'type Query { a: Int } type Subscription { s: Int @aws_subscribe(mutations: ["m"]) }',
            "names an unknown mutation: m",
        ),
        ("type Query { a: Int } #" + "x" * 1024 * 1024, "Schema is larger than 1048576 bytes"),
        ('type Query { a: Int @aws_subscribe(mutations: ["m"]) }', "belongs on fields of the Subscription type"),
    ],
)
def test_a_schema_appsync_refuses_fails_its_creation(
    local: Local, make_api: Callable[..., Api], schema: str, reason: str
) -> None:
    appsync, api = local.client("appsync"), make_api()
    appsync.start_schema_creation(apiId=api.api_id, definition=schema.encode())
    status = appsync.get_schema_creation_status(apiId=api.api_id)
    assert status["status"] == "FAILED"
    assert reason in status["details"]
    assert api.ask('{ ask(input: {session: "s"}) { session } }').status == 200, "the old schema still serves"


@pytest.mark.documented(DOCS + "aws-appsync-real-time-data.html")
@pytest.mark.parametrize(
    ("mutation", "subscription"), [("Post!", "Post"), ("Post", "Post!"), ("[Post!]!", "[Post!]"), ("Post", "Post")]
)
def test_a_subscription_may_be_null_where_its_mutation_may_not(
    local: Local, make_api: Callable[..., Api], mutation: str, subscription: str
) -> None:
    """The pair of AWS's own page: addPost answers `Post!`, addedPost may have none."""
    appsync, api = local.client("appsync"), make_api()
    schema = f"""
        type Query {{ a: Int }}
        type Post {{ id: ID! }}
        type Mutation {{ addPost(id: ID!): {mutation} }}
        type Subscription {{ addedPost: {subscription} @aws_subscribe(mutations: ["addPost"]) }}
    """
    appsync.start_schema_creation(apiId=api.api_id, definition=schema.encode())
    status = appsync.get_schema_creation_status(apiId=api.api_id)
    assert status["status"] == "SUCCESS", status


@pytest.mark.documented(API + "API_ListGraphqlApis.html")
def test_apis_are_listed_by_their_type(local: Local, api: Api) -> None:
    listed = local.client("appsync").list_graphql_apis
    assert listed(apiType="MERGED")["graphqlApis"] == []
    assert api.api_id in [each["apiId"] for each in listed(apiType="GRAPHQL")["graphqlApis"]]


@pytest.mark.documented(DOCS + "troubleshooting-and-common-mistakes.html")
def test_a_field_that_goes_takes_its_resolver_along(local: Local, make_api: Callable[..., Api]) -> None:
    api, appsync = make_api(), local.client("appsync")
    api.resolver("Query.plain")
    without = SCHEMA.replace("  plain: String\n", "")
    appsync.start_schema_creation(apiId=api.api_id, definition=without.encode())
    members = {"apiId": api.api_id, "typeName": "Query", "fieldName": "plain"}
    assert refused(lambda: appsync.get_resolver(**members)) == ("NotFoundException", "No resolver found.")


def test_children_are_kept_listed_and_deleted_in_order(local: Local, make_api: Callable[..., Api]) -> None:
    api, appsync = make_api(), local.client("appsync")
    runtime = {"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"}
    function = appsync.create_function(
        apiId=api.api_id, name="step", dataSourceName="none", code=ECHO, runtime=runtime
    )["functionConfiguration"]
    api.resolver("Query.plain", kind="PIPELINE", pipelineConfig={"functions": [function["functionId"]]})
    resolver = appsync.get_resolver(apiId=api.api_id, typeName="Query", fieldName="plain")["resolver"]
    assert resolver["kind"] == "PIPELINE"
    assert resolver["resolverArn"] == f"{api.arn}/types/Query/resolvers/plain"
    members = {"apiId": api.api_id, "functionId": function["functionId"]}
    used = appsync.list_resolvers_by_function(**members)["resolvers"]
    assert [each["fieldName"] for each in used] == ["plain"]
    assert "in use" in refused(lambda: appsync.delete_function(**members))[1]
    assert "in use" in refused(lambda: appsync.delete_data_source(apiId=api.api_id, name="none"))[1]
    for type_name, field_name in [("Query", "plain"), ("Mutation", "send")]:
        appsync.delete_resolver(apiId=api.api_id, typeName=type_name, fieldName=field_name)
    appsync.delete_function(**members)
    appsync.delete_data_source(apiId=api.api_id, name="none")
    assert appsync.list_functions(apiId=api.api_id)["functions"] == []
    assert appsync.list_data_sources(apiId=api.api_id)["dataSources"] == []


@pytest.mark.documented(QUOTAS)
def test_a_pipeline_has_at_most_10_functions(local: Local, api: Api) -> None:
    runtime = {"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"}
    create = local.client("appsync").create_function
    members = {"apiId": api.api_id, "name": "step", "dataSourceName": "none", "code": ECHO, "runtime": runtime}
    function = create(**members)["functionConfiguration"]["functionId"]
    api.resolver("Query.plain", kind="PIPELINE", pipelineConfig={"functions": [function] * 10})
    too_long = {"functions": [function] * 11}
    code, message = refused(lambda: api.resolver("Query.plain", kind="PIPELINE", pipelineConfig=too_long))
    assert (code, message) == ("BadRequestException", "A pipeline resolver can have at most 10 functions.")
    local.client("appsync").delete_resolver(apiId=api.api_id, typeName="Query", fieldName="plain")


def test_what_a_resolver_names_must_exist(local: Local, api: Api) -> None:
    create = local.client("appsync").create_resolver
    runtime = {"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"}
    members = {"apiId": api.api_id, "typeName": "Query", "code": ECHO, "runtime": runtime}
    assert refused(lambda: create(fieldName="nope", dataSourceName="none", **members)) == (
        "NotFoundException",
        "No field named nope found on type Query.",
    )
    assert (
        "No data source found named gone"
        in refused(lambda: create(fieldName="plain", dataSourceName="gone", **members))[1]
    )
