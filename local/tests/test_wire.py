"""How requests arrive: HTTP/2, offers to leave HTTP/1.1, and large headers, over plain text and TLS."""

from __future__ import annotations

import base64
import json
import socket
import ssl
from http.client import HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from appsync.support import Api, new_api, signed_headers
from botocore.credentials import Credentials
from botocore.eventstream import EventStreamBuffer
from conftest import Local
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, ResponseReceived, StreamEnded
from test_server import Server, _certificate

PATH = "/model/eu.amazon.nova-micro-v1%3A0/converse-stream"
QUESTION = json.dumps(
    {
        "messages": [{"role": "user", "content": [{"text": "Hello"}]}],
        "inferenceConfig": {"maxTokens": 5},
    }
).encode()


@pytest.fixture(scope="module")
def api(local: Local) -> Api:
    return new_api(local)


def http2(connection: socket.socket, url: str, piece: int = 65536) -> tuple[int, bytes]:
    """One ConverseStream by HTTP/2 with prior knowledge, as AWS's SDK for JavaScript makes it."""
    parts = urlsplit(url)
    headers = signed_headers(url, QUESTION, Credentials("test", "test"), service="bedrock")
    headers.pop("host")
    client = H2Connection(H2Configuration(client_side=True, header_encoding="utf-8"))
    client.initiate_connection()
    pseudo = [(":method", "POST"), (":scheme", parts.scheme), (":authority", parts.netloc), (":path", parts.path)]
    client.send_headers(1, pseudo + [(name.lower(), value) for name, value in headers.items()])
    client.send_data(1, QUESTION, end_stream=True)
    sent = client.data_to_send()
    for start in range(0, len(sent), piece):
        connection.sendall(sent[start : start + piece])
    status, body = 0, b""
    while received := connection.recv(65536):
        for event in client.receive_data(received):
            if isinstance(event, ResponseReceived):
                status = int(dict(event.headers)[":status"])
            if isinstance(event, DataReceived):
                body += event.data
                client.acknowledge_received_data(event.flow_controlled_length, 1)
            if isinstance(event, StreamEnded):
                return status, body
        connection.sendall(client.data_to_send())
    raise AssertionError(f"the connection was closed after {status}, {body!r}")


def kinds(body: bytes) -> list[str]:
    buffer = EventStreamBuffer()
    buffer.add_data(body)
    return [event.headers[":event-type"] for event in buffer]


@pytest.mark.documented("https://www.rfc-editor.org/rfc/rfc9113#section-3.3")
@pytest.mark.parametrize("piece", [65536, 7])
def test_http2_with_prior_knowledge_streams(local: Local, piece: int) -> None:
    port = urlsplit(local.endpoint).port
    with socket.create_connection(("127.0.0.1", port or 0), 10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        status, body = http2(connection, local.endpoint + PATH, piece)
    assert status == 200
    assert kinds(body)[0] == "messageStart"
    assert kinds(body)[-1] == "metadata"


def test_http2_over_tls_is_agreed_on(tmp_path: Path) -> None:
    certificate, key = _certificate(tmp_path)
    with Server("--tls-port", "0", "--tls-cert", str(certificate), "--tls-key", str(key)) as server:
        endpoint = server.admin("GET", "/_local/health")["tlsEndpoint"]
        context = ssl.create_default_context(cafile=str(certificate))
        context.set_alpn_protocols(["h2", "http/1.1"])
        with socket.create_connection(("127.0.0.1", urlsplit(endpoint).port or 0), 10) as plain:
            connection = context.wrap_socket(plain, server_hostname="localhost")
            assert connection.selected_alpn_protocol() == "h2"
            status, body = http2(connection, endpoint + PATH)
    assert (status, kinds(body)[-1]) == (200, "metadata")


def exchange(url: str, *requests: list[bytes]) -> list[tuple[int, bytes]]:
    """Raw HTTP/1.1 on one connection: sends the parts of each request, and answers with each status and body."""
    answers = []
    with socket.create_connection(("127.0.0.1", urlsplit(url).port or 0), 10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for parts in requests:
            for part in parts:
                connection.sendall(part)
            response = HTTPResponse(connection)
            response.begin()
            answers.append((response.status, response.read()))
    return answers


BODY = b'{"query": "{ plain }"}'


@pytest.mark.documented("https://www.rfc-editor.org/rfc/rfc9110#section-7.8")
@pytest.mark.parametrize("offer", [b"h2c", b"TLS/1.3", b"foo/2, websocket2"])
@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("apart", [False, True])
def test_offer_to_upgrade_keeps_the_request_whole(api: Api, offer: bytes, chunked: bool, apart: bool) -> None:
    """As the JDK's HttpClient and `curl --http2` send it, twice on one connection."""
    length = b"Transfer-Encoding: chunked" if chunked else b"Content-Length: %d" % len(BODY)
    body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY) if chunked else BODY

    def request(connection: bytes) -> list[bytes]:
        head = (
            b"POST %s HTTP/1.1\r\nHost: x\r\nx-api-key: %s\r\nUpgrade: %s\r\n"
            b"Connection: Upgrade, HTTP2-Settings%s\r\nHTTP2-Settings: AAMAAABk\r\n%s\r\n\r\n"
        ) % (urlsplit(api.url).path.encode(), api.key.encode(), offer, connection, length)
        return [head[:60], head[60:], body] if apart else [head + body]

    answers = exchange(api.url, request(b""), request(b", close"))
    assert [status for status, _ in answers] == [200, 200]
    assert all(json.loads(content)["data"] == {"plain": None} for _, content in answers)


def test_large_headers_are_taken_and_larger_ones_answered(api: Api) -> None:
    for size, expected in ((100_000, 401), (200_000, 431)):
        path, length = urlsplit(api.url).path.encode(), b"Content-Length: %d" % len(BODY)
        head = b"POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\n%s\r\n\r\n" % (path, b"a" * size, length)
        ((status, _),) = exchange(api.url, [head + BODY])
        assert status == expected


@pytest.mark.parametrize("way", ["sub-protocol", "query", "header"])
def test_large_token_of_a_websocket_is_heard(api: Api, way: str) -> None:
    """A token of an organisation with 150 groups has more than 8 KB in base64."""
    headers = {"host": urlsplit(api.url).netloc, "Authorization": "a" * 12_000}
    encoded = base64.urlsafe_b64encode(json.dumps(headers).encode()).rstrip(b"=")
    path = urlsplit(api.realtime_url).path.encode()
    protocol, more = b"graphql-ws", b""
    if way == "sub-protocol":
        protocol += b", header-" + encoded
    elif way == "query":
        path += b"?header=" + base64.b64encode(json.dumps(headers).encode()) + b"&payload=e30="
    else:
        more = b"Authorization: " + b"a" * 12_000 + b"\r\n"
    request = (
        b"GET %s HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: %s\r\n%s\r\n"
    ) % (path, urlsplit(api.url).netloc.encode(), protocol, more)
    with socket.create_connection(("127.0.0.1", urlsplit(api.url).port or 0), 10) as connection:
        connection.sendall(request)
        assert connection.recv(12) == b"HTTP/1.1 101"
