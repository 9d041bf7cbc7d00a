"""GraphQL over HTTP: requests, errors, limits, CORS."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from conftest import Local

from appsync.support import DOCS, ECHO, QUOTAS, Api, send

OVER_HTTP = "https://github.com/graphql/graphql-over-http/issues/81"
LIMITS = DOCS + "configuration-limits.html"

ASK = '{ ask(input: {session: "s", text: "t"}) { session text } }'


@pytest.fixture(scope="module")
def asking(api: Api) -> Api:
    """The shared API with a resolver on Query.ask."""
    api.resolver("Query.ask")
    return api


@pytest.mark.documented(OVER_HTTP)
@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "Request body is empty."),
        (b"meow", "Unable to parse GraphQL query."),
        (b"{}", "Unable to parse GraphQL query."),
        (b"{}}", "Unable to parse GraphQL query."),
        (b"[]", "Unable to parse GraphQL query."),
        (b'{"query": 1}', "Unable to parse GraphQL query."),
        (b'{"query": "{ plain }", "variables": [1]}', "Unable to parse GraphQL query."),
        (b'{"query": "{ plain }", "operationName": [1]}', "Unable to parse GraphQL query."),
    ],
)
def test_a_body_without_a_query_is_a_400(api: Api, body: bytes, message: str) -> None:
    answer = api.ask(body)
    assert answer.status == 400
    assert answer.body == {"errors": [{"errorType": "MalformedHttpRequestException", "message": message}]}
    assert answer.headers["x-amzn-errortype"] == "MalformedHttpRequestException"


@pytest.mark.documented(OVER_HTTP)
def test_an_invalid_selection_is_a_200_with_errors(api: Api) -> None:
    answer = api.ask(b"{badfield}")
    assert answer.status == 200
    message = "Validation error of type FieldUndefined: Field 'badfield' in type 'Query' is undefined @ 'badfield'"
    location = {"line": 1, "column": 2, "sourceName": None}
    assert answer.body == {"data": None, "errors": [{"path": None, "locations": [location], "message": message}]}


@pytest.mark.documented(OVER_HTTP)
def test_a_missing_variable_is_a_200_with_errors(api: Api) -> None:
    query = "query Q($input: AskInput!) { ask(input: $input) { text } }"
    answer = api.ask({"query": query, "variables": {}})
    assert answer.status == 200
    assert answer.body["data"] is None
    assert "input" in answer.error["message"]


@pytest.mark.documented(OVER_HTTP)
def test_queries_are_taken_by_get_too(asking: Api) -> None:
    url = f"{asking.url}?query={quote(ASK)}"
    answer = send(url, b"", {"x-api-key": asking.key}, method="GET")
    assert answer.body == {"data": {"ask": {"session": "s", "text": "t"}}}


def test_a_response_carries_its_request_id_and_cost(asking: Api) -> None:
    answer = asking.ask(ASK)
    assert answer.status == 200
    assert len(answer.headers["x-amzn-requestid"]) == 36
    assert answer.headers["x-amzn-appsync-tokensconsumed"] == "1"


def test_browsers_of_every_origin_are_let_in(api: Api) -> None:
    asked = {"origin": "http://ui", "access-control-request-headers": "content-type,x-api-key"}
    preflight = send(api.url, b"", asked, method="OPTIONS")
    assert preflight.status == 200
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert preflight.headers["access-control-allow-headers"] == "content-type,x-api-key"
    refused = api.post(ASK, origin="http://ui")
    assert refused.status == 401
    assert refused.headers["access-control-allow-origin"] == "*"
    assert "x-amzn-ErrorType" in refused.headers["access-control-expose-headers"]


@pytest.mark.documented(LIMITS)
def test_introspection_can_be_switched_off(api: Api, make_api: Callable[..., Api]) -> None:
    query = "{ __schema { queryType { name } } }"
    assert api.ask(query).body == {"data": {"__schema": {"queryType": {"name": "Query"}}}}
    closed = make_api(introspectionConfig="DISABLED")
    for hidden in (query, '{ ...F } fragment F on Query { __type(name: "Note") { name } }'):
        answer = closed.ask(hidden)
        assert answer.body["data"] is None
        assert "Validation error of type FieldUndefined" in answer.error["message"]
    assert closed.ask("{ __typename }").body == {"data": {"__typename": "Query"}}


@pytest.mark.documented(LIMITS)
def test_fields_below_the_depth_limit_fail(make_api: Callable[..., Api]) -> None:
    api = make_api(queryDepthLimit=2)
    api.resolver("Query.note", ECHO.replace("ctx.args.input ?? ctx.args", "{ text: 'a', child: { text: 'b' } }"))
    answer = api.ask("{ note { text child { text } } }")
    assert answer.body["data"] == {"note": {"text": "a", "child": {"text": None}}}
    assert answer.error["errorType"] == "QueryDepthLimitReached"
    assert answer.error["path"] == ["note", "child", "text"]


@pytest.mark.documented(LIMITS)
def test_resolvers_above_the_count_limit_do_not_run(make_api: Callable[..., Api]) -> None:
    api = make_api(resolverCountLimit=2)
    api.resolver("Query.ask")
    one = 'ask(input: {session: "s"}) { session }'
    answer = api.ask(f"{{ a: {one} b: {one} c: {one} }}")
    assert answer.body["data"] == {"a": {"session": "s"}, "b": {"session": "s"}, "c": None}
    assert [(each["path"], each["errorType"]) for each in answer.body["errors"]] == [
        (["c"], "ResolverExecutionLimitReached")
    ]


@pytest.mark.documented(QUOTAS)
def test_a_query_has_at_most_15000_tokens(api: Api) -> None:
    def told(numbers: int) -> str:
        message: str = api.ask("{ plain(x: [" + "1 " * numbers + "]) }").error["message"]
        return message

    # Nine tokens stand around the numbers.
    assert "UnknownArgument" in told(15_000 - 9)
    assert told(15_001 - 9) == "Maximum char length exceeded"


def test_a_body_has_at_most_1_mb(api: Api) -> None:
    assert api.ask({"query": ASK, "variables": {"x": "y" * 1024 * 1024}}).status == 413


def test_subscriptions_are_not_served_over_http(api: Api) -> None:
    answer = api.ask('subscription { onSend(session: "s") { text } }')
    assert (answer.status, answer.error["errorType"]) == (400, "BadRequestException")


def test_a_path_that_names_no_api_is_a_404(api: Api) -> None:
    url = api.url.replace("/appsync/", "/appsync/x")
    assert send(url, b"{}", {"x-api-key": api.key}).status == 404


@pytest.mark.documented(DOCS + "monitoring.html")
def test_refused_requests_are_counted(local: Local, make_api: Callable[..., Api]) -> None:
    api = make_api()
    api.post(ASK)
    now = datetime.now(UTC)
    statistics = local.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/AppSync",
        MetricName="4XXError",
        Dimensions=[{"Name": "GraphQLAPIId", "Value": api.api_id}],
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(hours=1),
        Period=3600,
        Statistics=["Sum"],
    )
    assert sum(point["Sum"] for point in statistics["Datapoints"]) == 1
