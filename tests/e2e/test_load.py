"""Many readers at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from e2e.client import Answer, Api, new_session

READERS = 50


def test_fifty_conversations_at_once_are_each_complete_and_in_order(api_key_reader: Api) -> None:
    def converse(number: int) -> Answer:
        session = new_session()
        with api_key_reader.subscribe(session) as subscription:
            request_id = api_key_reader.ask(session, f"Question {number}: what does SNS do here?")["requestId"]
            answer = subscription.answer(request_id, patience=120)
            assert {piece["sessionId"] for piece in subscription.pieces} == {session}
            return answer

    with ThreadPoolExecutor(max_workers=READERS) as pool:
        answers = list(pool.map(converse, range(READERS)))

    for answer in answers:
        answer.assert_no_gap()
        assert answer.kinds == ["START", "DELTA", "END"]
        # In order as they arrived, and none twice.
        assert [piece["sequence"] for piece in answer.pieces] == list(range(len(answer.pieces)))
