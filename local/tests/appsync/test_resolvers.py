"""Resolvers: APPSYNC_JS handlers, NONE and Lambda data sources, pipelines, errors."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from conftest import Local, log_lines, wait_until

from appsync.support import ACCOUNT, DOCS, REGION, SCHEMA, Api, new_api, policy

UTIL = DOCS + "built-in-util-js.html"
CONTEXT = DOCS + "resolver-context-reference-js.html"
LAMBDA = DOCS + "resolver-reference-lambda-js.html"

JSON_SCHEMA = SCHEMA.replace("  plain: String\n", "  plain: String\n  json(a: Int, b: String): AWSJSON\n")


def none(request: str = "return { payload: null };", response: str = "return ctx.result;") -> str:
    """Code of a resolver from the bodies of its handlers."""
    return (
        "import { util, extensions, runtime } from '@aws-appsync/utils';\n"
        f"export function request(ctx) {{ {request} }}\nexport function response(ctx) {{ {response} }}\n"
    )


@pytest.fixture(scope="module")
def japi(local: Local) -> Api:
    """An API whose Query.json shows whatever its resolver returns."""
    return new_api(local, JSON_SCHEMA)


def shown(api: Api, code: str, query: str = "{ json }") -> Any:
    """What Query.json answers with this code."""
    api.resolver("Query.json", code)
    answer = api.ask(query)
    assert answer.status == 200
    assert "errors" not in answer.body, answer.body
    value = answer.body["data"]["json"]
    return json.loads(value) if isinstance(value, str) and value[:1] in '{["' else value


@pytest.mark.documented(CONTEXT)
def test_the_context_is_what_the_reference_says(japi: Api) -> None:
    returned = """return { payload: {
      args: ctx.args, same: ctx.args === ctx.arguments, identity: ctx.identity,
      source: ctx.source, prev: ctx.prev ?? 'none',
      field: ctx.info.fieldName, parent: ctx.info.parentTypeName, variables: ctx.info.variables,
      list: ctx.info.selectionSetList, printed: JSON.stringify(ctx.info), headers: ctx.request.headers,
      domain: ctx.request.domainName, stash: ctx.stash, auth: util.authType() } };"""
    japi.resolver("Query.json", none(returned))
    body = {"query": "query Q($a: Int) { json(a: $a) }", "variables": {"a": 7, "spare": [1]}}
    answer = japi.ask(body, x_custom="seen", cookie="secret")
    seen = json.loads(answer.body["data"]["json"])
    assert seen["args"] == {"a": 7}
    assert seen["same"] is True
    assert seen["identity"] is None
    assert (seen["source"], seen["prev"], seen["stash"], seen["domain"]) == (None, "none", {}, None)
    assert (seen["field"], seen["parent"], seen["list"]) == ("json", "Query", [])
    assert seen["variables"] == {"a": 7, "spare": [1]}
    assert json.loads(seen["printed"]) == {
        "fieldName": "json",
        "parentTypeName": "Query",
        "variables": seen["variables"],
    }
    assert seen["headers"]["x-custom"] == "seen"
    assert "cookie" not in seen["headers"]
    assert seen["auth"] == "API Key Authorization"


@pytest.mark.documented(CONTEXT)
def test_the_selection_set_is_listed_by_path_and_alias(api: Api) -> None:
    code = none("return { payload: { text: JSON.stringify(ctx.info.selectionSetList) } };")
    api.resolver("Query.note", code)
    answer = api.ask("{ note { text other: child { ...F } } } fragment F on Note { deep: text }")
    assert json.loads(answer.body["data"]["note"]["text"]) == ["text", "other", "other/deep"]


@pytest.mark.documented(CONTEXT)
def test_a_resolver_below_the_root_sees_its_parent(api: Api) -> None:
    api.resolver("Query.note", none("return { payload: { text: 'parent' } };"))
    api.resolver("Note.child", none("return { payload: { text: `child of ${ctx.source.text}` } };"))
    answer = api.ask("{ note { text child { text } } }")
    api.local.client("appsync").delete_resolver(apiId=api.api_id, typeName="Note", fieldName="child")
    assert answer.body == {"data": {"note": {"text": "parent", "child": {"text": "child of parent"}}}}


@pytest.mark.documented(UTIL)
def test_utilities_do_what_the_reference_says(japi: Api) -> None:
    seen = shown(
        japi,
        none("""return { payload: {
          id: util.autoId(), other: util.autoId(), ulid: util.autoUlid(), ksuid: util.autoKsuid(),
          encoded: util.base64Encode('héllo'), decoded: util.base64Decode('aMOpbGxv'),
          url: util.urlEncode('a b&c/é'), back: util.urlDecode('a+b%26'),
          matches: util.matches('a*b', 'aaab'), differs: util.matches('a*b', 'aac'),
          now: util.time.nowISO8601(), seconds: util.time.nowEpochSeconds(),
          milliseconds: util.time.nowEpochMilliSeconds(),
          iso: util.time.epochMilliSecondsToISO8601(1577836800000),
          parsed: util.time.parseISO8601ToEpochMilliSeconds('2020-01-01T00:00:00Z'),
          replaced: 'a1b2'.replaceAll('[0-9]', '#'), broken: JSON.parse('{'),
          hidden: 'abc'['includes'] ?? 'absent' } };"""),
    )
    uuid4 = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    assert re.fullmatch(uuid4, seen["id"])
    assert seen["id"] != seen["other"]
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{26}", seen["ulid"])
    assert re.fullmatch(r"[0-9A-Za-z]{27}", seen["ksuid"])
    assert (seen["encoded"], seen["decoded"]) == ("aMOpbGxv", "héllo")
    assert (seen["url"], seen["back"]) == ("a+b%26c%2F%C3%A9", "a b&")
    assert (seen["matches"], seen["differs"]) == (True, False)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", seen["now"])
    assert abs(seen["seconds"] - time.time()) < 5
    assert abs(seen["milliseconds"] / 1000 - time.time()) < 5
    assert (seen["iso"], seen["parsed"]) == ("2020-01-01T00:00:00.000Z", 1577836800000)
    assert (seen["replaced"], seen["broken"], seen["hidden"]) == ("a#b#", "", "absent")


@pytest.mark.documented(UTIL)
def test_util_error_fails_the_field_with_all_it_was_given(api: Api) -> None:
    raised = "util.error('no', 'Refused', { text: 'kept', secret: 'cut' }, { violations: [1] });"
    api.resolver("Query.note", none(raised))
    answer = api.ask("{ note { text } plain }")
    assert answer.status == 200
    assert answer.body["data"] == {"note": None, "plain": None}
    assert answer.body["errors"] == [
        {
            "path": ["note"],
            "data": {"text": "kept"},
            "errorType": "Refused",
            "errorInfo": {"violations": [1]},
            "locations": [{"line": 1, "column": 3, "sourceName": None}],
            "message": "no",
        }
    ]


@pytest.mark.documented(UTIL)
def test_util_append_error_keeps_the_value(api: Api) -> None:
    api.resolver("Query.note", none("util.appendError('beware', 'Warning'); return { payload: { text: 'a' } };"))
    answer = api.ask("{ note { text } }")
    assert answer.body["data"] == {"note": {"text": "a"}}
    assert [(each["message"], each["errorType"], each["path"]) for each in answer.body["errors"]] == [
        ("beware", "Warning", ["note"])
    ]


@pytest.mark.documented(UTIL)
def test_util_unauthorized_refuses_the_field(api: Api) -> None:
    api.resolver("Query.note", none("util.unauthorized();"))
    answer = api.ask("{ note { text } }")
    assert (answer.error["errorType"], answer.error["message"]) == (
        "Unauthorized",
        "Not Authorized to access note on type Query",
    )


@pytest.mark.documented(DOCS + "supported-features.html")
@pytest.mark.parametrize(
    "statement",
    [
        "return ctx.args.none.none;",
        "return util.matches('a', 'aa');",
        "for (const a of util.matches('a', 'a') ? 'x'.split('') : []) { a.missing(); }",
    ],
)
def test_a_crash_in_a_handler_is_a_runtime_error(api: Api, statement: str) -> None:
    api.resolver("Query.note", none(statement))
    error = api.ask("{ note { text } }").error
    assert (error["errorType"], error["message"]) == ("Code", "Runtime Error")


@pytest.mark.documented("https://docs.aws.amazon.com/general/latest/gr/appsync.html")
def test_loops_end_after_1000_iterations(japi: Api) -> None:
    numbers = "const n = [0,1,2,3,4,5,6,7,8,9]; let sum = 0; "
    inner = "for (const a of n) for (const b of n) { for (const c of n.slice(%d)) { sum += 1; } }"
    code = none(numbers + inner % 2 + " return { payload: sum };")
    assert shown(japi, code) == "800"
    japi.resolver("Query.json", none(numbers + inner % 0 + " return { payload: sum };"))
    assert japi.ask("{ json }").error["message"] == "Runtime Error"


@pytest.mark.documented(CONTEXT)
def test_a_pipeline_hands_results_and_the_stash_along(local: Local, japi: Api) -> None:
    appsync = local.client("appsync")
    runtime = {"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"}

    def step(code: str) -> str:
        members = {"apiId": japi.api_id, "dataSourceName": "none", "code": code, "runtime": runtime}
        created: str = appsync.create_function(name="step", **members)["functionConfiguration"]["functionId"]
        return created

    add = none("return { payload: ctx.prev.result + 1 };", "ctx.stash.seen.push(ctx.prev.result); return ctx.result;")
    leave = none("if (ctx.args.a === 1) { runtime.earlyReturn(100, { skipTo: 'END' }); } runtime.earlyReturn(50);")
    functions = [step(add), step(leave), step(add)]
    code = none("ctx.stash.seen = ['start']; return 1;", "return { stash: ctx.stash.seen, last: ctx.prev.result };")
    japi.resolver("Query.json", code, kind="PIPELINE", pipelineConfig={"functions": functions})
    assert json.loads(japi.ask("{ json }").body["data"]["json"]) == {"stash": ["start", 1, 50], "last": 51}
    assert json.loads(japi.ask("{ json(a: 1) }").body["data"]["json"]) == {"stash": ["start", 1], "last": 100}


# ---- Lambda


def data_source_role(local: Local, *statements: dict[str, Any], service: str = "appsync.amazonaws.com") -> str:
    """A role for a data source."""
    iam, name = local.client("iam"), f"ds-{uuid.uuid4().hex[:12]}"
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(trust))["Role"]["Arn"]
    if statements:
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=policy(*statements))
    return arn


def invoking(arn: str) -> dict[str, Any]:
    """A statement that allows the function."""
    return {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": arn}


def lambda_api(local: Local, api: Api, name: str, request: str, role: str | None = None, response: str = "") -> None:
    """Puts a function behind Query.json."""
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"
    source = f"s{uuid.uuid4().hex[:8]}"
    local.client("appsync").create_data_source(
        apiId=api.api_id,
        name=source,
        type="AWS_LAMBDA",
        serviceRoleArn=role or data_source_role(local, invoking(arn)),
        lambdaConfig={"lambdaFunctionArn": arn},
    )
    api.sources.add(source)
    code = none(request, response or "return ctx.error ?? ctx.result;")
    api.resolver("Query.json", code, source)


INVOKE = "return { operation: 'Invoke', payload: { field: ctx.info.fieldName, arguments: ctx.args } };"


@pytest.mark.documented(DOCS + "tutorial-lambda-resolvers-js.html")
def test_a_function_receives_the_payload_and_its_answer_is_the_result(
    local: Local, japi: Api, function: Callable[..., str]
) -> None:
    lambda_api(local, japi, function("answer = {'got': event}"), INVOKE)
    answer = japi.ask("{ json(a: 1) }")
    assert json.loads(answer.body["data"]["json"]) == {"got": {"field": "json", "arguments": {"a": 1}}}


@pytest.mark.documented(DOCS + "tutorial-lambda-resolvers-js.html")
def test_a_function_error_is_shown_to_the_response_handler_only(
    local: Local, japi: Api, function: Callable[..., str]
) -> None:
    name = function("fail(request_id, 'Oops', 'it broke'); continue")
    lambda_api(local, japi, name, INVOKE)
    answer = japi.ask("{ json }")
    assert json.loads(answer.body["data"]["json"]) == {"type": "Lambda:Unhandled", "message": "it broke"}
    lambda_api(local, japi, name, INVOKE, response="return ctx.result;")
    assert japi.ask("{ json }").body == {"data": {"json": None}}


@pytest.mark.documented(LAMBDA)
def test_an_event_invocation_is_not_waited_for(local: Local, japi: Api, function: Callable[..., str]) -> None:
    name = function("print('got', event['n'], flush=True); time.sleep(2); answer = 1")
    event = "return { operation: 'Invoke', invocationType: 'Event', payload: { n: 'once' } };"
    lambda_api(local, japi, name, event)
    started = time.monotonic()
    assert japi.ask("{ json }").body == {"data": {"json": None}}
    assert time.monotonic() - started < 1.5
    wait_until(lambda: any("got once" in line for line in log_lines(local, f"/aws/lambda/{name}")))


@pytest.mark.documented(LAMBDA)
@pytest.mark.parametrize(
    "request_code",
    ["return { payload: 1 };", "return { operation: 'Nonsense' };", "return null;"],
)
def test_a_request_that_is_no_lambda_request_fails_the_field(
    local: Local, japi: Api, function: Callable[..., str], request_code: str
) -> None:
    lambda_api(local, japi, function("answer = 1"), request_code)
    assert japi.ask("{ json }").error["errorType"] == "MappingTemplate"


@pytest.mark.documented(DOCS + "attaching-a-data-source.html")
def test_the_data_sources_role_must_be_assumable_and_allowed(
    local: Local, japi: Api, function: Callable[..., str]
) -> None:
    name = function("answer = 1")
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"
    lambda_api(local, japi, name, INVOKE, role=data_source_role(local))
    error = japi.ask("{ json }").error
    assert error["errorType"] == "Lambda:AccessDeniedException"
    assert f"is not authorized to perform: lambda:InvokeFunction on resource: {arn}" in error["message"]
    other = data_source_role(local, invoking(arn), service="lambda.amazonaws.com")
    lambda_api(local, japi, name, INVOKE, role=other)
    assert japi.ask("{ json }").error["message"] == f"Unable to assume role {other}."


@pytest.mark.documented("https://docs.aws.amazon.com/general/latest/gr/appsync.html")
def test_a_request_ends_at_its_time_limit(local: Local, japi: Api, function: Callable[..., str]) -> None:
    lambda_api(local, japi, function("time.sleep(3); answer = 1"), INVOKE)
    local.fault("appsync.http", "time-limit", match={"api": japi.api_id}, parameters={"milliseconds": 300})
    answer = japi.ask("{ json }")
    assert answer.status == 200
    assert (answer.error["errorType"], answer.error["message"]) == ("ExecutionTimeout", "Execution timed out.")


@pytest.mark.documented(DOCS + "monitoring.html")
def test_failed_fields_are_logged_without_content(local: Local, make_api: Callable[..., Api]) -> None:
    write = {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}
    role = data_source_role(local, write)
    logging = {"fieldLogLevel": "ERROR", "cloudWatchLogsRoleArn": role, "excludeVerboseContent": True}
    api = make_api(logConfig=logging)
    api.resolver("Query.note", none("console.log('chatty'); util.error('my secret question', 'Refused');"))
    api.ask("{ note { text } }")
    group = f"/aws/appsync/apis/{api.api_id}"
    lines = wait_until(lambda: log_lines(local, group))
    assert [(json.loads(line)["fieldName"], json.loads(line)["error"]) for line in lines] == [("note", "Refused")]
    assert "secret" not in str(lines)


@pytest.mark.documented("https://spec.graphql.org/October2021/#sec-Handling-Field-Errors")
def test_null_in_a_non_null_field_nulls_its_parent(api: Api, sender: Any) -> None:
    query = 'mutation { send(input: { session: "s", text: "t" }) { session text } }'
    api.resolver("Mutation.send", none("return { payload: { session: 's' } };"))
    try:
        answer = api.sign(query, sender)
    finally:
        api.resolver("Mutation.send")
    assert answer.body["data"] == {"send": None}
    assert answer.body["errors"] == [
        {
            "path": ["send", "text"],
            "locations": None,
            "message": "Cannot return null for non-nullable type: 'String' within parent 'Message' (/send/text)",
        }
    ]
