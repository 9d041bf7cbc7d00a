"""EvaluateCode: one handler, run with a context of the caller's making."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from conftest import Local

DOCUMENTED = "https://docs.aws.amazon.com/appsync/latest/APIReference/API_EvaluateCode.html"
RESOLVER = Path(__file__).parents[3] / "deployment/api/resolvers/Subscription.onSendMessage.js"
CODE = """
import { util, runtime } from '@aws-appsync/utils';
export function request(ctx) {
  console.log('asked', ctx.args.id);
  ctx.stash.seen = true;
  if (ctx.args.id === 'early') runtime.earlyReturn({ early: true });
  if (ctx.args.id === 'error') util.error('No', 'Refused');
  if (ctx.args.id === 'appended') util.appendError('Careful', 'Warning');
  if (ctx.args.id === 'unauthorized') util.unauthorized();
  if (ctx.args.id === 'crash') return ctx.nothing.there;
  return { payload: ctx.args };
}
export function response(ctx) { return ctx.result; }
"""


def evaluate(local: Local, context: Any, code: str = CODE, **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = local.client("appsync").evaluate_code(
        runtime={"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"},
        code=code,
        context=context if isinstance(context, str) else json.dumps(context),
        **more,
    )
    return answer


@pytest.mark.documented(DOCUMENTED)
def test_both_handlers_can_be_evaluated(local: Local) -> None:
    answer = evaluate(local, {"arguments": {"id": "1"}}, function="request")
    assert "error" not in answer, answer
    assert json.loads(answer["evaluationResult"]) == {"payload": {"id": "1"}}
    assert json.loads(answer["stash"]) == {"seen": True}
    assert "asked" in answer["logs"][0]
    assert json.loads(evaluate(local, {"result": [1]}, function="response")["evaluationResult"]) == [1]


@pytest.mark.documented(DOCUMENTED)
@pytest.mark.parametrize(
    ("case", "member", "text"),
    [
        ("early", "evaluationResult", '{"early": true}'),
        ("error", "error", "No"),
        ("unauthorized", "error", "Unauthorized"),
        ("crash", "error", "undefined"),
        ("appended", "outErrors", "Careful"),
    ],
)
def test_how_a_handler_ends_is_told(local: Local, case: str, member: str, text: str) -> None:
    answer = evaluate(local, {"arguments": {"id": case}}, function="request")
    assert text in str(answer[member])
    assert ("error" in answer) == (member == "error")


@pytest.mark.documented(DOCUMENTED)
def test_code_that_would_not_be_saved_is_told_where(local: Local) -> None:
    code = CODE.replace("ctx.stash.seen = true;", "try { ctx.stash.seen = true; } catch (e) {}")
    error = evaluate(local, {}, code)["error"]
    assert error["codeErrors"][0]["location"]["line"] == 5


def test_a_resolver_of_the_deployment_sets_its_filter(local: Local) -> None:
    context = {"arguments": {"sessionId": "s" * 24}, "result": None, "identity": {"sub": "anna"}}
    answer = evaluate(local, context, RESOLVER.read_text(), function="response")
    assert "error" not in answer, answer


@pytest.mark.parametrize("context", ["{ ", "[]"])
def test_a_context_that_is_no_object_is_refused(local: Local, context: str) -> None:
    with pytest.raises(ClientError) as refused:
        evaluate(local, context)
    assert refused.value.response["Error"]["Code"] == "BadRequestException"
