"""moto's DynamoDB, corrected."""

from __future__ import annotations

import copy
import time
from typing import Any, ClassVar

import moto.dynamodb.urls
from moto.core.responses import ActionResult
from moto.dynamodb.comparisons import get_filter_expression
from moto.dynamodb.exceptions import (
    ItemSizeTooLarge,
    ItemSizeToUpdateTooLarge,
    MockValidationException,
    MultipleTransactionsException,
    TransactionCanceledException,
)
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, LimitedSizeDict
from moto.dynamodb.models.table import ResourcePolicy, Table
from moto.dynamodb.models.utilities import bytesize
from moto.dynamodb.responses import DynamoHandler, DynamoResult

from localaws.dynamodb import returned
from localaws.dynamodb.errors import PolicyChangedTooSoon
from localaws.dynamodb.expiry import Expiry
from localaws.dynamodb.tokens import Tokens
from localaws.faults import Faults
from localaws.patching import keep, replace, serve

ITEM_BYTES = 400 * 1024
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html"""

POLICY_SECONDS = 15.0
"""Between two changes of a table's policy."""

Reason = tuple[str | None, str | None, dict[str, Any] | None]
Held = tuple[Table, DynamoType, DynamoType | None, Any]


class LocalDynamoDBBackend(DynamoDBBackend):
    """Tables of one region. The table of services lets one call in at a time, so nothing here needs a lock."""

    expiry: ClassVar[Expiry]

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.tokens = Tokens()

    def transact_write_items(self, transact_items: list[dict[str, Any]]) -> None:
        """Does all or nothing, and puts back what a failed one touched; moto copies whole tables for that."""
        actions = [next(iter(item.items())) for item in transact_items]
        held = [self._held(kind, action) for kind, action in actions]
        keys = [(table.name, str(hash_key), str(range_key)) for table, hash_key, range_key, _ in held]
        if len(set(keys)) < len(keys):
            raise MultipleTransactionsException
        is_done = False
        try:
            reasons = [self._act(kind, action) for kind, action in actions]
            if any(code for code, _, _ in reasons):
                raise TransactionCanceledException(reasons)
            is_done = True
        finally:
            if not is_done:
                _put_back(held)

    def delete_table(self, name: str) -> Table:
        """A table's policy goes with it."""
        table = super().delete_table(name)
        self.resource_policies.pop(table.table_arn, None)
        return table

    def put_resource_policy(
        self, resource_arn: str, policy_doc: str, expected_revision_id: str | None
    ) -> ResourcePolicy:
        """A second change has to wait.

        https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-considerations.html
        """
        before = self.resource_policies.get(resource_arn)
        policy = super().put_resource_policy(resource_arn, policy_doc, expected_revision_id)
        if before is None or policy is before:
            return policy
        if time.time() < int(before.revision_id) / 1000 + POLICY_SECONDS:
            self.resource_policies[resource_arn] = before
            raise PolicyChangedTooSoon
        return policy

    def _held(self, kind: str, action: dict[str, Any]) -> Held:
        table = self.get_table(action["TableName"])
        named = action["Item" if kind == "Put" else "Key"]
        hash_key, range_key = self.get_keys_value(table, named)
        return table, hash_key, range_key, copy.deepcopy(table.get_item(hash_key, range_key))

    def _act(self, kind: str, action: dict[str, Any]) -> Reason:
        names, values = action.get("ExpressionAttributeNames"), action.get("ExpressionAttributeValues")
        name = action["TableName"]
        key = action["Item" if kind == "Put" else "Key"]
        try:
            if action.get("ConditionExpression") is not None:
                current = self.get_item(name, key)
                if not get_filter_expression(action["ConditionExpression"], names, values).expr(current):
                    wants = action.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
                    shown = current.to_json()["Attributes"] if current and wants else None
                    return "ConditionalCheckFailed", "The conditional request failed", shown
            if kind == "Put":
                self.put_item(name, key)
            elif kind == "Delete":
                self.delete_item(name, key)
            elif kind == "Update":
                self.update_item(name, key, action["UpdateExpression"], names or {}, values or {})
        except (ItemSizeTooLarge, ItemSizeToUpdateTooLarge) as error:
            return "ValidationError", str(error.message), None
        return None, None, None


def _put_back(held: list[Held]) -> None:
    for table, hash_key, range_key, item in held:
        if item is None:
            table.delete_item(hash_key, range_key)
        elif range_key is None:
            table.items[hash_key] = item
        else:
            table.items[hash_key][range_key] = item


class LocalDynamoHandler(DynamoHandler):
    """Takes what moto leaves out of tables, honours tokens, and returns what was updated."""

    body: dict[str, Any]

    def call_action(self) -> Any:
        """Expired items go first."""
        self.dynamodb_backend.expiry.before_call(list(self.dynamodb_backend.tables.values()))
        return super().call_action()

    def create_table(self) -> Any:
        """With its policy and its ceilings."""
        super().create_table()
        table = self._changed()
        if self.body.get("ResourcePolicy"):
            self.dynamodb_backend.put_resource_policy(table.table_arn, self.body["ResourcePolicy"], None)
        return DynamoResult(table.describe())

    def update_table(self) -> Any:
        """With its ceilings and its key."""
        super().update_table()
        table = self._changed()
        if "SSESpecification" in self.body:
            table.sse_specification = self.body["SSESpecification"]
        return DynamoResult(table.describe())

    def update_item(self) -> Any:
        """Returns what the expression names; moto returns what has another value than before."""
        wanted = self.body.get("ReturnValues")
        expression = self.body.get("UpdateExpression")
        if not expression or wanted not in ("UPDATED_NEW", "UPDATED_OLD"):
            return super().update_item()
        self.body = {**self.body, "ReturnValues": wanted.replace("UPDATED", "ALL")}
        answer = super().update_item()
        names = self.body.get("ExpressionAttributeNames", {})
        shown = returned.updated(expression, names, answer.result.pop("Attributes", None) or {})
        if shown:
            answer.result["Attributes"] = shown
        return answer

    def batch_write_item(self) -> Any:
        """Looks for one key twice in each table; moto looks for one item twice in all of them."""
        backend, batches = self.dynamodb_backend, self.body["RequestItems"]
        for name, requests in batches.items():
            table = backend.get_table(name)
            named = [part.get("Item") or part["Key"] for request in requests for part in request.values()]
            keys = [tuple(map(str, backend.get_keys_value(table, each))) for each in named]
            if len(set(keys)) < len(keys):
                raise MockValidationException("Provided list of item keys contains duplicates")
        for name, requests in batches.items():
            self.body = {**self.body, "RequestItems": {name: requests}}
            answer = super().batch_write_item()
        return answer

    def transact_write_items(self) -> Any:
        """Once per token."""
        tokens = self.dynamodb_backend.tokens
        if tokens.is_done(self.body):
            return ActionResult({"ConsumedCapacity": [], "ItemCollectionMetrics": {}})
        answer = super().transact_write_items()
        tokens.done(self.body)
        return answer

    def _changed(self) -> Table:
        table = self.dynamodb_backend.get_table(self.body["TableName"])
        if "OnDemandThroughput" in self.body:
            table.on_demand_throughput = self.body["OnDemandThroughput"]
        return table


def install(registry: Faults) -> None:
    """Puts ours in the place of moto's."""
    LocalDynamoDBBackend.expiry = Expiry(registry)
    keep(dynamodb_backends, moto.dynamodb.urls, LocalDynamoDBBackend)
    serve(moto.dynamodb.urls, LocalDynamoHandler)
    _show_ceilings()
    _limit_items()


def _show_ceilings() -> None:
    # Patched: moto's backend makes its tables by a name of its own module.
    @replace(Table, "describe")
    def describe(original: Any, self: Table, base_key: str = "TableDescription") -> dict[str, Any]:
        shown: dict[str, Any] = original(self, base_key)
        ceilings = getattr(self, "on_demand_throughput", None)
        if ceilings:
            shown[base_key]["OnDemandThroughput"] = ceilings
        return shown


def _limit_items() -> None:
    # Patched: items make their attributes by a name of moto's module, whose limit is 405,000 bytes.
    @replace(LimitedSizeDict, "__setitem__")
    def put(original: Any, self: LimitedSizeDict, name: str, value: Any) -> None:  # noqa: ARG001
        others = sum(_bytes(each) + _bytes(held) for each, held in self.items() if each != name)
        if others + _bytes(name) + _bytes(value) > ITEM_BYTES:
            raise ItemSizeTooLarge
        dict.__setitem__(self, name, value)


def _bytes(part: Any) -> int:
    size: int = part.size() if isinstance(part, DynamoType) else bytesize(str(part))
    return size
