"""What calls on items need.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.parsing.key_condition_expression import parse_expression

from localaws import partitions
from localaws.authorization.actions import Facts, Need, Needs
from localaws.kms.needs import key_arn, key_needs
from localaws.operations import Operation
from localaws.settings import ACCOUNT_ID

EXPRESSIONS = (
    "ConditionExpression",
    "FilterExpression",
    "KeyConditionExpression",
    "ProjectionExpression",
    "UpdateExpression",
)
WORDS = {"ADD", "AND", "BETWEEN", "DELETE", "IN", "NOT", "OR", "REMOVE", "SET"}

_NAME = re.compile(r"(?<![\w.:#\]-])#?[A-Za-z_][\w-]*(?!\s*\()(?![\w-])")
"""The beginning of a path in an expression: no value, no function, no step further into a document."""


def holder(arn: str) -> str:
    """The table of an index, or the table itself."""
    return arn.partition("/index/")[0]


def policy(arn: str) -> Any:
    """The table's policy. An index has that of its table."""
    table = holder(arn)
    if table.count(":") < 5:
        return None
    found = dynamodb_backends[ACCOUNT_ID][table.split(":")[3]].resource_policies.get(table)
    return found.policy_doc if found else None


def _one(operation: Operation) -> Iterator[Need]:
    yield from _table_needs(operation, operation.name, [operation.parameters])


def _batch(operation: Operation) -> Iterator[Need]:
    """The batch's own action, on each table."""
    for name, requests in operation.parameters["RequestItems"].items():
        if operation.name == "BatchGetItem":
            parts = [{**requests, "Key": key} for key in requests["Keys"]]
        else:
            parts = [part for request in requests for part in request.values()]
        yield from _table_needs(operation, operation.name, [{**part, "TableName": name} for part in parts])


def _transaction(operation: Operation) -> Iterator[Need]:
    """A transaction has no action of its own: each part needs what it does."""
    for item in operation.parameters["TransactItems"]:
        for kind, part in item.items():
            action = "ConditionCheckItem" if kind == "ConditionCheck" else f"{kind}Item"
            yield from _table_needs(operation, action, [part], {"dynamodb:enclosingoperation": operation.name})


def _table_needs(
    operation: Operation, action: str, parts: list[dict[str, Any]], facts: Facts | None = None
) -> Iterator[Need]:
    name = parts[0]["TableName"]
    arn = name if name.startswith("arn:") else partitions.arn("dynamodb", operation.region, f"table/{name}")
    index = parts[0].get("IndexName")
    table = _table(arn)
    own: Facts = {**_leading_keys(table, parts), **_asked(parts), **(facts or {})}
    yield Need(f"dynamodb:{action}", f"{arn}/index/{index}" if index else arn, own)
    if table is not None:
        # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
        context = {"aws:dynamodb:tableName": table.name, "aws:dynamodb:subscriberId": ACCOUNT_ID}
        key = key_arn((table.sse_specification or {}).get("KMSMasterKeyId"), operation.region)
        yield from key_needs(key, "dynamodb", operation.region, context, "Decrypt")


def _table(arn: str) -> Any:
    return dynamodb_backends[ACCOUNT_ID][arn.split(":")[3]].tables.get(arn.rsplit("/", maxsplit=1)[-1])


def _asked(parts: list[dict[str, Any]]) -> Facts:
    facts: Facts = {"dynamodb:attributes": tuple(sorted({name for part in parts for name in _attributes(part)}))}
    for member in ("Select", "ReturnValues", "ReturnConsumedCapacity"):
        if parts[0].get(member):
            facts[f"dynamodb:{member.lower()}"] = parts[0][member]
    return {name: value for name, value in facts.items() if value}


def _attributes(part: dict[str, Any]) -> set[str]:
    """Top-level attributes that a request names."""
    names = part.get("ExpressionAttributeNames") or {}
    found = {*(part.get("Item") or ()), *(part.get("Key") or ()), *(part.get("AttributesToGet") or ())}
    for member in EXPRESSIONS:
        tokens = _NAME.findall(part.get(member) or "")
        found |= {names.get(token, token) for token in tokens if token.upper() not in WORDS}
    return found


def _leading_keys(table: Any, parts: list[dict[str, Any]]) -> Facts:
    """Partition keys. A Scan has none, whatever it reads."""
    values = []
    for part in parts if table is not None else ():
        key = (part.get("Item") or part.get("Key") or {}).get(table.hash_key_attr)
        values += [str(value) for each in ([key] if key else _queried(table, part)) for value in each.values()]
    return {"dynamodb:leadingkeys": tuple(values)} if values else {}


def _queried(table: Any, part: dict[str, Any]) -> list[dict[str, Any]]:
    if part.get("KeyConditionExpression") is None:
        return []
    index = table.get_index(part["IndexName"]) if part.get("IndexName") else None
    try:
        found, _, _ = parse_expression(
            part["KeyConditionExpression"],
            part.get("ExpressionAttributeValues") or {},
            part.get("ExpressionAttributeNames") or {},
            index.schema if index else table.schema,
        )
    except (JsonRESTError, KeyError):
        return []
    return [value for _, value in found]


NEEDS: dict[str, Needs] = {
    "BatchGetItem": _batch,
    "BatchWriteItem": _batch,
    "DeleteItem": _one,
    "GetItem": _one,
    "PutItem": _one,
    "Query": _one,
    "Scan": _one,
    "TransactGetItems": _transaction,
    "TransactWriteItems": _transaction,
    "UpdateItem": _one,
}
