"""The real-time protocol, message by message, over a raw WebSocket."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.credentials import Credentials
from conftest import Local
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from appsync.support import (
    AUTHORIZATION,
    DOCS,
    ON_SEND,
    QUOTAS,
    REALTIME,
    SCHEMA,
    Api,
    Entrance,
    Socket,
    allow,
    assume,
    publisher,
    signed_headers,
)

SUBSCRIPTION_DATA = DOCS + "aws-appsync-real-time-data.html"


@pytest.fixture
def session() -> str:
    """A session nobody else uses."""
    return str(uuid.uuid4())


def closed(socket: Socket) -> int:
    """Waits for the end of the connection; its close code."""
    with pytest.raises(ConnectionClosed) as caught:
        while True:
            socket.hear()
    assert caught.value.rcvd is not None
    return caught.value.rcvd.code


def error(message: dict[str, Any]) -> tuple[str, str | None, str]:
    """Type, first error's type and text of an error message."""
    first = message["payload"]["errors"][0]
    return message["type"], first.get("errorType"), first["message"]


# ---- connecting


@pytest.mark.documented(REALTIME)
@pytest.mark.parametrize("way", ["protocol", "query", "headers"])
def test_delivers_what_a_signed_mutation_publishes(api: Api, sender: Credentials, way: str, session: str) -> None:
    with api.socket(way=way) as socket:
        identifier = socket.subscribe(variables={"session": session})
        assert api.publish(sender, session=session, text="hello", sequence=1).status == 200
        expected = {"session": session, "text": "hello", "owner": None, "sequence": 1}
        message = socket.hear()
        assert message == {"id": identifier, "type": "data", "payload": {"data": {"onSend": expected}}}


def test_a_key_in_the_query_string_is_not_logged(api: Api) -> None:
    given = api.key_authorization | {"x-api-key": api.key + "-wrong"}
    with api.socket(way="query"), api.raw_socket(given, way="query") as refused:
        refused.say(type="connection_init")
        assert refused.hear()["type"] == "connection_error"
    log = api.local.log.read_text()
    assert "graphql/realtime" in log, "the connection itself is logged"
    assert "header=" not in log


@pytest.mark.documented(REALTIME)
def test_a_private_api_takes_no_http_headers(make_api: Callable[..., Api], entrance: Callable[..., Entrance]) -> None:
    entrance()
    api = make_api(visibility="PRIVATE")
    with api.raw_socket(way="headers") as socket:
        socket.say(type="connection_init")
        assert error(socket.hear())[:2] == ("connection_error", "BadRequestException")
        closed(socket)
    with api.socket(way="protocol"):
        pass


@pytest.mark.documented("https://github.com/graphql-dotnet/graphql-client/issues/591")
@pytest.mark.parametrize("protocols", [["graphql-transport-ws"], ["header-e30", "graphql-transport-ws"], None])
def test_a_wrong_sub_protocol_is_told_so_on_the_connection(api: Api, protocols: list[str] | None) -> None:
    offered = [Subprotocol(name) for name in protocols] if protocols else None
    with connect(api.realtime_url, subprotocols=offered) as connection:
        assert connection.subprotocol is None
        assert json.loads(connection.recv(timeout=5)) == {
            "type": "connection_error",
            "payload": {"errors": [{"message": "SubProtocolNotSupportedError", "errorCode": 400}]},
        }
        with pytest.raises(ConnectionClosed):
            connection.recv(timeout=5)


@pytest.mark.documented(REALTIME)
@pytest.mark.parametrize(
    ("change", "error_type", "code"),
    [
        ({"x-api-key": "da2-wrong"}, "UnauthorizedException", 401),
        ({"host": "elsewhere.example.com"}, "BadRequestException", 400),
        ({"x-api-key": None}, "UnauthorizedException", 401),
    ],
)
def test_a_refused_connection_is_told_why_and_closed(
    api: Api, change: dict[str, Any], error_type: str, code: int
) -> None:
    given = {name: value for name, value in (api.key_authorization | change).items() if value is not None}
    with api.raw_socket(given) as socket:
        socket.say(type="connection_init")
        message = socket.hear()
        assert error(message)[:2] == ("connection_error", error_type)
        assert message["payload"]["errors"][0]["errorCode"] == code
        closed(socket)


@pytest.mark.documented(REALTIME)
def test_what_is_sent_before_the_acknowledgement_is_ignored(api: Api, session: str) -> None:
    with api.raw_socket() as socket:
        socket.start(variables={"session": session})
        socket.say(type="connection_init")
        assert socket.hear()["type"] == "connection_ack"
        identifier = socket.subscribe(variables={"session": session})
        assert identifier


@pytest.mark.documented(REALTIME)
def test_the_connection_is_kept_alive_and_ended(local: Local, api: Api) -> None:
    local.fault("appsync.connection", "keep-alive", match={"api": api.api_id}, parameters={"milliseconds": 50})
    with api.socket() as socket:
        assert [socket.hear(), socket.hear()] == [{"type": "ka"}, {"type": "ka"}]
    local.fault("appsync.connection", "lifetime", match={"api": api.api_id}, parameters={"milliseconds": 300})
    with api.socket() as socket:
        assert closed(socket) == 1001


# ---- IAM


def iam_authorization(api: Api, credentials: Credentials, path: str, body: str) -> dict[str, str]:
    """The auth object of an IAM client, signed as the documentation says."""
    fixed = {
        "accept": "application/json, text/javascript",
        "content-encoding": "amz-1.0",
        "content-type": "application/json; charset=UTF-8",
    }
    return signed_headers(api.url + path, body.encode(), credentials, **fixed)


@pytest.mark.documented(REALTIME)
def test_iam_signs_connect_and_start_differently(api: Api, sender: Credentials, session: str) -> None:
    reader = assume(api.local, allow(f"{api.arn}/types/Subscription/fields/onSend"))
    data = json.dumps({"query": ON_SEND, "variables": {"session": session}})
    connecting = iam_authorization(api, reader, "/connect", "{}")
    starting = iam_authorization(api, reader, "", data)
    with api.socket(connecting) as socket:
        socket.say(id="1", type="start", payload={"data": data, "extensions": {"authorization": connecting}})
        assert error(socket.hear())[:2] == ("error", "InvalidSignatureException")
        socket.say(id="1", type="start", payload={"data": data, "extensions": {"authorization": starting}})
        assert socket.hear() == {"type": "start_ack", "id": "1"}
        api.publish(sender, session=session)
        assert socket.sent()["session"] == session
    with api.raw_socket(starting) as socket:
        socket.say(type="connection_init")
        assert error(socket.hear())[:2] == ("connection_error", "InvalidSignatureException")


@pytest.mark.documented(AUTHORIZATION)
def test_a_role_without_the_subscription_field_is_refused(api: Api, sender: Credentials) -> None:
    data = json.dumps({"query": ON_SEND, "variables": {}})
    with api.socket() as socket:
        given = iam_authorization(api, sender, "", data)
        socket.say(id="1", type="start", payload={"data": data, "extensions": {"authorization": given}})
        assert error(socket.hear()) == (
            "error",
            "Unauthorized",
            "Not Authorized to access onSend on type Subscription",
        )


# ---- subscriptions


@pytest.mark.documented(REALTIME)
def test_stop_is_confirmed_and_ends_delivery(api: Api, sender: Credentials, session: str) -> None:
    with api.socket() as socket:
        first = socket.subscribe(variables={"session": session})
        second = socket.subscribe(variables={"session": session})
        socket.say(id=first, type="stop")
        assert socket.hear() == {"type": "complete", "id": first}
        api.publish(sender, session=session)
        assert socket.hear()["id"] == second
        socket.say(id=first, type="stop")
        assert error(socket.hear())[:2] == ("error", "UnknownOperationError")


def test_a_start_taken_back_at_once_leaves_nothing_behind(api: Api, sender: Credentials, session: str) -> None:
    with api.socket() as socket:
        identifier = socket.start(variables={"session": session})
        socket.say(id=identifier, type="stop")
        kinds = [socket.hear()["type"]]
        if kinds == ["start_ack"]:
            kinds.append(socket.hear()["type"])
        assert kinds[-1] == "complete"
        socket.subscribe(variables={"session": session}, identifier=identifier)
        api.publish(sender, session=session)
        assert socket.hear()["type"] == "data"
        api.publish(sender, session=session, text="second")
        assert socket.sent()["text"] == "second", "each message arrives once"


@pytest.mark.documented(REALTIME)
def test_ids_are_unique_on_a_connection(api: Api) -> None:
    with api.socket() as socket:
        identifier = socket.subscribe()
        socket.start(identifier=identifier)
        message = socket.hear()
        assert message["id"] == identifier
        assert error(message)[:2] == ("error", "DuplicatedOperationError")


@pytest.mark.documented(QUOTAS)
def test_a_connection_carries_at_most_200_subscriptions(api: Api) -> None:
    with api.socket() as socket:
        for _ in range(200):
            socket.start()
        assert {socket.hear()["type"] for _ in range(200)} == {"start_ack"}
        socket.start()
        assert error(socket.hear())[:2] == ("error", "MaxSubscriptionsReachedError")


@pytest.mark.documented(REALTIME)
@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({"data": {"query": ON_SEND}}, "BadRequestException"),
        ({"data": "not json"}, "BadRequestException"),
        ({"data": json.dumps({"query": "{ plain }"})}, "UnsupportedOperation"),
        ({"data": json.dumps({"query": "subscription { onSend { nope } }"})}, None),
        ({"data": json.dumps({"query": ON_SEND, "variables": {"session": 1}})}, None),
        ({"data": json.dumps({"query": "subscription { a: onSend { text } b: onSend { text } }"})}, None),
    ],
)
def test_a_start_that_is_no_subscription_is_an_error(api: Api, payload: dict[str, Any], expected: str | None) -> None:
    with api.socket() as socket:
        extensions = {"authorization": api.key_authorization}
        socket.say(id="1", type="start", payload={**payload, "extensions": extensions})
        message = socket.hear()
        assert message["type"] == "error"
        assert message["id"] == "1"
        assert message["payload"]["errors"][0].get("errorType") == expected
        socket.subscribe(identifier="1")


@pytest.mark.documented(AUTHORIZATION)
def test_every_subscription_is_authorized_by_itself(api: Api, sender: Credentials, session: str) -> None:
    with api.socket() as socket:
        socket.start(authorization={"host": api.host, "x-api-key": "da2-wrong"})
        message = socket.hear()
        assert error(message)[:2] == ("error", "UnauthorizedException")
        assert message["payload"]["errors"][0]["errorCode"] == 401
        socket.subscribe(variables={"session": session})
        api.publish(sender, session=session)
        assert socket.sent()["session"] == session


@pytest.mark.documented("https://github.com/aws-amplify/amplify-swift/issues/673")
def test_a_field_the_subscriber_may_not_read_refuses_the_subscription(api: Api) -> None:
    with api.socket() as socket:
        socket.start("subscription { onSend { text secret } }")
        assert error(socket.hear()) == ("error", "Unauthorized", "Not Authorized to access secret on type Message")


def test_an_unknown_message_type_is_named(api: Api) -> None:
    with api.socket() as socket:
        socket.say(type="subscribe", id="1")
        assert error(socket.hear()) == (
            "error",
            "UnsupportedOperation",
            "subscribe not supported through the realtime channel",
        )


# ---- delivery


@pytest.mark.documented(SUBSCRIPTION_DATA)
def test_a_subscriber_sees_only_what_the_mutation_selected(api: Api, sender: Credentials, session: str) -> None:
    with api.socket() as socket:
        socket.subscribe("subscription { onSend { alias: text owner sequence __typename } }")
        fields = {"session": session, "text": "t", "owner": "me", "sequence": 3}
        query = "mutation M($input: SendInput!) { send(input: $input) { session renamed: text sequence } }"
        api.sign({"query": query, "variables": {"input": fields}}, sender)
        assert socket.sent() == {"alias": "t", "owner": None, "sequence": 3, "__typename": "Message"}


@pytest.mark.documented(SUBSCRIPTION_DATA)
def test_a_non_null_field_the_mutation_left_out_is_an_error(api: Api, sender: Credentials, session: str) -> None:
    with api.socket() as socket:
        socket.subscribe(variables={"session": session})
        query = "mutation M($input: SendInput!) { send(input: $input) { session } }"
        api.sign({"query": query, "variables": {"input": {"session": session, "text": "t"}}}, sender)
        payload = socket.data()
        assert payload["data"] == {"onSend": None}
        assert "Cannot return null for non-nullable type: 'String'" in payload["errors"][0]["message"]


@pytest.mark.documented(SUBSCRIPTION_DATA)
def test_arguments_filter_and_null_asks_for_null(api: Api, sender: Credentials, session: str) -> None:
    query = "subscription S($session: String, $owner: String) { onSend(session: $session, owner: $owner) { text } }"
    with api.socket() as socket:
        everything = socket.subscribe(f'subscription {{ onSend(session: "{session}") {{ text }} }}')
        of_me = socket.subscribe(query, {"session": session, "owner": "me"})
        of_nobody = socket.subscribe(query, {"session": session, "owner": None})
        heard: dict[str, list[str]] = {everything: [], of_me: [], of_nobody: []}
        api.publish(sender, session=session, text="mine", owner="me")
        api.publish(sender, session=session, text="nobody's")
        api.publish(sender, session=str(uuid.uuid4()), text="elsewhere")
        api.publish(sender, session=session, text="hers", owner="her")
        for _ in range(5):
            message = socket.hear()
            heard[message["id"]].append(message["payload"]["data"]["onSend"]["text"])
    assert heard == {everything: ["mine", "nobody's", "hers"], of_me: ["mine"], of_nobody: ["nobody's"]}


@pytest.mark.documented(QUOTAS)
def test_more_than_240_kb_reach_nobody_and_the_mutation_succeeds(local: Local, make_api: Callable[..., Api]) -> None:
    api = make_api()
    sender = publisher(api)
    with api.socket() as socket:
        socket.subscribe(variables={"session": "s"})
        answer = api.publish(sender, session="s", text="x" * 240 * 1024)
        assert "errors" not in answer.body
        assert len(answer.body["data"]["send"]["text"]) == 240 * 1024
        api.publish(sender, session="s", text="x" * 239 * 1024)
        assert len(socket.sent()["text"]) == 239 * 1024
    now = datetime.now(UTC)
    points = local.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/AppSync",
        MetricName="InboundMessageError",
        Dimensions=[{"Name": "GraphQLAPIId", "Value": api.api_id}],
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(hours=1),
        Period=3600,
        Statistics=["Sum"],
    )["Datapoints"]
    assert sum(point["Sum"] for point in points) == 1


@pytest.mark.documented(AUTHORIZATION)
def test_a_type_without_the_publishers_mode_publishes_nothing(make_api: Callable[..., Api]) -> None:
    api = make_api(SCHEMA.replace("type Message @aws_api_key @aws_oidc @aws_iam", "type Message @aws_api_key"))
    api.resolver("Mutation.send")
    with api.socket() as socket:
        socket.subscribe(variables={"session": "s"})
        answer = api.publish(publisher(api), session="s")
        assert answer.status == 200
        assert answer.body["data"] == {"send": None}
        assert answer.error["message"] == "Not Authorized to access session on type Message"
        with pytest.raises(TimeoutError):
            socket.hear(seconds=0.2)


def test_a_failed_mutation_reaches_nobody(api: Api, sender: Credentials, session: str) -> None:
    with api.socket() as socket:
        socket.subscribe(variables={"session": session})
        assert api.ask(
            {
                "query": "mutation M($i: SendInput!) { send(input: $i) { text } }",
                "variables": {"i": {"session": session, "text": "stolen"}},
            }
        ).body["data"] == {"send": None}
        api.publish(sender, session=session, text="real")
        assert socket.sent()["text"] == "real"
