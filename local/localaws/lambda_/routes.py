"""Lambda's Invoke operation.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html

Differs from AWS: InvokeWithResponseStream and function URLs are refused.
"""

from __future__ import annotations

import base64

from localaws.http import Request, Response
from localaws.lambda_.errors import LambdaError
from localaws.lambda_.service import LambdaService
from localaws.operations import Operation


class InvokeApi:
    """Answers Invoke for SDKs."""

    def __init__(self, service: LambdaService) -> None:
        self._service = service

    async def __call__(self, operation: Operation, request: Request) -> Response:
        """Answers one Invoke."""
        parameters = operation.parameters
        kind = parameters.get("InvocationType") or "RequestResponse"
        try:
            result = await self._service.invoke(
                parameters["FunctionName"],
                request.body,
                invocation_type=kind,
                region=operation.region,
                qualifier=parameters.get("Qualifier"),
                trace_header=request.headers.get("x-amzn-trace-id"),
            )
        except LambdaError as error:
            return operation.error(error.code, error.message, error.status)
        headers = [("content-type", "application/json"), ("x-amz-executed-version", result.executed_version)]
        if result.function_error:
            headers.append(("x-amz-function-error", result.function_error))
        if parameters.get("LogType") == "Tail" and kind == "RequestResponse":
            headers.append(("x-amz-log-result", base64.b64encode(result.log_tail.encode()).decode()))
        return Response(result.status, result.payload, headers)
