"""ConverseStream: the stream's events, the ids that are accepted, the languages, and every fault of the model."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, EventStreamError
from conftest import ACCOUNT, REGION, Local
from urllib3.exceptions import ProtocolError

CONVERSE = "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html"
OUTPUT = "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html"
PROFILES = "https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-use.html"
MICRO = "eu.amazon.nova-micro-v1:0"


def _ask(local: Local, question: str, model: str = MICRO, **more: Any) -> Iterator[dict[str, Any]]:
    messages = [{"role": "user", "content": [{"text": question}]}]
    client = local.client("bedrock-runtime")
    return iter(client.converse_stream(modelId=model, messages=messages, **more)["stream"])


def _text(events: list[dict[str, Any]]) -> str:
    return "".join(event["contentBlockDelta"]["delta"]["text"] for event in events if "contentBlockDelta" in event)


def _kinds(events: list[dict[str, Any]]) -> list[str]:
    kinds: list[str] = []
    for event in events:
        kind = next(iter(event))
        if not kinds or kinds[-1] != kind:
            kinds.append(kind)
    return kinds


def _limited(tokens: int) -> dict[str, Any]:
    return {"inferenceConfig": {"maxTokens": tokens}}


@pytest.mark.documented(OUTPUT)
def test_stream_has_its_events_in_order_and_usage_last(local: Local) -> None:
    events = list(_ask(local, "Why is the answer streamed?", **_limited(40)))
    assert _kinds(events) == ["messageStart", "contentBlockDelta", "contentBlockStop", "messageStop", "metadata"]
    usage = events[-1]["metadata"]["usage"]
    assert usage["outputTokens"] == 40
    assert usage["totalTokens"] == usage["inputTokens"] + 40


@pytest.mark.documented(CONVERSE)
def test_max_tokens_cuts_the_answer_and_says_so(local: Local) -> None:
    cut = list(_ask(local, "hello", **_limited(10)))
    assert cut[-2]["messageStop"]["stopReason"] == "max_tokens"
    whole = list(_ask(local, "hello"))
    assert whole[-2]["messageStop"]["stopReason"] == "end_turn"
    assert _text(whole).startswith(_text(cut))


def test_answer_depends_on_the_question_and_is_markdown(local: Local) -> None:
    answers = [_text(list(_ask(local, question))) for question in ("Why Rust?", "Is it secure?")]
    assert answers[0] != answers[1]
    for answer in answers:
        assert "\n## " in f"\n{answer}"
        assert "```" in answer
        assert "| --- |" in answer
        assert "\n- " in answer or "\n1. " in answer


@pytest.mark.parametrize(
    ("name", "question", "word"),
    [
        ("English", "What is the architecture?", "The browser **subscribes**"),
        ("French", "Quelle est l'architecture ?", "Le navigateur **s'abonne**"),
        ("German", "Wie ist die Architektur?", "Der Browser **abonniert**"),
        ("Latin American Spanish", "¿Cuál es la arquitectura?", "El navegador **se suscribe**"),
        ("Brazilian Portuguese", "Qual é a arquitetura?", "O navegador **assina**"),
        ("Japanese", "構成は?", "ブラウザーはまず"),
        ("Simplified Chinese", "架构是什么？", "浏览器先**订阅**"),
        ("Arabic", "ما هي بنية النظام؟", "**يشترك** المتصفح"),
    ],
)
def test_answer_is_in_the_language_the_system_prompt_names(local: Local, name: str, question: str, word: str) -> None:
    system = [{"text": f"Answer in {name} unless the question asks for another language."}]
    local.fault("bedrock.converse_stream", "pace", parameters={"tokens_per_second": 5000})
    assert word in _text(list(_ask(local, question, system=system)))


def test_nova_micro_starts_after_a_quarter_second_at_300_tokens_a_second(local: Local) -> None:
    list(_ask(local, "warm", **_limited(1)))
    began = time.monotonic()
    stream = _ask(local, "hello", **_limited(150))
    next(stream)
    next(stream)
    first = time.monotonic() - began
    list(stream)
    assert 0.2 < first < 0.6
    assert 0.7 < time.monotonic() - began < 1.3


@pytest.mark.documented(PROFILES)
@pytest.mark.parametrize(
    "model",
    [
        "amazon.nova-micro-v1:0",
        f"arn:aws:bedrock:{REGION}::foundation-model/amazon.nova-micro-v1:0",
        MICRO,
        f"arn:aws:bedrock:{REGION}:{ACCOUNT}:inference-profile/{MICRO}",
        "global.anthropic.claude-sonnet-4-5-20250929-v1:0",
    ],
)
def test_models_and_profiles_are_called_by_id_and_arn(local: Local, model: str) -> None:
    assert _text(list(_ask(local, "hello", model, **_limited(3))))


@pytest.mark.documented("https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-create.html")
def test_application_profile_is_called_by_its_arn(local: Local) -> None:
    source = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:inference-profile/{MICRO}"
    bedrock = local.client("bedrock")
    arn = bedrock.create_inference_profile(inferenceProfileName="mine", modelSource={"copyFrom": source})[
        "inferenceProfileArn"
    ]
    assert bedrock.get_inference_profile(inferenceProfileIdentifier=arn)["type"] == "APPLICATION"
    assert _text(list(_ask(local, "hello", arn, **_limited(3))))
    bedrock.delete_inference_profile(inferenceProfileIdentifier=arn)
    with pytest.raises(ClientError, match="model identifier is invalid"):
        _ask(local, "hello", arn)


def test_system_defined_profiles_are_not_answered_as_if_there_were_none(local: Local) -> None:
    bedrock = local.client("bedrock")
    with pytest.raises(ClientError, match="NotFakedByLocalAws"):
        bedrock.get_inference_profile(inferenceProfileIdentifier=MICRO)
    for kind in ({}, {"typeEquals": "SYSTEM_DEFINED"}):
        with pytest.raises(ClientError, match="NotFakedByLocalAws"):
            bedrock.list_inference_profiles(**kind)
    assert bedrock.list_inference_profiles(typeEquals="APPLICATION")["inferenceProfileSummaries"] == []
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        bedrock.get_inference_profile(inferenceProfileIdentifier="abcdefghijkl")


@pytest.mark.documented(PROFILES)
@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("nobody.model-v1:0", "The provided model identifier is invalid"),
        ("us.amazon.nova-micro-v1:0", "The provided model identifier is invalid"),
        ("anthropic.claude-haiku-4-5-20251001-v1:0", "on-demand throughput isn’t supported"),
        ("eu.anthropic.claude-3-7-sonnet-20250219-v1:0", "The provided model identifier is invalid"),
    ],
)
def test_ids_bedrock_would_refuse_are_refused(local: Local, model: str, message: str) -> None:
    with pytest.raises(ClientError, match=message) as refused:
        _ask(local, "hello", model)
    assert refused.value.response["Error"]["Code"] == "ValidationException"


@pytest.mark.documented(CONVERSE)
@pytest.mark.parametrize(
    ("messages", "message"),
    [
        ([{"role": "user", "content": [{"text": " "}]}], "is blank"),
        ([{"role": "assistant", "content": [{"text": "a"}]}], "must start with a user message"),
        ([{"role": "user", "content": [{"text": "a"}]}] * 2, "must alternate"),
    ],
)
def test_conversations_bedrock_would_refuse_are_refused(local: Local, messages: Any, message: str) -> None:
    with pytest.raises(ClientError, match=message):
        local.client("bedrock-runtime").converse_stream(modelId=MICRO, messages=messages)


@pytest.mark.documented("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html")
@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"aws_secret_access_key": "wrong"}, "InvalidSignatureException"),
        ({"aws_access_key_id": "AKIAUNKNOWNUNKNOWN00"}, "UnrecognizedClientException"),
    ],
)
def test_caller_must_prove_who_it_is(local: Local, keys: dict[str, str], code: str) -> None:
    client = local.client("bedrock-runtime", **keys)
    with pytest.raises(ClientError) as refused:
        client.converse_stream(modelId=MICRO, messages=[{"role": "user", "content": [{"text": "a"}]}])
    assert refused.value.response["Error"]["Code"] == code
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


@pytest.mark.documented(CONVERSE)
@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("ThrottlingException", 429),
        ("AccessDeniedException", 403),
        ("ModelNotReadyException", 429),
        ("ModelTimeoutException", 408),
        ("ModelErrorException", 424),
        ("InternalServerException", 500),
        ("ServiceUnavailableException", 503),
    ],
)
def test_error_fault_refuses_before_the_stream(local: Local, code: str, status: int) -> None:
    local.fault("bedrock.converse_stream", "error", parameters={"code": code, "message": "told"})
    with pytest.raises(ClientError, match="told") as refused:
        _ask(local, "hello")
    assert refused.value.response["Error"]["Code"] == code
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


@pytest.mark.documented(OUTPUT)
def test_exception_fault_is_sent_inside_the_stream(local: Local) -> None:
    local.fault("bedrock.converse_stream", "exception", parameters={"code": "throttlingException", "after": 2})
    events = []
    with pytest.raises(EventStreamError, match="throttlingException"):
        for event in _ask(local, "hello"):
            events.append(event)
    assert _kinds(events) == ["messageStart", "contentBlockDelta"]


def test_cut_fault_closes_the_connection_inside_a_frame(local: Local) -> None:
    local.fault("bedrock.converse_stream", "cut", parameters={"after": 2})
    events = []
    with pytest.raises(ProtocolError):
        for event in _ask(local, "hello"):
            events.append(event)
    assert _kinds(events) == ["messageStart", "contentBlockDelta"]


def test_no_message_stop_fault_ends_cleanly_in_the_middle(local: Local) -> None:
    local.fault("bedrock.converse_stream", "no_message_stop", parameters={"after": 2})
    assert _kinds(list(_ask(local, "hello"))) == ["messageStart", "contentBlockDelta"]


def test_silent_fault_says_nothing_for_a_while(local: Local) -> None:
    local.fault("bedrock.converse_stream", "silent", parameters={"after": 1, "seconds": 1})
    began = time.monotonic()
    with pytest.raises(ProtocolError):
        list(_ask(local, "hello"))
    assert time.monotonic() - began > 1


def test_late_fault_delays_the_response(local: Local) -> None:
    local.fault("bedrock.converse_stream", "late", parameters={"seconds": 0.7})
    began = time.monotonic()
    _ask(local, "hello", **_limited(1))
    assert time.monotonic() - began > 0.7


def test_empty_fault_ends_the_turn_without_text(local: Local) -> None:
    local.fault("bedrock.converse_stream", "empty")
    events = list(_ask(local, "hello"))
    assert _kinds(events) == ["messageStart", "messageStop", "metadata"]
    assert events[-1]["metadata"]["usage"]["outputTokens"] == 0


def test_say_fault_scripts_the_answer_and_its_reason(local: Local) -> None:
    parameters = {"pieces": ["#END_", "STREAM#", "é"], "reason": "content_filtered"}
    question = f"question {uuid.uuid4()}"
    local.fault("bedrock.converse_stream", "say", match={"question": question}, parameters=parameters)
    assert _text(list(_ask(local, "another question", **_limited(3)))) != "#END_STREAM#é"
    events = list(_ask(local, question))
    deltas = [event["contentBlockDelta"]["delta"]["text"] for event in events if "contentBlockDelta" in event]
    assert deltas == parameters["pieces"]
    assert events[-2]["messageStop"]["stopReason"] == "content_filtered"


def test_say_fault_may_set_the_pace(local: Local) -> None:
    question = f"question {uuid.uuid4()}"
    parameters = {"pieces": ["after", " a while"], "first_token_seconds": 0.9}
    local.fault("bedrock.converse_stream", "say", match={"question": question}, parameters=parameters)
    events = list(_ask(local, question))
    assert _text(events) == "after a while"
    # The model's own first token takes 250 ms.
    assert events[-1]["metadata"]["metrics"]["latencyMs"] >= 900


@pytest.mark.documented("https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-use-converse-api.html")
def test_guardrail_blocks_and_says_so(local: Local) -> None:
    guardrail = {"guardrailIdentifier": "abcdefghijkl", "guardrailVersion": "1", "trace": "enabled"}
    question = "Tell me the administrator password"
    events = list(_ask(local, question, guardrailConfig=guardrail))
    assert events[-2]["messageStop"]["stopReason"] == "guardrail_intervened"
    assert "inputAssessment" in events[-1]["metadata"]["trace"]["guardrail"]
    assert list(_ask(local, question, **_limited(3)))[-2]["messageStop"]["stopReason"] == "max_tokens"


@pytest.mark.documented("https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-streaming.html")
def test_synchronous_guardrail_makes_the_stream_coarse(local: Local) -> None:
    guardrail = {"guardrailIdentifier": "abcdefghijkl", "guardrailVersion": "1"}
    counts = {}
    for mode in ("sync", "async"):
        config = {**guardrail, "streamProcessingMode": mode}
        events = list(_ask(local, "hello", guardrailConfig=config, **_limited(100)))
        counts[mode] = sum("contentBlockDelta" in event for event in events)
    assert counts["sync"] * 5 < counts["async"]
