"""Everything that can go wrong between a question and its reader: what the reader sees, and what the operator finds."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any

import pytest

from e2e.client import Answer, Api, new_request, new_session
from e2e.conftest import Faults, of_question
from e2e.stacks import Stack, wait_until

MODEL = "bedrock.converse_stream"
HTTP = "appsync.http"
MESSAGE = "appsync.message"


@dataclass(frozen=True)
class Case:
    """One fault, and how the answer ends."""

    name: str
    point: str
    kind: str
    parameters: dict[str, Any] = field(default_factory=dict)
    ends: tuple[str, ...] = ("START", "DELTA", "END")
    error_code: str | None = None
    stop_reason: str | None = "end_turn"


def failing(name: str, point: str, kind: str, error_code: str, *, text: bool, **parameters: Any) -> Case:
    """An answer that ends in an error; with some of its text where the fault strikes later."""
    ends = ("START", "DELTA", "ERROR") if text else ("START", "ERROR")
    return Case(name, point, kind, parameters, ends, error_code, None)


MODEL_CASES = [
    Case("a throttled model is tried again", MODEL, "error", {"times": 1}),
    Case("a model that is not ready is tried again", MODEL, "error", {"code": "ModelNotReadyException", "times": 2}),
    Case("a late model is waited for", MODEL, "late", {"seconds": 2}),
    failing("a model that stays throttled", MODEL, "error", "model_throttled", text=False, times=None),
    failing(
        "no permission for the model",
        MODEL,
        "error",
        "model_misconfigured",
        text=False,
        code="AccessDeniedException",
        status=403,
    ),
    failing(
        "a question that is too long for the model",
        MODEL,
        "error",
        "model_rejected",
        text=False,
        code="ValidationException",
        message="Input is too long for requested model.",
        status=400,
    ),
    failing(
        "a model that does not take how it is asked",
        MODEL,
        "error",
        "model_misconfigured",
        text=False,
        code="ValidationException",
        message="This model doesn't support system messages.",
        status=400,
    ),
    failing(
        "a quota that is used up for today",
        MODEL,
        "error",
        "quota_exhausted",
        text=False,
        code="ThrottlingException",
        message="Too many tokens per day, please wait before trying again.",
        status=429,
    ),
    failing("throttled in mid-answer", MODEL, "exception", "model_throttled", text=True, code="throttlingException"),
    failing(
        "a model error in mid-answer", MODEL, "exception", "model_error", text=True, code="modelStreamErrorException"
    ),
    failing(
        "a validation error in mid-answer",
        MODEL,
        "exception",
        "model_misconfigured",
        text=True,
        code="validationException",
    ),
    failing("a stream cut in mid-frame", MODEL, "cut", "model_interrupted", text=True),
    failing("a stream that ends without its stop", MODEL, "no_message_stop", "model_interrupted", text=True),
    failing("an empty answer", MODEL, "empty", "empty_answer", text=False),
    Case("an answer cut at its length", MODEL, "stop", {"reason": "max_tokens"}, stop_reason="max_tokens"),
    Case("an answer the guardrail stops", MODEL, "guardrail", {}, stop_reason="guardrail_intervened"),
    Case(
        "an answer the model's filter stops",
        MODEL,
        "stop",
        {"reason": "content_filtered"},
        stop_reason="content_filtered",
    ),
    Case("a model that prints a marker", MODEL, "say", {"pieces": ["All done: ", "#END_STREAM#", " or not?"]}),
]

APPSYNC_CASES = [
    Case("AppSync slow once", HTTP, "slow", {"milliseconds": 3000, "skip": 1}),
    Case("AppSync fails, then works", HTTP, "fail", {"times": 2, "skip": 1}),
    Case("AppSync throttles, then takes it", HTTP, "throttle", {"times": 2, "skip": 2}),
    Case("a mutation is published but its response is lost", HTTP, "lost-response", {"skip": 2}),
    failing(
        "AppSync answers 200 with errors once",
        HTTP,
        "errors",
        "delivery_failed",
        text=True,
        errorType="MappingTemplate",
        skip=3,
    ),
    failing(
        "AppSync refuses one mutation",
        HTTP,
        "fail",
        "delivery_failed",
        text=True,
        status=401,
        errorType="UnauthorizedException",
        skip=3,
    ),
]


def converse(
    reader: Api, request_id: str | None = None, question: str = "How does streaming work?", patience: float = 40
) -> Answer:
    """Asks once and waits for the end."""
    session = new_session()
    with reader.subscribe(session) as subscription:
        request_id = reader.ask(session, question, request_id=request_id)["requestId"]
        return subscription.answer(request_id, patience)


def check(case: Case, answer: Answer) -> None:
    """The reader got an unbroken sequence that ends as the case says."""
    answer.assert_no_gap()
    assert tuple(answer.kinds) == case.ends
    assert answer.error_code == case.error_code
    assert answer.last["stopReason"] == case.stop_reason
    if case.error_code is not None:
        apology, marker = (piece for piece in answer.ordered if piece["event"] == "ERROR")
        assert len(apology["message"]) > 20
        assert marker["message"] == "#STREAM_ERROR#"
        assert marker["errorCode"] == case.error_code


@pytest.mark.parametrize("case", MODEL_CASES, ids=lambda case: case.name)
def test_the_reader_learns_how_it_ended_whatever_the_model_does(
    api_key_reader: Api, faults: Faults, case: Case
) -> None:
    request_id = new_request()
    faults.add(case.point, case.kind, match=of_question(case.point, request_id), **case.parameters)
    check(case, converse(api_key_reader, request_id))


@pytest.mark.parametrize("case", APPSYNC_CASES, ids=lambda case: case.name)
def test_the_reader_learns_how_it_ended_whatever_appsync_does(api_key_reader: Api, faults: Faults, case: Case) -> None:
    request_id = new_request()
    match = {"operation": "sendMessage", **of_question(case.point, request_id)}
    faults.add(case.point, case.kind, match=match, **case.parameters)
    check(case, converse(api_key_reader, request_id))


def test_a_marker_the_model_prints_is_text_like_any_other(api_key_reader: Api, faults: Faults) -> None:
    request_id = new_request()
    pieces = ["Markers are ", "#END_STREAM#", " and #STREAM_ERROR#", "."]
    faults.add(MODEL, "say", match=of_question(MODEL, request_id), pieces=pieces)
    session = new_session()
    with api_key_reader.subscribe(session) as subscription:
        api_key_reader.ask(session, "Which markers are there?", request_id=request_id)
        subscription.until(lambda pieces: any(piece["event"] == "END" for piece in pieces))
        answer = Answer(subscription.pieces)
    assert answer.text == "".join(pieces)


def test_characters_of_several_code_points_arrive_whole(api_key_reader: Api, faults: Faults) -> None:
    request_id = new_request()
    pieces = ["👩", "‍👩", "‍👧 and e", "́", " and 日本", "語"]
    faults.add(MODEL, "say", match=of_question(MODEL, request_id), pieces=pieces)
    assert converse(api_key_reader, request_id).text == "".join(pieces)


def test_a_silent_model_is_an_error_and_not_an_endless_wait(impatient_reader: Api, faults: Faults) -> None:
    request_id = new_request()
    case = failing("silence", MODEL, "silent", "model_timeout", text=True)
    faults.add(case.point, case.kind, match=of_question(case.point, request_id))
    check(case, converse(impatient_reader, request_id))


def test_before_the_function_s_time_is_up_the_reader_is_told_and_gets_what_there_is(
    impatient_reader: Api, faults: Faults
) -> None:
    request_id = new_request()
    case = failing("deadline", MODEL, "pace", "deadline", text=True)
    faults.add(
        MODEL,
        "pace",
        match=of_question(MODEL, request_id),
        first_token_seconds=0.2,
        tokens_per_second=2,
        tokens_per_event=1,
    )
    answer = converse(impatient_reader, request_id)
    check(case, answer)
    assert len(answer.text) > 10


def test_a_message_that_is_dropped_leaves_a_gap_the_client_can_see(api_key_reader: Api, faults: Faults) -> None:
    request_id = new_request()
    faults.add(MESSAGE, "drop", match={**of_question(MESSAGE, request_id), "$.sequence": "2"})
    sequences = [piece["sequence"] for piece in converse(api_key_reader, request_id).ordered]
    assert 2 not in sequences
    assert {1, 3} <= set(sequences)


@pytest.mark.parametrize("kind", ["repeat", "reorder", "delay"])
def test_what_subscriptions_do_to_messages_can_be_undone_by_sequence(
    api_key_reader: Api, faults: Faults, kind: str
) -> None:
    request_id = new_request()
    faults.add(MESSAGE, kind, match={**of_question(MESSAGE, request_id), "$.sequence": "2"})
    session = new_session()
    with api_key_reader.subscribe(session) as subscription:
        api_key_reader.ask(session, "How does streaming work?", request_id=request_id)

        def complete(pieces: list[dict[str, Any]]) -> bool:
            last = [piece["sequence"] for piece in pieces if piece["event"] == "END"]
            return bool(last) and {piece["sequence"] for piece in pieces} == set(range(last[0] + 1))

        answer = Answer(subscription.until(complete))
    assert [piece["sequence"] for piece in answer.pieces] != list(range(len(answer.ordered)))
    answer.assert_no_gap()
    assert answer.kinds == ["START", "DELTA", "END"]


def test_a_socket_that_is_cut_is_told_to_the_client(api_key_reader: Api, faults: Faults) -> None:
    request_id = new_request()
    faults.add(MESSAGE, "cut", match={**of_question(MESSAGE, request_id), "$.sequence": "3"})
    with pytest.raises(AssertionError, match="socket closed"):
        converse(api_key_reader, request_id)


@pytest.mark.parametrize("point", ["sns.deliver", "lambda.async"])
def test_a_question_delivered_twice_is_answered_once(
    api_key_stack: Stack, api_key_reader: Api, faults: Faults, point: str
) -> None:
    """One sandbox at a time, so that the repetition meets the sandbox that knows."""
    request_id, session, function = new_request(), new_session(), api_key_stack.function("orchestrator")
    lambda_ = api_key_stack.client("lambda")
    lambda_.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=1)
    try:
        faults.add(
            point,
            "repeat",
            match=of_question(point, request_id) if point == "sns.deliver" else {"function": function},
        )
        with api_key_reader.subscribe(session) as subscription:
            api_key_reader.ask(session, "Once, please.", request_id=request_id)
            subscription.answer(request_id)
            wait_until(
                lambda: any(
                    request_id in line and "already" in line for line in api_key_stack.log_messages("orchestrator")
                ),
                "the repetition to be recognised",
            )
            answer = Answer(subscription.pieces + subscription.silence(0.2))
    finally:
        lambda_.delete_function_concurrency(FunctionName=function)
    assert [piece["sequence"] for piece in answer.pieces] == list(range(len(answer.pieces)))
    assert answer.kinds == ["START", "DELTA", "END"]


def test_a_question_that_two_sandboxes_answer_at_once_has_two_answers_a_reader_can_tell_apart(
    api_key_reader: Api, faults: Faults
) -> None:
    """Nothing between sandboxes prevents it; decision 0009 tells what a reader makes of it."""
    request_id, session = new_request(), new_session()
    texts = [[f"{word} {number} " for number in range(60)] for word in ("one", "other")]
    faults.add("sns.deliver", "repeat", match=of_question("sns.deliver", request_id))
    for pieces in texts:
        faults.add(MODEL, "say", match=of_question(MODEL, request_id), pieces=pieces)
    with api_key_reader.subscribe(session) as subscription:
        api_key_reader.ask(session, "Twice, please.", request_id=request_id)
        pieces = subscription.until(lambda pieces: sum(piece["event"] == "END" for piece in pieces) == len(texts))
    assert {piece["requestId"] for piece in pieces} == {request_id}
    runs = {piece["answerId"] for piece in pieces}
    answers = [Answer([piece for piece in pieces if piece["answerId"] == run]) for run in runs]
    for answer in answers:
        assert [piece["sequence"] for piece in answer.pieces] == list(range(len(answer.pieces)))
        assert answer.kinds == ["START", "DELTA", "END"]
    assert sorted(answer.text for answer in answers) == sorted("".join(pieces) for pieces in texts)


def test_a_question_sns_cannot_hand_over_is_in_the_dead_letters_with_everything_needed_to_ask_it_again(
    api_key_stack: Stack, api_key_reader: Api, faults: Faults
) -> None:
    request_id = new_request()
    faults.add("sns.deliver", "refuse", match=of_question("sns.deliver", request_id))
    api_key_reader.ask(new_session(), "Nobody can hand me over.", request_id=request_id)
    (letter,) = api_key_stack.take_dead_letters("undelivered", at_least=1)
    question = json.loads(json.loads(letter)["Message"])
    assert question["requestId"] == request_id
    assert question["message"] == "Nobody can hand me over."


def test_a_question_whose_reader_could_not_be_told_is_in_the_dead_letters(
    api_key_stack: Stack, api_key_reader: Api, faults: Faults
) -> None:
    request_id = new_request()
    faults.add(
        HTTP, "fail", match={"operation": "sendMessage", **of_question(HTTP, request_id)}, status=401, times=None
    )
    api_key_reader.ask(new_session(), "Nobody will hear of me.", request_id=request_id)
    (letter,) = api_key_stack.take_dead_letters("failed", at_least=1)
    record = json.loads(letter)
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 1
    (sns,) = record["requestPayload"]["Records"]
    assert json.loads(sns["Sns"]["Message"])["requestId"] == request_id


def test_a_sandbox_that_dies_leaves_its_question_in_the_dead_letters(
    api_key_stack: Stack, api_key_reader: Api, faults: Faults
) -> None:
    request_id = new_request()
    faults.add("lambda.invoke", "kill", match=of_question("lambda.invoke", request_id), seconds=0.3)
    api_key_reader.ask(new_session(), "The sandbox dies under me.", request_id=request_id)
    (letter,) = api_key_stack.take_dead_letters("failed", at_least=1)
    assert request_id in letter


def test_a_sandbox_that_was_frozen_answers_though_its_connections_died_meanwhile(api_key_reader: Api) -> None:
    """Sandboxes are frozen between invocations, as on Lambda; local AWS closes idle connections after 5 s."""
    converse(api_key_reader)
    time.sleep(6)
    answer = converse(api_key_reader)
    assert answer.kinds == ["START", "DELTA", "END"]
    answer.assert_no_gap()


def test_the_operator_finds_one_summary_per_answer_with_its_request_id(
    api_key_stack: Stack, api_key_reader: Api
) -> None:
    request_id = new_request()
    answer = converse(api_key_reader, request_id)

    def summaries() -> list[dict[str, Any]]:
        records = api_key_stack.log_records("orchestrator")
        return [record for record in records if request_id in json.dumps(record) and "mutations" in json.dumps(record)]

    (summary,) = wait_until(summaries, "the summary line")
    assert str(len(answer.ordered)) in json.dumps(summary)


def test_metrics_tell_the_story_of_an_answer(api_key_stack: Stack, api_key_reader: Api) -> None:
    converse(api_key_reader)
    cloudwatch = api_key_stack.client("cloudwatch")
    wanted = {
        "ModelFirstTokenMs",
        "FirstPublishLagMs",
        "QueueWaitMs",
        "AnswerMs",
        "Mutations",
        "InputTokens",
        "OutputTokens",
    }

    def seen() -> bool:
        metrics = cloudwatch.list_metrics(Namespace="BedrockStreaming")["Metrics"]
        return wanted <= {metric["MetricName"] for metric in metrics}

    wait_until(seen, "the metrics of an answer")
