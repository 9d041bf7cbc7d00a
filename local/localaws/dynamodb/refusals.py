"""DynamoDB: sizes of requests and keys.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.dynamodb.limits import HASH_KEY_MAX_LENGTH, RANGE_KEY_MAX_LENGTH
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType

from localaws.authorization.guard import Guard
from localaws.dynamodb.routes import tables
from localaws.operations import Operation
from localaws.refusals import Refused, Rule
from localaws.settings import ACCOUNT_ID

INVALID = "ValidationException"
BATCH = {"BatchGetItem": 100, "BatchWriteItem": 25}
TRANSACTION_BYTES = 4 * 1024 * 1024


def batch_size(operation: Operation, guard: Guard) -> None:  # noqa: ARG001 - a rule's signature
    """Of all tables together. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html"""
    requests = operation.parameters["RequestItems"].values()
    count = sum(len(each["Keys"] if isinstance(each, dict) else each) for each in requests)
    if count > BATCH[operation.name]:
        raise Refused(INVALID, f"Too many items requested for the {operation.name} call")


def transaction_size(operation: Operation, guard: Guard) -> None:  # noqa: ARG001 - a rule's signature
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html"""
    size = 0
    for item in operation.parameters["TransactItems"]:
        for part in item.values():
            attributes = {**(part.get("Item") or part["Key"]), **(part.get("ExpressionAttributeValues") or {})}
            size += sum(len(name.encode()) + DynamoType(value).size() for name, value in attributes.items())
    if size > TRANSACTION_BYTES:
        raise Refused(INVALID, "Aggregate size of the items in the transaction exceeds 4 MB")


def key_sizes(operation: Operation, guard: Guard) -> None:  # noqa: ARG001 - a rule's signature
    """2,048 bytes of a partition key and 1,024 of a sort key, wherever a key is named."""
    known = dynamodb_backends[ACCOUNT_ID][operation.region].tables
    for name in set(tables(operation)):
        table = known.get(name.rsplit("/", maxsplit=1)[-1])
        for key in _keys(operation, name) if table else ():
            if table.hash_key_attr in key and DynamoType(key[table.hash_key_attr]).size() > HASH_KEY_MAX_LENGTH:
                raise Refused(
                    INVALID,
                    "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit "
                    f"of{HASH_KEY_MAX_LENGTH} bytes",
                )
            if table.range_key_attr in key and DynamoType(key[table.range_key_attr]).size() > RANGE_KEY_MAX_LENGTH:
                raise Refused(
                    INVALID,
                    "One or more parameter values were invalid: Aggregated size of all range keys has exceeded the "
                    f"size limit of {RANGE_KEY_MAX_LENGTH} bytes",
                )


def _keys(operation: Operation, table: str) -> Iterator[dict[str, Any]]:
    asked = operation.parameters
    if "TransactItems" in asked:
        parts = [part for item in asked["TransactItems"] for part in item.values() if part["TableName"] == table]
    elif "RequestItems" in asked:
        requests = asked["RequestItems"][table]
        if isinstance(requests, dict):
            yield from requests["Keys"]
            return
        parts = [part for request in requests for part in request.values()]
    else:
        parts = [asked]
    for part in parts:
        yield part.get("Item") or part.get("Key") or {}


RULES: dict[str, tuple[Rule, ...]] = {
    "BatchGetItem": (batch_size, key_sizes),
    "BatchWriteItem": (batch_size, key_sizes),
    "DeleteItem": (key_sizes,),
    "GetItem": (key_sizes,),
    "PutItem": (key_sizes,),
    "TransactGetItems": (key_sizes,),
    "TransactWriteItems": (transaction_size, key_sizes),
    "UpdateItem": (key_sizes,),
}
