"""Who may do what: every refusal, each for the right reason, beside the one caller that is let through."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from demo.terraform import REGION

from e2e.client import ASK, DELTA, PUBLISH, Api, Refused, new_session
from e2e.conftest import Faults
from e2e.stacks import Stack

FORGED = {**DELTA, "message": "forged"}


def publish(api: Api, session: str, **extra: Any) -> requests.Response:
    """Tries to publish as this caller."""
    return api.post(PUBLISH, {"input": {**FORGED, "sessionId": session, **extra}})


def signed_publish(
    graphql_url: str, credentials: Credentials, session: str, tamper: Callable[[AWSRequest], None] | None = None
) -> requests.Response:
    """Publishes with a signature; `tamper` changes the request after it was signed."""
    body = json.dumps({"query": PUBLISH, "variables": {"input": {**FORGED, "sessionId": session}}})
    request = AWSRequest("POST", graphql_url, data=body, headers={"content-type": "application/json"})
    SigV4Auth(credentials, "appsync", REGION).add_auth(request)
    if tamper is not None:
        tamper(request)
    return requests.post(graphql_url, data=request.data, headers=dict(request.headers), timeout=10)


def assume(stack: Stack, function: str) -> Credentials:
    """What the function itself holds: its role's credentials."""
    role = stack.client("lambda").get_function_configuration(FunctionName=stack.outputs["function_names"][function])[
        "Role"
    ]
    given = stack.client("sts").assume_role(RoleArn=role, RoleSessionName="e2e")["Credentials"]
    return Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])


def error_kind(response: requests.Response) -> str | None:
    """AppSync's word for the first thing that is wrong, or None where nothing is."""
    errors = response.json().get("errors")
    return errors[0].get("errorType") if errors else None


def test_the_orchestrator_s_role_may_publish_and_a_subscriber_gets_all_of_it(
    api_key_stack: Stack, api_key_reader: Api
) -> None:
    session = new_session()
    with api_key_reader.subscribe(session) as subscription:
        response = signed_publish(api_key_stack.outputs["graphql_url"], assume(api_key_stack, "orchestrator"), session)
        assert error_kind(response) is None, response.text
        (piece,) = subscription.until(lambda pieces: len(pieces) == 1)
    assert {name: piece[name] for name in FORGED} == {**FORGED, "sessionId": session}


@pytest.mark.parametrize("reader_name", ["api_key_reader", "oidc_reader"])
def test_a_browser_can_never_publish(request: pytest.FixtureRequest, reader_name: str) -> None:
    reader: Api = request.getfixturevalue(reader_name)
    session = new_session()
    with reader.subscribe(session) as subscription:
        response = publish(reader, session)
        assert error_kind(response) == "Unauthorized", response.text
        assert subscription.silence(0.5) == []


def test_the_data_source_s_role_may_not_publish(api_key_stack: Stack) -> None:
    response = signed_publish(api_key_stack.outputs["graphql_url"], assume(api_key_stack, "data-source"), new_session())
    assert error_kind(response) in ("Unauthorized", "UnauthorizedException", "AccessDeniedException"), response.text


def test_a_role_of_the_account_without_the_permission_may_not_publish(api_key_stack: Stack) -> None:
    iam, sts = api_key_stack.client("iam"), api_key_stack.client("sts")
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
    }
    role = iam.create_role(RoleName="e2e-stranger", AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    try:
        given = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="e2e")["Credentials"]
        stranger = Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
        response = signed_publish(api_key_stack.outputs["graphql_url"], stranger, new_session())
    finally:
        iam.delete_role(RoleName="e2e-stranger")
    assert error_kind(response) in ("Unauthorized", "UnauthorizedException", "AccessDeniedException"), response.text


def _other_body(request: AWSRequest) -> None:
    request.data = request.data.replace("forged", "FORGED")


def _other_signature(request: AWSRequest) -> None:
    # botocore's headers keep both values unless the first is taken out.
    signed = request.headers["Authorization"]
    del request.headers["Authorization"]
    request.headers["Authorization"] = signed[:-4] + ("0000" if signed[-4:] != "0000" else "1111")


def _no_token(request: AWSRequest) -> None:
    del request.headers["X-Amz-Security-Token"]


@pytest.mark.parametrize("tamper", [_other_body, _other_signature, _no_token])
def test_a_wrong_signature_is_refused(api_key_stack: Stack, tamper: Callable[[AWSRequest], None]) -> None:
    credentials = assume(api_key_stack, "orchestrator")
    response = signed_publish(api_key_stack.outputs["graphql_url"], credentials, new_session(), tamper)
    assert response.status_code in (401, 403), response.text


@pytest.mark.parametrize(
    "auth", [{}, {"x-api-key": "da2-aaaaaaaaaaaaaaaaaaaaaaaaaa"}, {"authorization": "Bearer not.a.token"}]
)
def test_a_caller_nobody_knows_is_refused(api_key_reader: Api, auth: dict[str, str]) -> None:
    stranger = replace(api_key_reader, auth=auth)
    response = stranger.post(ASK, {"input": {"sessionId": new_session(), "message": "hello", "locale": "en_US"}})
    assert response.status_code == 401, response.text
    assert error_kind(response) == "UnauthorizedException"
    with pytest.raises(Refused) as refused, stranger.subscribe(new_session()):
        pass
    assert refused.value.kind == "UnauthorizedException"


def test_an_expired_api_key_is_refused(api_key_stack: Stack, api_key_reader: Api, faults: Faults) -> None:
    faults.add("appsync.api-key", "later", match={"api": api_key_stack.outputs["appsync_api_id"]}, times=2)
    response = api_key_reader.post(ASK, {"input": {"sessionId": new_session(), "message": "hi", "locale": "en_US"}})
    assert (response.status_code, error_kind(response)) == (401, "UnauthorizedException")
    with pytest.raises(Refused), api_key_reader.subscribe(new_session()):
        pass


@pytest.mark.parametrize("flaw", ["expired", "audience", "issuer", "signature"])
def test_a_token_that_is_not_for_this_api_is_refused(oidc_reader: Api, tokens: Any, flaw: str) -> None:
    stranger = replace(oidc_reader, auth={"authorization": tokens.flawed(flaw)})
    response = stranger.post(ASK, {"input": {"sessionId": new_session(), "message": "hello", "locale": "en_US"}})
    assert (response.status_code, error_kind(response)) == (401, "UnauthorizedException"), response.text
    with pytest.raises(Refused), stranger.subscribe(new_session()):
        pass


def test_an_api_key_opens_nothing_where_people_sign_in(oidc_reader: Api, api_key_reader: Api) -> None:
    response = replace(oidc_reader, auth=api_key_reader.auth).post(ASK, {"input": {}})
    assert response.status_code == 401, response.text


def test_nobody_reads_another_owner_s_answer_even_with_its_session_id(oidc_reader: Api, other_oidc_reader: Api) -> None:
    session = new_session()
    with oidc_reader.subscribe(session) as owner, other_oidc_reader.subscribe(session) as eavesdropper:
        oidc_reader.ask(session, "Something only I should read about.")
        assert owner.answer().kinds == ["START", "DELTA", "END"]
        assert eavesdropper.silence(0.5) == []


def test_nobody_writes_into_another_owner_s_conversation(oidc_reader: Api, other_oidc_reader: Api) -> None:
    session = new_session()
    with oidc_reader.subscribe(session) as owner:
        other_oidc_reader.ask(session, "An answer the owner did not ask for.")
        assert owner.silence(2) == []


def test_sessions_do_not_hear_each_other(api_key_reader: Api) -> None:
    session = new_session()
    with api_key_reader.subscribe(session) as mine, api_key_reader.subscribe(new_session()) as other:
        api_key_reader.ask(session, "Hello there.")
        assert mine.answer().kinds[-1] == "END"
        assert other.silence(0.3) == []


def test_a_subscription_without_a_session_is_refused(api_key_reader: Api) -> None:
    document = "subscription { onSendMessage { message } }"
    with pytest.raises(Refused), api_key_reader.subscribe(new_session(), document):
        pass


def test_the_schema_cannot_be_read_from_outside(api_key_reader: Api) -> None:
    body = api_key_reader.post("{ __schema { types { name } } }").json()
    assert body.get("errors"), body
    assert "__schema" not in (body.get("data") or {})


def test_a_query_nested_too_deep_is_refused(api_key_reader: Api) -> None:
    deep = "query { getLlmResponse(input: {}) " + "{ messages " * 20 + "{ content }" + "}" * 21
    body = api_key_reader.post(deep).json()
    assert body.get("errors"), body


def test_a_query_of_too_many_resolvers_is_refused(api_key_reader: Api) -> None:
    one = 'q{0}: getLlmResponse(input: {{sessionId: "{1}", message: "hi", locale: "en_US"}}) {{ requestId }}'
    many = "query {" + " ".join(one.format(number, new_session()) for number in range(40)) + "}"
    body = api_key_reader.post(many).json()
    assert body.get("errors"), body
