"""Data sources: NONE answers at once; AWS_LAMBDA invokes a function with the data source's role.

Differs from AWS: there are no other types; BatchInvoke and direct resolvers without code are refused.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from localaws.appsync import limits
from localaws.appsync.control.models import Fields, GraphqlApi
from localaws.appsync.execution.errors import FieldError
from localaws.appsync.execution.request import GraphqlRequest
from localaws.authorization import wording
from localaws.authorization.actions import Need
from localaws.authorization.guard import Guard
from localaws.lambda_ import LambdaError, LambdaService

SERVICE = "appsync.amazonaws.com"


@dataclass
class Answer:
    """What the response handler sees: `ctx.result`, and `ctx.error` if the data source failed."""

    result: Any = None
    error: dict[str, str] | None = None


class DataSources:
    """Calls data sources of any API."""

    def __init__(self, functions: LambdaService, guard: Guard) -> None:
        self._functions = functions
        self._guard = guard

    async def call(self, request: GraphqlRequest, source: Fields, document: Any) -> Answer:
        """Carries out the request handler's document; raises FieldError where AppSync fails the field itself."""
        if not isinstance(document, dict):
            raise FieldError("The request handler must return an object.", "MappingTemplate")
        if source["type"] == "NONE":
            return Answer(document.get("payload"))
        return await self._lambda(request, source, document)

    async def _lambda(self, request: GraphqlRequest, source: Fields, document: dict[str, Any]) -> Answer:
        operation = document.get("operation")
        invocation_type = document.get("invocationType") or "RequestResponse"
        if operation == "BatchInvoke":
            raise FieldError("local AWS does not provide the operation BatchInvoke.", "MappingTemplate")
        if operation != "Invoke":
            raise FieldError(f"Value for field '$[operation]' not found or not valid: {operation}.", "MappingTemplate")
        if invocation_type not in ("RequestResponse", "Event"):
            raise FieldError(f"Value for field '$[invocationType]' is not valid: {invocation_type}.", "MappingTemplate")
        function = source["lambdaConfig"]["lambdaFunctionArn"]
        self._check_role(request.api, source["serviceRoleArn"], function)
        # The function receives the value of `payload`, as AWS's own tutorial handlers expect.
        call = self._functions.invoke(
            function,
            json.dumps(document.get("payload")).encode(),
            invocation_type=invocation_type,
            region=request.api.region,
            trace_header=request.trace_header,
        )
        try:
            result = await asyncio.wait_for(call, request.seconds_left)
        except TimeoutError:
            raise FieldError("Execution timed out.", "ExecutionTimeout") from None
        except LambdaError as error:
            return Answer(error={"type": f"Lambda:{error.code}", "message": error.message})
        if invocation_type == "Event":
            return Answer()
        return _answer(result.payload, result.function_error)

    def _check_role(self, api: GraphqlApi, role_arn: str, function_arn: str) -> None:
        """AppSync must be able to assume the data source's role, and the role to invoke the function."""
        if not self._guard.assume(SERVICE, role_arn, api.arn).allowed:
            raise FieldError(f"Unable to assume role {role_arn}.", "Lambda:UnauthorizedException")
        needs = [Need("lambda:InvokeFunction", function_arn)]
        decision = self._guard.as_role(role_arn, "APPSYNC_ASSUME_ROLE", needs, {})
        if not decision.allowed:
            raise FieldError(wording.message(decision), "Lambda:AccessDeniedException")


def _answer(payload: bytes, function_error: str | None) -> Answer:
    if len(payload) > limits.RESULT_BYTES:
        return Answer(error={"type": "Lambda:ResponseTooLarge", "message": "The data source's response is too large."})
    try:
        value = json.loads(payload) if payload else None
    except ValueError:
        return Answer(error={"type": "Lambda:IllegalArgument", "message": "The function's response is not JSON."})
    if function_error is None:
        return Answer(value)
    message = value.get("errorMessage") if isinstance(value, dict) else None
    return Answer(error={"type": f"Lambda:{function_error}", "message": str(message or "")})
