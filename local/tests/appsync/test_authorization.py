"""Who is let in, and to which fields: API keys, IAM, directives."""

from __future__ import annotations

import datetime
import hashlib
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.credentials import Credentials
from conftest import Local

from appsync.support import AUTHORIZATION, ECHO, REGION, SEND, Api, allow, assume, send, signed_headers

IAM_LOGIC = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html"
SIGNING = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html"

INPUT = {"query": SEND, "variables": {"input": {"session": "s", "text": "t"}}}


@pytest.mark.documented(AUTHORIZATION)
def test_no_credentials_are_refused(api: Api) -> None:
    answer = api.post("{ plain }")
    assert answer.status == 401
    expected = {"errorType": "UnauthorizedException", "message": "Valid authorization header not provided."}
    assert answer.body == {"errors": [expected]}
    assert answer.headers["x-amzn-errortype"] == "UnauthorizedException"


@pytest.mark.documented(AUTHORIZATION)
@pytest.mark.parametrize(
    "headers", [{"x_api_key": "da2-abcdefghijklmnopqrstuvwxyz"}, {"authorization": "eyJhbGciOiJub25lIn0.e30."}]
)
def test_a_wrong_key_and_a_mode_that_is_off_are_refused(api: Api, headers: dict[str, str]) -> None:
    answer = api.post("{ plain }", **headers)
    assert (answer.status, answer.error["message"]) == (401, "You are not authorized to make this call.")


@pytest.mark.documented(AUTHORIZATION)
def test_an_expired_key_is_refused(local: Local, api: Api) -> None:
    local.fault("appsync.api-key", "later", match={"api": api.api_id}, parameters={"days": 6})
    assert api.ask("{ plain }").status == 200, "the key is valid for seven days"
    local.fault("appsync.api-key", "later", match={"api": api.api_id}, parameters={"days": 7})
    answer = api.ask("{ plain }")
    assert (answer.status, answer.error["errorType"]) == (401, "UnauthorizedException")


@pytest.mark.documented(AUTHORIZATION)
def test_a_deleted_key_is_refused_at_once(local: Local, api: Api) -> None:
    key = local.client("appsync").create_api_key(apiId=api.api_id)["apiKey"]["id"]
    assert api.post("{ plain }", x_api_key=key).status == 200
    local.client("appsync").delete_api_key(apiId=api.api_id, id=key)
    assert api.post("{ plain }", x_api_key=key).status == 401


def forbidden(type_name: str, field_name: str) -> tuple[str, str]:
    """Type and message of a refused field."""
    return "Unauthorized", f"Not Authorized to access {field_name} on type {type_name}"


@pytest.mark.documented(AUTHORIZATION)
def test_a_field_without_the_callers_directive_is_refused_alone(api: Api, sender: Credentials) -> None:
    answer = api.ask(INPUT)
    assert answer.status == 200
    assert answer.body["data"] == {"send": None}
    assert (answer.error["errorType"], answer.error["message"]) == forbidden("Mutation", "send")
    assert answer.error["path"] == ["send"]
    assert api.sign(INPUT, sender).body["data"]["send"]["text"] == "t"


@pytest.mark.documented(AUTHORIZATION)
def test_a_field_without_directive_takes_the_default_mode_only(make_api: Callable[..., Api]) -> None:
    api = make_api()
    api.resolver("Query.plain", ECHO.replace("ctx.args.input ?? ctx.args", "'yes'"))
    everything = assume(api.local, allow(f"{api.arn}/*"))
    assert api.ask("{ plain }").body == {"data": {"plain": "yes"}}
    answer = api.sign("{ plain hidden }", everything)
    assert answer.body["data"] == {"plain": None, "hidden": None}
    errors = [(each["errorType"], each["message"]) for each in answer.body["errors"]]
    assert errors == [forbidden("Query", "plain")]


@pytest.mark.documented(AUTHORIZATION)
def test_a_fields_directive_replaces_its_types(make_api: Callable[..., Api]) -> None:
    api = make_api()
    api.resolver("Query.note", ECHO.replace("ctx.args.input ?? ctx.args", "{ text: 'a', secret: 'b' }"))
    answer = api.ask("{ note { text secret } }")
    assert answer.body["data"] == {"note": {"text": "a", "secret": None}}
    assert (answer.error["errorType"], answer.error["message"]) == forbidden("Note", "secret")


def later(credentials: Credentials, api: Api, minutes: int) -> Any:
    """A request signed by a clock that is wrong."""
    body = b'{"query": "{ plain }"}'
    moment = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=minutes)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.auth.get_current_datetime", lambda remove_tzinfo=True: moment.replace(tzinfo=None))
        headers = signed_headers(api.url, body, credentials)
    return send(api.url, body, headers)


@pytest.mark.documented(SIGNING)
def test_a_signature_must_be_right_in_every_part(api: Api, sender: Credentials) -> None:
    wrong = Credentials(sender.access_key, "x" * 40, sender.token)
    tampered = signed_headers(api.url, b"{}", sender)
    stated = signed_headers(api.url, b"{}", sender, **{"X-Amz-Content-SHA256": hashlib.sha256(b"{}").hexdigest()})
    unknown = Credentials("ASIAAAAAAAAAAAAAAAAA", "x" * 40, sender.token)
    no_token = Credentials(sender.access_key, sender.secret_key)
    cases = [
        (api.sign("{ plain }", wrong), "InvalidSignatureException"),
        (send(api.url, b'{"query": "{ plain }"}', tampered), "InvalidSignatureException"),
        (send(api.url, b'{"query": "{ plain }"}', stated), "InvalidSignatureException"),
        (api.sign("{ plain }", sender, service="execute-api"), "InvalidSignatureException"),
        (api.sign("{ plain }", sender, region="us-east-1"), "InvalidSignatureException"),
        (later(sender, api, -20), "InvalidSignatureException"),
        (later(sender, api, 20), "InvalidSignatureException"),
        (api.sign("{ plain }", unknown), "UnrecognizedClientException"),
        (api.sign("{ plain }", no_token), "UnrecognizedClientException"),
    ]
    assert [(answer.status, answer.error["errorType"]) for answer, _ in cases] == [(403, code) for _, code in cases]
    assert later(sender, api, -2).status == 200


def verdict(local: Local, api: Api, *statements: dict[str, Any]) -> str:
    """What a role with these statements gets for calling Mutation.send."""
    answer = api.sign(INPUT, assume(local, *statements))
    if answer.status != 200:
        return str(answer.error["message"])
    return "allowed" if answer.body["data"]["send"] else str(answer.error["errorType"])


@pytest.mark.documented(IAM_LOGIC)
def test_iam_decides_field_by_field(local: Local, api: Api) -> None:
    send_arn = f"{api.arn}/types/Mutation/fields/send"
    other = f"{api.arn}/types/Query/fields/plain"
    here = {"StringEquals": {"aws:RequestedRegion": REGION}}
    there = {"StringEquals": {"aws:RequestedRegion": "mars-north-1"}}
    unknown = {"BinaryEquals": {"aws:PrincipalArn": "eA=="}}
    other_action = {"Effect": "Allow", "Action": "appsync:GetGraphqlApi", "Resource": "*"}
    denied = {"StringNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/admin-*"}}
    cases: list[tuple[str, list[dict[str, Any]], str]] = [
        ("exact", [allow(send_arn)], "allowed"),
        ("wildcard", [allow(f"{api.arn}/types/Mutation/*")], "allowed"),
        ("single character", [allow(send_arn[:-1] + "?")], "allowed"),
        ("another field", [allow(other)], "Unauthorized"),
        ("nothing", [], "Permission denied"),
        ("trailing slash", [allow(send_arn + "/")], "Permission denied"),
        (
            "another action",
            [other_action],
            "Permission denied",
        ),
        ("action in other case", [{"Effect": "Allow", "Action": "AppSync:graphql", "Resource": "*"}], "allowed"),
        ("deny wins", [allow("*"), allow(send_arn, effect="Deny")], "Unauthorized"),
        ("condition met", [allow(send_arn, Condition=here)], "allowed"),
        ("condition not met", [allow(send_arn, Condition=there)], "Permission denied"),
        ("deny whose condition is not met", [allow("*"), allow("*", effect="Deny", Condition=there)], "allowed"),
        ("deny whose condition is met", [allow("*"), allow("*", effect="Deny", Condition=denied)], "Permission denied"),
        (
            "NotResource",
            [allow("*"), {"Effect": "Deny", "Action": "appsync:GraphQL", "NotResource": [send_arn]}],
            "allowed",
        ),
        (
            "unknown operator",
            [allow(send_arn, Condition=unknown)],
            "Permission denied",
        ),
    ]
    assert {name: verdict(local, api, *statements) for name, statements, _ in cases} == {
        name: expected for name, _, expected in cases
    }


@pytest.mark.documented(IAM_LOGIC)
def test_a_permissions_boundary_narrows_a_role(local: Local, api: Api) -> None:
    iam, name = local.client("iam"), f"r-{uuid.uuid4().hex[:12]}"
    document = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "%s", "Resource": "*"}}'
    boundary = iam.create_policy(PolicyName=name, PolicyDocument=document % "s3:*")["Policy"]["Arn"]
    trust = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}}'
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust, PermissionsBoundary=boundary)["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document % "appsync:*")
    given = local.client("sts").assume_role(RoleArn=role, RoleSessionName="session")["Credentials"]
    credentials = Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    assert api.sign(INPUT, credentials).error["message"] == "Permission denied"


@pytest.mark.documented(AUTHORIZATION)
def test_the_iam_identity_names_the_roles_session(make_api: Callable[..., Api]) -> None:
    api = make_api()
    api.resolver("Query.hidden", ECHO.replace("ctx.args.input ?? ctx.args", "JSON.stringify(ctx.identity)"))
    credentials = assume(api.local, allow(f"{api.arn}/*"))
    identity = json.loads(api.sign("{ hidden }", credentials).body["data"]["hidden"])
    assert identity["userArn"].startswith("arn:aws:sts::123456789012:assumed-role/r-")
    assert identity["userArn"].endswith("/session")
    assert identity["username"].startswith("AROA")
    assert identity["username"].endswith(":session")
    assert identity["sourceIp"] == ["127.0.0.1"]
    assert identity["accountId"] == "123456789012"
    assert identity["cognitoIdentityId"] is None
