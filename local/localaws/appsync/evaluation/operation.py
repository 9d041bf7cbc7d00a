"""EvaluateCode: runs one handler of a resolver or function with a context of the caller's making.

https://docs.aws.amazon.com/appsync/latest/APIReference/API_EvaluateCode.html
"""

from __future__ import annotations

import json
from typing import Any

from localaws.appsync.evaluation.engine import EvaluationError, check, engine
from localaws.http import Request, Response
from localaws.operations import Operation

NAME = "APPSYNC_JS"
AUTH_TYPE = "API Key Authorization"
"""What util.authType() says: the operation has no caller of an API."""

CONTEXT: dict[str, Any] = {
    "arguments": {},
    "source": None,
    "identity": None,
    "stash": {},
    "request": {"headers": {}},
    "info": {},
}
"""What a handler may always read."""


async def evaluate(operation: Operation, _request: Request) -> Response:
    """Answers one EvaluateCode: what goes wrong in the code is a result, not an error."""
    given = operation.parameters
    if given["runtime"]["name"] != NAME:
        return operation.error("BadRequestException", f"Unsupported runtime: {given['runtime']['name']}.", 400)
    try:
        context = json.loads(given["context"])
    except ValueError:
        context = None
    if not isinstance(context, dict) or not all(
        isinstance(context.get(name, {}), dict) for name, usual in CONTEXT.items() if usual == {}
    ):
        return operation.error("BadRequestException", "context is not a JSON object with objects in it.", 400)
    problems = check(given["code"])
    if problems:
        errors = [problem.as_dict() for problem in problems]
        return operation.answer({"error": {"message": "The code contains one or more errors.", "codeErrors": errors}})
    whole = json.dumps({**CONTEXT, **context, "arguments": context.get("arguments", context.get("args", {}))})
    handler = given.get("function") or "request"
    try:
        outcome = engine().call(given["code"], handler, whole, AUTH_TYPE)
    except EvaluationError as error:
        return operation.answer({"error": {"message": str(error)}, "logs": []})
    answer: dict[str, Any] = {
        "logs": [f"{level.upper()}: {text}" for level, text in outcome.logs],
        "stash": json.dumps(outcome.stash),
        "outErrors": json.dumps(outcome.errors),
    }
    if outcome.unauthorized:
        answer["error"] = {"message": "Unauthorized"}
    elif outcome.error is not None:
        answer["error"] = {"message": str(outcome.error["message"])}
    else:
        value = outcome.value if outcome.early is None else outcome.early["value"]
        answer["evaluationResult"] = json.dumps(value)
    return operation.answer(answer)
