"""Many conversations at once: nothing lost, nothing out of order, nobody waiting for somebody else."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from botocore.credentials import Credentials
from conftest import Local

from appsync.support import Api, publisher
from appsync.test_resolvers import INVOKE, JSON_SCHEMA, lambda_api

CONVERSATIONS = 50
MESSAGES = 8


def test_fifty_conversations_are_each_complete_and_in_order(api: Api, sender: Credentials) -> None:
    everybody_listens = threading.Barrier(CONVERSATIONS)

    def converse(_: int) -> list[int]:
        session = str(uuid.uuid4())
        with api.socket() as socket:
            socket.subscribe(variables={"session": session})
            everybody_listens.wait(30)
            for sequence in range(MESSAGES):
                assert api.publish(sender, session=session, sequence=sequence).status == 200
            return [socket.sent()["sequence"] for _ in range(MESSAGES)]

    with ThreadPoolExecutor(CONVERSATIONS) as threads:
        heard = list(threads.map(converse, range(CONVERSATIONS)))
    assert heard == [list(range(MESSAGES))] * CONVERSATIONS


def test_a_slow_function_holds_no_mutation_up(
    local: Local, make_api: Callable[..., Api], function: Callable[..., str]
) -> None:
    api = make_api(JSON_SCHEMA)
    api.resolver("Mutation.send")
    sender = publisher(api)
    lambda_api(local, api, function("time.sleep(2); answer = 1"), INVOKE)
    answered = threading.Event()

    def ask() -> None:
        assert api.ask("{ json }").body == {"data": {"json": "1"}}
        answered.set()

    asking = threading.Thread(target=ask)
    asking.start()
    started = time.monotonic()
    for sequence in range(10):
        assert api.publish(sender, session="s", sequence=sequence).status == 200
    assert not answered.is_set(), f"ten mutations took {time.monotonic() - started} s"
    asking.join()
    assert answered.is_set()
