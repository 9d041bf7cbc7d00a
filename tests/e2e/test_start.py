"""START reaches a client that subscribes and asks at once, as the blog's page does, however far away it is."""

from __future__ import annotations

import os
import threading

import pytest

from e2e.client import SUBSCRIBE, Api, Subscription, new_request, new_session
from e2e.conftest import Faults, of_question
from e2e.distance import distant

MODEL = "bedrock.converse_stream"
PAGES = int(os.environ.get("START_PAGES", "10"))
ROUND_TRIPS_MS = [int(each) for each in os.environ.get("START_ROUND_TRIPS_MS", "10,30").split(",")]
"""Longer ones leave a busy machine no room: measure them where nothing else runs."""


def fresh_page(reader: Api, faults: Faults) -> bool:
    """Opens a socket and asks in the same moment; whether the start was heard. The answer's end always is."""
    session, request_id = new_session(), new_request()
    thinks = {"first_token_seconds": 1.0, "tokens_per_second": 500, "tokens_per_event": 20}
    faults.add(MODEL, "pace", match=of_question(MODEL, request_id), **thinks)
    asking = threading.Thread(target=reader.ask, args=(session, "Why?"), kwargs={"request_id": request_id})
    # The page's library sends the question when the subscription was requested, not when it is live.
    asking.start()
    with reader.socket() as socket:
        subscription = Subscription(socket)
        subscription.request(SUBSCRIBE, {"sessionId": session}, reader.authorization())
        answer = subscription.answer()
    asking.join()
    assert answer.kinds[-1] == "END", answer.kinds
    return answer.kinds[0] == "START"


@pytest.mark.parametrize("round_trip_ms", ROUND_TRIPS_MS)
def test_the_start_is_heard_from_far_away(api_key_reader: Api, faults: Faults, round_trip_ms: int) -> None:
    with distant(api_key_reader, round_trip_ms / 1000) as reader:
        # The first question starts the functions.
        fresh_page(reader, faults)
        heard = [fresh_page(reader, faults) for _ in range(PAGES)]
    assert heard.count(False) == 0, f"{heard.count(False)} of {PAGES} heard no start"
