"""A question, and its answer piece by piece, through the deployed stack."""

from __future__ import annotations

import uuid

import pytest

from e2e.client import ASK, Api, Refused, Subscription, new_request, new_session

QUESTION = "Why does a regulated organisation stream answers through AppSync?"


@pytest.fixture(params=["api_key_reader", "oidc_reader"])
def reader(request: pytest.FixtureRequest) -> Api:
    """Each test runs once for each way to sign in."""
    return request.getfixturevalue(request.param)


def test_an_answer_arrives_in_order_and_ends(reader: Api) -> None:
    session = new_session()
    with reader.subscribe(session) as subscription:
        acknowledgement = reader.ask(session, QUESTION)
        answer = subscription.answer(acknowledgement["requestId"])

    assert acknowledgement["messages"] == [{"content": "success", "contentType": "PlainText"}]
    assert acknowledgement["sessionId"] == session
    assert answer.kinds == ["START", "DELTA", "END"]
    answer.assert_no_gap()
    assert len(answer.text) > 200
    assert answer.last["stopReason"] == "end_turn"
    assert answer.last["inputTokens"] > 0
    assert answer.last["outputTokens"] > 0
    assert all(piece["sessionId"] == session and piece["timeStamp"] for piece in answer.pieces)


def test_text_is_readable_long_before_the_answer_is_complete(reader: Api) -> None:
    session = new_session()
    with reader.subscribe(session) as subscription:
        reader.ask(session, QUESTION)
        answer = subscription.answer()
        arrivals = subscription.arrivals

    deltas = [at for piece, at in zip(answer.pieces, arrivals, strict=True) if piece["event"] == "DELTA"]
    assert len(deltas) >= 5
    assert arrivals[-1] - deltas[0] > 3 * (deltas[1] - deltas[0])
    # Nobody collected the answer first: what arrived in the first half of the time is a small part of it.
    middle = deltas[0] + (arrivals[-1] - deltas[0]) / 2
    assert sum(at < middle for at in deltas) >= 2
    assert sum(at > middle for at in deltas) >= 2


def test_the_owner_is_the_token_s_subject_and_nothing_else(
    oidc_reader: Api, api_key_reader: Api, oidc_subject: str
) -> None:
    for reader, owner in ((oidc_reader, oidc_subject), (api_key_reader, None)):
        session = new_session()
        with reader.subscribe(session) as subscription:
            reader.ask(session, QUESTION)
            assert {piece["owner"] for piece in subscription.answer().pieces} == {owner}


def test_the_answer_is_in_the_reader_s_language(api_key_reader: Api) -> None:
    texts = {}
    for locale in ("en_US", "fr_FR", "ja_JP"):
        session = new_session()
        with api_key_reader.subscribe(session) as subscription:
            api_key_reader.ask(session, "What is Amazon Bedrock?", locale)
            answer = subscription.answer()
            texts[locale] = answer.text
            assert {piece["locale"] for piece in answer.pieces} == {locale}
    assert " est " in texts["fr_FR"]
    assert " is " in texts["en_US"]
    assert any("぀" <= character <= "ヿ" for character in texts["ja_JP"])


def test_a_client_may_choose_the_request_id(api_key_reader: Api) -> None:
    session, chosen = new_session(), new_request()
    with api_key_reader.subscribe(session) as subscription:
        assert api_key_reader.ask(session, QUESTION, request_id=chosen)["requestId"] == chosen
        assert {piece["requestId"] for piece in subscription.answer(chosen).pieces} == {chosen}


def test_the_service_chooses_a_request_id_otherwise(api_key_reader: Api) -> None:
    uuid.UUID(api_key_reader.ask(new_session(), QUESTION)["requestId"])


def test_two_questions_in_one_session_can_be_told_apart(api_key_reader: Api) -> None:
    session, first, second = new_session(), new_request(), new_request()
    with api_key_reader.subscribe(session) as subscription:
        api_key_reader.ask(session, QUESTION, request_id=first)
        api_key_reader.ask(session, "What is a VPC endpoint?", request_id=second)
        answers = [subscription.answer(first), subscription.answer(second)]
        # `answer` only waits: read both from everything that came.
        for request_id, answer in zip((first, second), answers, strict=True):
            answer.pieces = [piece for piece in subscription.pieces if piece["requestId"] == request_id]
            answer.assert_no_gap()
            assert answer.kinds == ["START", "DELTA", "END"]


def test_a_client_of_the_blog_s_api_works_unchanged(api_key_reader: Api) -> None:
    """Its own three-field input and four-field subscription; it knows the markers and nothing of events."""
    session = new_session()
    query = """
      query getLlmResponse($locale: String!, $message: String!, $sessionId: String!) {
        getLlmResponse(input: {locale: $locale, message: $message, sessionId: $sessionId}) {
          messages { content contentType } locale sessionId
        }
      }"""
    subscription_document = """
      subscription onSendMessage($sessionId: String!) {
        onSendMessage(sessionId: $sessionId) { locale message sessionId timeStamp }
      }"""
    with api_key_reader.subscribe(session, subscription_document) as subscription:
        variables = {"locale": "en_US", "message": QUESTION, "sessionId": session}
        body = api_key_reader.post(query, variables).json()
        pieces = subscription.until(lambda pieces: bool(pieces) and pieces[-1]["message"] == "#END_STREAM#")

    assert body == {
        "data": {
            "getLlmResponse": {
                "messages": [{"content": "success", "contentType": "PlainText"}],
                "locale": "en_US",
                "sessionId": session,
            }
        }
    }
    assert pieces[0]["message"] == "#START_STREAM#"
    assert len("".join(piece["message"] for piece in pieces[1:-1])) > 200
    assert all(set(piece) == {"locale", "message", "sessionId", "timeStamp"} for piece in pieces)


def test_every_mistake_in_a_question_is_told_at_once(api_key_reader: Api) -> None:
    mistakes = {"sessionId": "short", "message": "  \n ", "locale": "xx_XX", "requestId": "seven"}
    body = api_key_reader.post(ASK, {"input": mistakes}).json()

    (error,) = body["errors"]
    assert error["errorType"] == "BadRequest"
    assert {violation["field"] for violation in error["errorInfo"]["violations"]} == set(mistakes)
    assert body["data"] == {"getLlmResponse": None}


def test_the_longest_question_is_taken_and_one_character_more_is_not(api_key_reader: Api, limit: int) -> None:
    session = new_session()
    with api_key_reader.subscribe(session) as subscription:
        api_key_reader.ask(session, "é" * limit)
        assert subscription.answer().kinds[-1] == "END"
    with pytest.raises(Refused) as refused:
        api_key_reader.ask(session, "é" * (limit + 1))
    assert refused.value.kind == "BadRequest"
    (violation,) = refused.value.payload["errors"][0]["errorInfo"]["violations"]
    assert violation["field"] == "message"
    assert str(limit) in violation["rule"]


def test_a_guessable_session_cannot_be_subscribed_to(api_key_reader: Api) -> None:
    with pytest.raises(Refused) as refused, api_key_reader.subscribe("session-1") as subscription:
        Subscription.answer(subscription)
    assert "sessionId" in str(refused.value.payload)
