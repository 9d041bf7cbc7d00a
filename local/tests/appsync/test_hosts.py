"""AWS's own host names, for clients that cannot be given a path."""

from __future__ import annotations

import base64
import json
from socket import create_connection
from urllib.parse import urlsplit

import pytest
from botocore.credentials import Credentials
from conftest import REGION
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from appsync.support import REALTIME, SEND, Api, send, signed_headers


@pytest.mark.documented(REALTIME)
def test_hosts_of_aws_name_an_api_too(api: Api, sender: Credentials) -> None:
    """A client that makes one host of the other, and knows the path /graphql only, signs for the host it was given."""
    urlid = urlsplit(api.url).path.split("/")[2]
    host = f"{urlid}.appsync-api.{REGION}.amazonaws.com"
    realtime = host.replace("appsync-api", "appsync-realtime-api")
    endpoint = urlsplit(api.url)
    body = json.dumps({"query": SEND, "variables": {"input": {"session": "hosts", "text": "t"}}}).encode()
    headers = signed_headers(f"http://{host}/graphql", body, sender)
    signed = signed_headers(f"http://{host}/graphql/connect", b"{}", sender, accept="application/json, text/javascript")
    authorization = base64.urlsafe_b64encode(json.dumps(signed).encode()).decode().rstrip("=")
    offered = [Subprotocol("graphql-ws"), Subprotocol(f"header-{authorization}")]
    with (
        create_connection((endpoint.hostname, endpoint.port or 80)) as raw,
        connect(f"ws://{realtime}/graphql", sock=raw, subprotocols=offered) as connection,
    ):
        connection.send('{"type": "connection_init"}')
        assert json.loads(connection.recv(timeout=5))["type"] == "connection_ack"
    answer = send(f"{endpoint.scheme}://{endpoint.netloc}/graphql", body, headers)
    assert answer.status == 200, answer
    assert send(f"{endpoint.scheme}://{endpoint.netloc}/other", body, headers).status == 404
