"""Faults on demand: what a client sees of each."""

from __future__ import annotations

import time
import uuid
from typing import Any

import pytest
from botocore.credentials import Credentials
from conftest import Local
from websockets.exceptions import ConnectionClosed, InvalidStatus

from appsync.support import Api


@pytest.fixture
def session() -> str:
    """A session nobody else uses."""
    return str(uuid.uuid4())


@pytest.mark.parametrize(
    ("kind", "parameters", "expected"),
    [
        ("drop", {}, [0, 2, 3, 4]),
        ("repeat", {"copies": 3}, [0, 1, 1, 1, 2, 3, 4]),
        ("reorder", {"places": 2}, [0, 2, 3, 1, 4]),
        ("reorder", {"places": 9, "milliseconds": 300}, [0, 2, 3, 4, 1]),
        ("delay", {"milliseconds": 300}, [0, 2, 3, 4, 1]),
    ],
)
def test_messages_can_be_lost_repeated_and_swapped(
    local: Local, api: Api, sender: Credentials, session: str, kind: str, parameters: Any, expected: list[int]
) -> None:
    local.fault("appsync.message", kind, match={"api": api.api_id, "$.sequence": "1"}, parameters=parameters)
    with api.socket() as socket:
        socket.subscribe(variables={"session": session})
        for sequence in range(5):
            api.publish(sender, session=session, sequence=sequence)
        assert [socket.sent()["sequence"] for _ in expected] == expected


def test_a_socket_can_be_cut_in_the_middle(local: Local, api: Api, sender: Credentials, session: str) -> None:
    local.fault("appsync.message", "cut", match={"api": api.api_id, "operation": "onSend"}, skip=1)
    with api.socket() as socket:
        socket.subscribe(variables={"session": session})
        api.publish(sender, session=session, sequence=0)
        api.publish(sender, session=session, sequence=1)
        assert socket.sent()["sequence"] == 0
        with pytest.raises(ConnectionClosed) as caught:
            socket.hear()
    assert caught.value.rcvd is not None
    assert caught.value.rcvd.code == 1001


def test_connections_can_be_refused_or_fall_silent(local: Local, api: Api, sender: Credentials, session: str) -> None:
    local.fault("appsync.connection", "refuse", match={"api": api.api_id})
    with pytest.raises(InvalidStatus) as caught, api.raw_socket():
        pass
    assert caught.value.response.status_code == 503
    local.fault("appsync.connection", "silence", match={"api": api.api_id})
    with api.socket() as socket:
        socket.start(variables={"session": session})
        api.publish(sender, session=session)
        with pytest.raises(TimeoutError):
            socket.hear(seconds=0.3)


@pytest.mark.parametrize(
    ("kind", "parameters", "status", "error_type"),
    [
        ("fail", {}, 500, "InternalFailure"),
        ("fail", {"status": 503, "errorType": "ServiceUnavailable"}, 503, "ServiceUnavailable"),
        ("throttle", {}, 429, "TooManyRequestsException"),
        ("errors", {"errorType": "Refused"}, 200, "Refused"),
    ],
)
def test_a_request_can_fail_before_it_is_executed(
    local: Local, api: Api, sender: Credentials, session: str, kind: str, parameters: Any, status: int, error_type: str
) -> None:
    local.fault("appsync.http", kind, match={"api": api.api_id, "operation": "send"}, parameters=parameters)
    with api.socket() as socket:
        socket.subscribe(variables={"session": session})
        answer = api.publish(sender, session=session, text="never")
        assert (answer.status, answer.error["errorType"]) == (status, error_type)
        assert api.publish(sender, session=session, text="again").status == 200
        assert socket.sent()["text"] == "again"


def test_a_response_can_be_lost_after_the_delivery(local: Local, api: Api, sender: Credentials, session: str) -> None:
    local.fault("appsync.http", "lost-response", match={"api": api.api_id, "operation": "send"})
    with api.socket() as socket:
        socket.subscribe(variables={"session": session})
        assert api.publish(sender, session=session, text="delivered").status == 500
        assert socket.sent()["text"] == "delivered"


def test_a_slow_request_holds_nobody_else_up(local: Local, api: Api, sender: Credentials, session: str) -> None:
    local.fault(
        "appsync.http", "slow", match={"api": api.api_id, "$.input.sequence": "7"}, parameters={"milliseconds": 400}
    )
    started = time.monotonic()
    assert api.publish(sender, session=session, sequence=6).status == 200
    quick = time.monotonic() - started
    assert api.publish(sender, session=session, sequence=7).status == 200
    slow = time.monotonic() - started - quick
    assert quick < 0.4 <= slow
