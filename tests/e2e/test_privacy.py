"""Nothing that was asked, answered or held as a credential stands anywhere an operator can look."""

from __future__ import annotations

import json

import pytest
from demo.local_aws import LocalAws

from e2e.client import Api, Refused, new_session
from e2e.conftest import Faults
from e2e.stacks import Stack, aws_client, log_messages, wait_until

MARK = "zebra-crossing-417"
QUEUES = ("undelivered", "failed")


def test_no_prompt_answer_token_or_key_is_in_any_log_queue_or_metric(
    aws: LocalAws, api_key_stack: Stack, oidc_stack: Stack, api_key_reader: Api, oidc_reader: Api, faults: Faults
) -> None:
    session = new_session()
    faults.add("bedrock.converse_stream", "exception", after=30)
    spoken: list[str] = []
    for reader, stack in ((api_key_reader, api_key_stack), (oidc_reader, oidc_stack)):
        with reader.subscribe(session) as subscription:
            request_id = reader.ask(session, f"Tell me about {MARK}.")["requestId"]
            answer = subscription.answer(request_id)
            spoken += [word for word in answer.text.split("\n") if len(word) > 40][:5]
        with pytest.raises(Refused):
            reader.ask("short", f"{MARK} in a question that is refused")
        wait_for_summary(stack, request_id)
    assert spoken, "the answers were too short to search for"

    logs = aws_client(aws.endpoint, "logs")
    named = logs.get_paginator("describe_log_groups").paginate()
    groups = [group["logGroupName"] for page in named for group in page["logGroups"]]
    captured = {group: "\n".join(log_messages(logs, group)) for group in groups}
    assert any("orchestrator" in group and text for group, text in captured.items())

    captured["local AWS's own log"] = aws.log.read_text()
    captured["dead letters"] = "\n".join(
        letter for stack in (api_key_stack, oidc_stack) for queue in QUEUES for letter in stack.take_dead_letters(queue)
    )
    metrics = aws_client(aws.endpoint, "cloudwatch").get_paginator("list_metrics").paginate()
    captured["metrics"] = json.dumps([page["Metrics"] for page in metrics])
    secrets = [MARK, session, api_key_reader.auth["x-api-key"], oidc_reader.auth["authorization"], *spoken]
    found = [(place, secret[:20]) for place, text in captured.items() for secret in secrets if secret in text]
    assert found == []


def wait_for_summary(stack: Stack, request_id: str) -> None:
    """Returns once the answer's last line is in the log, so that nothing it wrote can be missed."""

    def written() -> bool:
        lines = stack.log_messages("orchestrator")
        return any(request_id in line and "answer ended" in line for line in lines)

    wait_until(written, f"the summary of {request_id}")
