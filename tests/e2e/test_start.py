"""START reaches a client that subscribes and asks at once, as the blog's page does, however far away it is."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from demo.local_aws import LocalAws

from e2e import amplify
from e2e.client import SUBSCRIBE, Api, Subscription, new_request, new_session
from e2e.conftest import Faults, of_question
from e2e.distance import distant
from e2e.issuer import Certificates

MODEL = "bedrock.converse_stream"
TOPIC = "sns.deliver"
PAGES = int(os.environ.get("START_PAGES", "5"))
SPARE_SECONDS = 0.06
"""What a page may spend on itself, beside three round trips (connect, upgrade, init), before it subscribes: at 60 ms
of round trip these end 120 ms after the question has arrived, and a start leaves after 200 ms."""
AMPLIFY_PAGES = max(1, PAGES // 5)
"""Each is a process of its own, which takes a second to begin."""
ROUND_TRIPS_MS = [int(each) for each in os.environ.get("START_ROUND_TRIPS_MS", "10,30").split(",")]
"""Longer ones leave a busy machine no room: measure them where nothing else runs."""


def fresh_page(reader: Api, faults: Faults, topic_delay_ms: int = 0) -> tuple[bool, float]:
    """Opens a socket and asks at once: was the start heard, and when had the page subscribed (seconds)."""
    session, request_id = new_session(), new_request()
    thinks = {"first_token_seconds": 1.0, "tokens_per_second": 500, "tokens_per_event": 20}
    faults.add(MODEL, "pace", match=of_question(MODEL, request_id), **thinks)
    if topic_delay_ms:
        faults.add(TOPIC, "delay", match=of_question(TOPIC, request_id), seconds=topic_delay_ms / 1000)
    asking = threading.Thread(target=reader.ask, args=(session, "Why?"), kwargs={"request_id": request_id})
    # The page's library sends the question when the subscription was requested, not when it is live.
    began = time.monotonic()
    asking.start()
    with reader.socket() as socket:
        subscription = Subscription(socket)
        subscription.request(SUBSCRIBE, {"sessionId": session}, reader.authorization())
        requested = time.monotonic() - began
        answer = subscription.answer()
    asking.join()
    # The end is always heard.
    assert answer.kinds[-1] == "END", answer.kinds
    return answer.kinds[0] == "START", requested


def pages(reader: Api, faults: Faults, round_trip_ms: int, topic_delay_ms: int) -> Iterator[bool]:
    """Did each page hear the start. One that a busy machine held up longer than a start waits is opened again."""
    fresh_page(reader, faults)  # starts the functions
    slow = 0
    for _ in range(PAGES):
        heard, requested = fresh_page(reader, faults, topic_delay_ms)
        while not heard and requested > 3 * round_trip_ms / 1000 + SPARE_SECONDS and slow < PAGES:
            slow += 1
            heard, requested = fresh_page(reader, faults, topic_delay_ms)
        yield heard


@pytest.mark.parametrize("topic_delay_ms", [0, 60])
@pytest.mark.parametrize("round_trip_ms", ROUND_TRIPS_MS)
def test_the_start_is_heard_from_far_away(
    api_key_reader: Api, faults: Faults, round_trip_ms: int, topic_delay_ms: int
) -> None:
    with distant(api_key_reader, round_trip_ms / 1000) as reader:
        heard = list(pages(reader, faults, round_trip_ms, topic_delay_ms))
    assert heard.count(False) == 0, f"{heard.count(False)} of {PAGES} heard no start"


@pytest.mark.parametrize("round_trip_ms", ROUND_TRIPS_MS)
def test_the_blogs_own_page_hears_the_start(
    aws: LocalAws, api_key_reader: Api, certificates: Certificates, faults: Faults, round_trip_ms: int
) -> None:
    """The library the blog's page is built on, asking as that page does: at once."""
    assert aws.tls_endpoint is not None
    encrypted = replace(api_key_reader, graphql_url=api_key_reader.graphql_url.replace(aws.endpoint, aws.tls_endpoint))
    heard = []
    with distant(encrypted, round_trip_ms / 1000) as reader:
        for _ in range(AMPLIFY_PAGES):
            request_id = new_request()
            faults.add(MODEL, "pace", match=of_question(MODEL, request_id), first_token_seconds=1.0)
            pieces = amplify.ask(reader, certificates, "Why?", request_id=request_id, ask_at_once=True)
            assert pieces[-1]["event"] == "END"
            heard.append(pieces[0]["event"] == "START")
    assert heard.count(False) == 0, f"{heard.count(False)} of {AMPLIFY_PAGES} heard no start"
