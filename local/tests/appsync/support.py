"""What AppSync's tests share: an API made with boto3, GraphQL over urllib, a raw WebSocket, botocore's own signer."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from conftest import ACCOUNT, REGION, Local
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

DOCS = "https://docs.aws.amazon.com/appsync/latest/devguide/"
QUOTAS = "https://docs.aws.amazon.com/general/latest/gr/appsync.html"
REALTIME = DOCS + "real-time-websocket-client.html"
AUTHORIZATION = DOCS + "security-authz.html"

SCHEMA = """
type Query {
  ask(input: AskInput!): Ack @aws_api_key @aws_oidc
  hidden: String @aws_iam
  plain: String
  note: Note @aws_api_key
}
type Mutation {
  send(input: SendInput!): Message @aws_iam
  kick(session: String!): Message @aws_iam
}
type Subscription {
  onSend(session: String, owner: String): Message @aws_subscribe(mutations: ["send"]) @aws_api_key @aws_oidc @aws_iam
}
input AskInput { session: String! text: String }
input SendInput { session: String! text: String! owner: String sequence: Int tags: [String] }
type Ack @aws_api_key @aws_oidc { session: String text: String identity: AWSJSON }
type Note @aws_api_key { text: String child: Note secret: String @aws_iam }
type Message @aws_api_key @aws_oidc @aws_iam {
  session: String!
  text: String!
  owner: String
  sequence: Int
  tags: [String]
  secret: String @aws_iam
}
"""

ECHO = """
import { util } from '@aws-appsync/utils';
export function request(ctx) { return { payload: ctx.args.input ?? ctx.args }; }
export function response(ctx) { return ctx.result; }
"""

SEND = "mutation Send($input: SendInput!) { send(input: $input) { session text owner sequence tags } }"
ON_SEND = "subscription On($session: String) { onSend(session: $session) { session text owner sequence } }"


@dataclass
class Answer:
    """One HTTP response."""

    status: int
    headers: dict[str, str]
    body: Any

    @property
    def error(self) -> dict[str, Any]:
        """The first error."""
        first: dict[str, Any] = self.body["errors"][0]
        return first


@dataclass
class Api:
    """A deployed API and its keys."""

    local: Local
    api_id: str
    arn: str
    url: str
    realtime_url: str
    key: str
    sources: set[str] = field(default_factory=set)

    @property
    def host(self) -> str:
        """What the real-time auth object calls `host`."""
        return urlsplit(self.url).netloc

    def resolver(self, name: str, code: str = ECHO, source: str = "none", **more: Any) -> None:
        """Creates or replaces the resolver of `Type.field`."""
        type_name, field_name = name.split(".")
        appsync = self.local.client("appsync")
        if source not in self.sources and "kind" not in more:
            assert source == "none"
            appsync.create_data_source(apiId=self.api_id, name=source, type="NONE")
            self.sources.add(source)
        members = {
            "apiId": self.api_id,
            "typeName": type_name,
            "fieldName": field_name,
            "code": code,
            "runtime": {"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"},
            **({} if "kind" in more else {"dataSourceName": source}),
            **more,
        }
        try:
            appsync.create_resolver(**members)
        except appsync.exceptions.BadRequestException as error:
            if "Only one resolver" not in str(error):
                raise
            appsync.update_resolver(**members)

    def post(self, document: Any, **headers: str) -> Answer:
        """Posts a body: bytes as they are, text as a query, anything else as JSON."""
        if isinstance(document, str):
            document = {"query": document}
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return send(self.url, body, {"content-type": "application/json", **names})

    def ask(self, document: Any, **headers: str) -> Answer:
        """Posts with the API key."""
        return self.post(document, x_api_key=self.key, **headers)

    def publish(self, credentials: Credentials, **members: Any) -> Answer:
        """The mutation `send`, signed."""
        return self.sign({"query": SEND, "variables": {"input": {"text": "t", **members}}}, credentials)

    def sign(self, document: Any, credentials: Credentials, **options: Any) -> Answer:
        """Posts a signed request."""
        body = json.dumps({"query": document} if isinstance(document, str) else document).encode()
        headers = signed_headers(self.url, body, credentials, **options)
        return send(self.url, body, headers)

    @contextmanager
    def socket(self, authorization: dict[str, str] | None = None, **options: Any) -> Iterator[Socket]:
        """A connection that has been acknowledged."""
        with self.raw_socket(authorization, **options) as socket:
            socket.say(type="connection_init")
            acknowledged = socket.hear()
            assert acknowledged == {"type": "connection_ack", "payload": {"connectionTimeoutMs": 300000}}, acknowledged
            yield socket

    @contextmanager
    def raw_socket(
        self, authorization: dict[str, str] | None = None, way: str = "protocol", seconds: float = 10
    ) -> Iterator[Socket]:
        """A connection before connection_init, with the auth object passed in one of the three ways."""
        given = authorization if authorization is not None else self.key_authorization
        text = json.dumps(given).encode()
        protocols, url, headers = ["graphql-ws"], self.realtime_url, {}
        if way == "protocol":
            protocols.append("header-" + base64.urlsafe_b64encode(text).decode().rstrip("="))
        elif way == "query":
            url += f"?header={quote(base64.b64encode(text).decode(), safe='')}&payload=e30="
        else:
            headers = {name: value for name, value in given.items() if name != "host"}
        offered = [Subprotocol(protocol) for protocol in protocols]
        with connect(
            url, subprotocols=offered, additional_headers=headers, open_timeout=seconds, close_timeout=2
        ) as connection:
            yield Socket(self, connection)

    @property
    def key_authorization(self) -> dict[str, str]:
        """The auth object of an API-key client."""
        return {"host": self.host, "x-api-key": self.key}


@dataclass
class Socket:
    """The client's side of the real-time protocol, message by message."""

    api: Api
    connection: ClientConnection

    def say(self, **message: Any) -> None:
        """Sends one message."""
        self.connection.send(json.dumps(message))

    def hear(self, seconds: float = 5) -> dict[str, Any]:
        """The next message."""
        message: dict[str, Any] = json.loads(self.connection.recv(timeout=seconds))
        return message

    def start(
        self,
        query: str = ON_SEND,
        variables: dict[str, Any] | None = None,
        authorization: dict[str, str] | None = None,
        identifier: str | None = None,
    ) -> str:
        """Sends `start` and returns its id."""
        identifier = identifier or str(uuid.uuid4())
        data = json.dumps({"query": query, "variables": variables or {}})
        given = authorization if authorization is not None else self.api.key_authorization
        payload = {"data": data, "extensions": {"authorization": given}}
        self.say(id=identifier, type="start", payload=payload)
        return identifier

    def subscribe(self, *args: Any, **options: Any) -> str:
        """Starts a subscription and waits until it is acknowledged."""
        identifier = self.start(*args, **options)
        acknowledged = self.hear()
        assert acknowledged == {"type": "start_ack", "id": identifier}, acknowledged
        return identifier

    def data(self) -> dict[str, Any]:
        """The payload of the next message, which must be a `data` message."""
        message = self.hear()
        assert message["type"] == "data", message
        payload: dict[str, Any] = message["payload"]
        return payload

    def sent(self) -> dict[str, Any]:
        """What the next message says of `onSend`."""
        value: dict[str, Any] = self.data()["data"]["onSend"]
        return value


class Entrance:
    """A VPC with an endpoint of appsync-api, and the rule that lets readers in."""

    def __init__(self, local: Local, network: str = "10.20.0.0/16", **endpoint: Any) -> None:
        self.ec2 = local.client("ec2")
        vpc = self.ec2.create_vpc(CidrBlock="10.78.0.0/16")["Vpc"]["VpcId"]
        self.ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
        subnet = self.ec2.create_subnet(VpcId=vpc, CidrBlock="10.78.0.0/24")["Subnet"]["SubnetId"]
        self.group = self.ec2.create_security_group(GroupName="api", Description="api", VpcId=vpc)["GroupId"]
        self.rule = [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": network}]}]
        self.ec2.authorize_security_group_ingress(GroupId=self.group, IpPermissions=self.rule)
        made = self.ec2.create_vpc_endpoint(
            VpcEndpointType="Interface",
            VpcId=vpc,
            ServiceName=f"com.amazonaws.{REGION}.appsync-api",
            SubnetIds=[subnet],
            SecurityGroupIds=[self.group],
            PrivateDnsEnabled=True,
            **endpoint,
        )
        self.endpoint: str = made["VpcEndpoint"]["VpcEndpointId"]

    def close(self) -> None:
        self.ec2.delete_vpc_endpoints(VpcEndpointIds=[self.endpoint])


def send(url: str, body: bytes, headers: dict[str, str], method: str = "POST") -> Answer:
    """One HTTP request; every status is an answer."""
    request = urllib.request.Request(url, data=body, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=40) as response:
            status, received, content = response.status, response.headers, response.read()
    except urllib.error.HTTPError as error:
        status, received, content = error.code, error.headers, error.read()
    lowered = {name.lower(): value for name, value in received.items()}
    return Answer(status, lowered, json.loads(content) if content else None)


def signed_headers(
    url: str, body: bytes, credentials: Credentials, region: str = REGION, service: str = "appsync", **headers: str
) -> dict[str, str]:
    """Headers with a SigV4 signature, `host` included."""
    given = {"content-type": "application/json", "host": urlsplit(url).netloc, **headers}
    request = AWSRequest("POST", url, headers=given, data=body)
    SigV4Auth(credentials, service, region).add_auth(request)
    return dict(request.headers.items())


def assume(local: Local, *statements: dict[str, Any]) -> Credentials:
    """Session credentials of a new role with one policy of these statements."""
    iam, name = local.client("iam"), f"r-{uuid.uuid4().hex[:12]}"
    trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(trust))["Role"]["Arn"]
    if statements:
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=policy(*statements))
    given = local.client("sts").assume_role(RoleArn=arn, RoleSessionName="session")["Credentials"]
    return Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])


def allow(*resources: str, effect: str = "Allow", **more: Any) -> dict[str, Any]:
    """A statement about appsync:GraphQL."""
    return {"Effect": effect, "Action": "appsync:GraphQL", "Resource": list(resources), **more}


def policy(*statements: dict[str, Any]) -> str:
    """A policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def publisher(api: Api) -> Credentials:
    """A role that may call Mutation.send and nothing else."""
    return assume(api.local, allow(f"{api.arn}/types/Mutation/fields/send"))


def new_api(local: Local, schema: str = SCHEMA, **settings: Any) -> Api:
    """An API with API key and IAM, a key, and `send` echoing its input."""
    appsync = local.client("appsync")
    members: dict[str, Any] = {
        "name": f"api-{uuid.uuid4().hex[:8]}",
        "authenticationType": "API_KEY",
        "additionalAuthenticationProviders": [{"authenticationType": "AWS_IAM"}],
        **settings,
    }
    created = appsync.create_graphql_api(**members)["graphqlApi"]
    api_id = created["apiId"]
    appsync.start_schema_creation(apiId=api_id, definition=schema.encode())
    status = appsync.get_schema_creation_status(apiId=api_id)
    assert status["status"] == "SUCCESS", status
    key = appsync.create_api_key(apiId=api_id)["apiKey"]["id"]
    api = Api(local, api_id, created["arn"], created["uris"]["GRAPHQL"], created["uris"]["REALTIME"], key)
    if schema is SCHEMA:
        api.resolver("Mutation.send")
    return api


__all__ = ["ACCOUNT", "REGION"]
