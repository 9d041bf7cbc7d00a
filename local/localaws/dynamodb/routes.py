"""Calls on items: moto answers them, after the fault that is armed has had its way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from localaws.context import Context
from localaws.dynamodb import faults
from localaws.http import Hangup, Request, Response
from localaws.operations import Operation

ON_ITEMS = (
    "BatchGetItem",
    "BatchWriteItem",
    "DeleteItem",
    "GetItem",
    "PutItem",
    "Query",
    "Scan",
    "TransactGetItems",
    "TransactWriteItems",
    "UpdateItem",
)

THROTTLED = (
    "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or "
    "index so please try again shortly."
)
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html"""


class ItemCalls:
    """Answers every operation on items."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def __call__(self, operation: Operation, request: Request) -> Response:
        """Answers one call."""
        asked = operation.parameters
        fault = self._context.faults.take(
            faults.CALL,
            asked,
            operation=operation.name,
            table=next(iter(tables(operation)), "").rsplit("/", maxsplit=1)[-1],
            function=self._context.guard.function_of(request),
        )
        kind, given = (fault.kind, fault.parameters) if fault else (None, {})
        if kind == "slow":
            await asyncio.sleep(float(given.get("milliseconds", 1000)) / 1000)
        if kind == "throttle":
            return operation.error("ThrottlingException", THROTTLED, 400)
        if kind == "fail":
            code, message = str(given.get("code", "InternalServerError")), "The request could not be processed."
            return operation.error(code, str(given.get("message", message)), int(given.get("status", 500)))
        response = await self._context.moto(operation, request)
        return _lost(response) if kind == "lost-response" else response


def tables(operation: Operation) -> list[str]:
    """The tables a call on items names, in its order."""
    asked = operation.parameters
    if "RequestItems" in asked:
        return list(asked["RequestItems"])
    if "TransactItems" in asked:
        return [action["TableName"] for item in asked["TransactItems"] for action in item.values()]
    return [asked["TableName"]]


def _lost(response: Response) -> Response:
    async def cut() -> AsyncIterator[bytes]:
        yield b"{"
        raise Hangup

    headers: list[tuple[str, Any]] = [(name, value) for name, value in response.headers if name != "content-length"]
    return Response(response.status, cut(), [*headers, ("content-length", "1000")])
