"""The real-time protocol, message by message, over a raw WebSocket."""

from __future__ import annotations

import uuid

import pytest
from botocore.credentials import Credentials

from appsync.support import REALTIME, Api


@pytest.mark.documented(REALTIME)
@pytest.mark.parametrize("way", ["protocol", "query"])
def test_delivers_what_a_signed_mutation_publishes(api: Api, sender: Credentials, way: str) -> None:
    session = str(uuid.uuid4())
    with api.socket(way=way) as socket:
        identifier = socket.subscribe(variables={"session": session})
        assert api.publish(sender, session=session, text="hello", sequence=1).status == 200
        expected = {"session": session, "text": "hello", "owner": None, "sequence": 1}
        message = socket.hear()
        assert message == {"id": identifier, "type": "data", "payload": {"data": {"onSend": expected}}}
