"""Items: tokens, limits, expiry, what updates return, and faults."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from authorization.support import refused
from botocore.exceptions import EndpointConnectionError, HTTPClientError
from conftest import Local

from dynamodb.conftest import key
from localaws.dynamodb import model
from localaws.dynamodb.errors import PolicyChangedTooSoon

API = "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_"
GUIDE = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/"


def put(table: str, sort: str, **attributes: Any) -> dict[str, Any]:
    return {"Put": {"TableName": table, "Item": {**key(sort), **attributes}}}


def item(local: Local, table: str, sort: str = "s") -> Any:
    return local.client("dynamodb").get_item(TableName=table, Key=key(sort)).get("Item")


@pytest.mark.documented(API + "TransactWriteItems.html")
def test_a_transaction_is_done_once_per_token(local: Local, table: str) -> None:
    client = local.client("dynamodb")
    asked = {
        "ClientRequestToken": "t-1",
        "TransactItems": [
            {
                "Update": {
                    "TableName": table,
                    "Key": key(),
                    "UpdateExpression": "ADD n :one",
                    "ExpressionAttributeValues": {":one": {"N": "1"}},
                }
            }
        ],
    }
    for _ in range(2):
        client.transact_write_items(**asked)
    assert item(local, table)["n"] == {"N": "1"}
    code, message, status = refused(
        client.transact_write_items, ClientRequestToken="t-1", TransactItems=[put(table, "other")]
    )
    assert (code, status) == ("IdempotentParameterMismatchException", 400)
    assert "idempotent token that was already used" in message
    assert item(local, table, "other") is None


@pytest.mark.documented(API + "TransactWriteItems.html")
def test_a_failed_transaction_leaves_nothing_and_no_token(local: Local, table: str) -> None:
    client = local.client("dynamodb")
    client.put_item(TableName=table, Item={**key("there"), "v": {"S": "old"}})
    absent = {"ConditionExpression": "attribute_not_exists(pk)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    asked = {
        "ClientRequestToken": "t-2",
        "TransactItems": [
            put(table, "new"),
            {"Delete": {"TableName": table, "Key": key("gone")}},
            {"Put": {**put(table, "there", v={"S": "new"})["Put"], **absent}},
        ],
    }
    with pytest.raises(client.exceptions.TransactionCanceledException) as caught:
        client.transact_write_items(**asked)
    reasons = caught.value.response["CancellationReasons"]
    assert [reason["Code"] for reason in reasons] == ["None", "None", "ConditionalCheckFailed"]
    assert reasons[2]["Item"]["v"] == {"S": "old"}
    assert item(local, table, "new") is None
    assert item(local, table, "there")["v"] == {"S": "old"}
    client.delete_item(TableName=table, Key=key("there"))
    client.transact_write_items(**asked)
    assert item(local, table, "there")["v"] == {"S": "new"}


@pytest.mark.documented(API + "TransactWriteItems.html")
def test_a_transaction_names_an_item_once(local: Local, table: str) -> None:
    code, message, _ = refused(
        local.client("dynamodb").transact_write_items, TransactItems=[put(table, "a"), put(table, "a")]
    )
    assert (code, message) == (
        "ValidationException",
        "Transaction request cannot include multiple operations on one item",
    )


@pytest.mark.documented(GUIDE + "Constraints.html")
@pytest.mark.parametrize("size", [100, 101])
def test_a_transaction_has_a_hundred_actions_at_most(local: Local, table: str, size: int) -> None:
    asked = {"TransactItems": [put(table, str(each)) for each in range(size)]}
    if size == 100:
        local.client("dynamodb").transact_write_items(**asked)
    else:
        assert refused(local.client("dynamodb").transact_write_items, **asked)[0] == "ValidationException"


@pytest.mark.documented(API + "TransactWriteItems.html")
@pytest.mark.parametrize(("count", "fits"), [(10, True), (11, False)])
def test_a_transaction_has_4_mb_at_most(local: Local, table: str, count: int, fits: bool) -> None:
    items = [put(table, str(each), v={"S": "x" * 400_000}) for each in range(count)]
    if fits:
        local.client("dynamodb").transact_write_items(TransactItems=items)
    else:
        code, message, _ = refused(local.client("dynamodb").transact_write_items, TransactItems=items)
        assert code == "ValidationException"
        assert "4 MB" in message


@pytest.mark.documented(API + "BatchWriteItem.html")
def test_a_batch_writes_25_items_at_most_over_all_tables(local: Local, make_table: Callable[..., str]) -> None:
    tables = [make_table(), make_table()]

    def batch(*counts: int) -> dict[str, Any]:
        requests = [[{"PutRequest": {"Item": key(str(each))}} for each in range(count)] for count in counts]
        return {"RequestItems": dict(zip(tables, requests, strict=True))}

    local.client("dynamodb").batch_write_item(**batch(13, 12))
    code, message, _ = refused(local.client("dynamodb").batch_write_item, **batch(13, 13))
    assert (code, message) == ("ValidationException", "Too many items requested for the BatchWriteItem call")


@pytest.mark.documented(API + "BatchWriteItem.html")
def test_a_batch_names_an_item_once(local: Local, table: str) -> None:
    requests = [{"PutRequest": {"Item": {**key(), "v": {"S": "v"}}}}, {"DeleteRequest": {"Key": key()}}]
    code, message, _ = refused(local.client("dynamodb").batch_write_item, RequestItems={table: requests})
    assert (code, message) == ("ValidationException", "Provided list of item keys contains duplicates")


@pytest.mark.documented(GUIDE + "Constraints.html")
@pytest.mark.parametrize(("bytes_", "fits"), [(400 * 1024, True), (400 * 1024 + 1, False)])
def test_an_item_has_400_kb_at_most_with_its_names(local: Local, table: str, bytes_: int, fits: bool) -> None:
    client = local.client("dynamodb")
    value = {"S": "x" * (bytes_ - len("pkp" + "sks" + "v"))}
    update = {
        "TableName": table,
        "Key": key(),
        "UpdateExpression": "SET v = :v",
        "ExpressionAttributeValues": {":v": value},
    }
    if fits:
        client.put_item(TableName=table, Item={**key(), "v": value})
        client.update_item(**update)
        return
    code, message, _ = refused(client.put_item, TableName=table, Item={**key(), "v": value})
    assert (code, message) == ("ValidationException", "Item size has exceeded the maximum allowed size")
    code, message, _ = refused(client.update_item, **update)
    assert (code, message) == ("ValidationException", "Item size to update has exceeded the maximum allowed size")
    with pytest.raises(client.exceptions.TransactionCanceledException) as caught:
        client.transact_write_items(TransactItems=[put(table, "s", v=value)])
    assert caught.value.response["CancellationReasons"][0]["Code"] == "ValidationError"


@pytest.mark.documented(GUIDE + "Constraints.html")
@pytest.mark.parametrize(("partition", "sort", "words"), [(2049, 1, "of2048 bytes"), (1, 1025, "of 1024 bytes")])
def test_keys_have_limits_wherever_they_are_named(
    local: Local, table: str, partition: int, sort: int, words: str
) -> None:
    client, long = local.client("dynamodb"), key("s" * sort, "p" * partition)
    at_limit = key("s" * min(sort, 1024), "p" * min(partition, 2048))
    client.put_item(TableName=table, Item=at_limit)
    for call, asked in (
        (client.put_item, {"Item": long}),
        (client.get_item, {"Key": long}),
        (client.delete_item, {"Key": long}),
        (client.update_item, {"Key": long, "UpdateExpression": "REMOVE a"}),
    ):
        code, message, _ = refused(call, TableName=table, **asked)
        assert (code, words in message) == ("ValidationException", True)
    in_transaction = [{"Update": {"TableName": table, "Key": long, "UpdateExpression": "REMOVE a"}}]
    assert words in refused(client.transact_write_items, TransactItems=in_transaction)[1]
    in_batch = {table: [{"DeleteRequest": {"Key": long}}]}
    assert words in refused(client.batch_write_item, RequestItems=in_batch)[1]


@pytest.mark.documented(API + "UpdateItem.html")
@pytest.mark.parametrize(
    ("expression", "new", "old"),
    [
        # What stays as it was counts as updated, for the expression names it.
        ("SET a = :same, b = :x", {"a": {"S": "1"}, "b": {"S": "x"}}, {"a": {"S": "1"}, "b": {"S": "2"}}),
        ("SET #m.k = :x", {"m": {"M": {"k": {"S": "x"}}}}, {"m": {"M": {"k": {"S": "v"}}}}),
        ("SET l[1] = :x", {"l": {"L": [{"S": "x"}]}}, {"l": {"L": [{"S": "l1"}]}}),
        ("REMOVE a ADD n :one", {"n": {"N": "2"}}, {"a": {"S": "1"}, "n": {"N": "1"}}),
        ("SET c = if_not_exists(a, :x)", {"c": {"S": "1"}}, None),
    ],
)
def test_an_update_returns_what_its_expression_names(
    local: Local, table: str, expression: str, new: Any, old: Any
) -> None:
    client = local.client("dynamodb")
    before = {
        **key(),
        "a": {"S": "1"},
        "b": {"S": "2"},
        "m": {"M": {"k": {"S": "v"}, "other": {"S": "o"}}},
        "l": {"L": [{"S": "l0"}, {"S": "l1"}]},
        "n": {"N": "1"},
    }
    given = {":same": {"S": "1"}, ":x": {"S": "x"}, ":one": {"N": "1"}}
    asked: dict[str, Any] = {"TableName": table, "Key": key(), "UpdateExpression": expression}
    asked["ExpressionAttributeValues"] = {name: value for name, value in given.items() if name in expression}
    if "#m" in expression:
        asked["ExpressionAttributeNames"] = {"#m": "m"}
    for wanted, expected in (("UPDATED_NEW", new), ("UPDATED_OLD", old)):
        client.put_item(TableName=table, Item=before)
        assert client.update_item(**asked, ReturnValues=wanted).get("Attributes") == expected


@pytest.mark.documented(API + "UpdateItem.html")
@pytest.mark.parametrize("call", ["put_item", "update_item", "delete_item"])
def test_a_failed_condition_shows_the_item_that_failed_it(local: Local, table: str, call: str) -> None:
    client = local.client("dynamodb")
    client.put_item(TableName=table, Item={**key(), "v": {"S": "old"}})
    what = {
        "put_item": {"Item": key()},
        "update_item": {"Key": key(), "UpdateExpression": "REMOVE v"},
        "delete_item": {"Key": key()},
    }[call]
    with pytest.raises(client.exceptions.ConditionalCheckFailedException) as caught:
        getattr(client, call)(
            TableName=table,
            ConditionExpression="attribute_not_exists(pk)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
            **what,
        )
    assert caught.value.response["Item"]["v"] == {"S": "old"}
    assert item(local, table)["v"] == {"S": "old"}


@pytest.mark.documented(GUIDE + "TTL.html")
def test_expired_items_stay_readable_for_a_while_and_then_go(local: Local, table: str) -> None:
    client, now = local.client("dynamodb"), int(time.time())
    client.update_time_to_live(TableName=table, TimeToLiveSpecification={"AttributeName": "expiresAt", "Enabled": True})
    times = {
        "past": {"N": str(now - 5)},
        "future": {"N": str(now + 3600)},
        "text": {"S": str(now - 5)},
        "years ago": {"N": str(now - 6 * 365 * 24 * 3600)},
    }
    for sort, value in times.items():
        client.put_item(TableName=table, Item={**key(sort), "expiresAt": value})
    assert item(local, table, "past")
    local.fault("dynamodb.expiry", "due", match={"table": table})
    left = client.query(
        TableName=table, KeyConditionExpression="pk = :p", ExpressionAttributeValues={":p": {"S": "p"}}
    )["Items"]
    assert {each["sk"]["S"] for each in left} == {"future", "text", "years ago"}
    local.fault("dynamodb.expiry", "due", match={"table": table}, parameters={"seconds": 7200})
    assert item(local, table, "future") is None


@pytest.mark.documented(API + "CreateTable.html")
def test_ceilings_and_policies_given_with_a_table_are_kept(local: Local, make_table: Callable[..., str]) -> None:
    client = local.client("dynamodb")
    ceilings = {"MaxReadRequestUnits": 40, "MaxWriteRequestUnits": 20}
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    table = make_table(OnDemandThroughput=ceilings, ResourcePolicy=policy)
    described = client.describe_table(TableName=table)["Table"]
    assert described["OnDemandThroughput"] == ceilings
    assert client.get_resource_policy(ResourceArn=described["TableArn"])["Policy"] == policy
    client.update_table(TableName=table, OnDemandThroughput={"MaxReadRequestUnits": 8, "MaxWriteRequestUnits": 4})
    assert client.describe_table(TableName=table)["Table"]["OnDemandThroughput"]["MaxReadRequestUnits"] == 8


@pytest.mark.documented(GUIDE + "rbac-considerations.html")
def test_a_tables_policy_changes_once_in_15_seconds(local: Local, table: str) -> None:
    client = local.client("dynamodb")
    arn = client.describe_table(TableName=table)["Table"]["TableArn"]
    policies = [json.dumps({"Version": "2012-10-17", "Id": each, "Statement": []}) for each in ("one", "two")]
    first = client.put_resource_policy(ResourceArn=arn, Policy=policies[0])
    assert client.put_resource_policy(ResourceArn=arn, Policy=policies[0])["RevisionId"] == first["RevisionId"]
    code, message, _ = refused(client.put_resource_policy, ResourceArn=arn, Policy=policies[1])
    assert (code, "15 seconds" in message) == ("ResourceInUseException", True)
    assert client.get_resource_policy(ResourceArn=arn)["Policy"] == policies[0]


def test_a_tables_policy_changes_after_15_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = model.LocalDynamoDBBackend("eu-west-1", "123456789012")
    backend.tables["t"] = object()
    arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/t"
    began = int(backend.put_resource_policy(arn, "one", None).revision_id) / 1000
    for seconds, refuses in ((14.9, True), (15.1, False)):
        monkeypatch.setattr(model.time, "time", lambda seconds=seconds: began + seconds)
        if refuses:
            with pytest.raises(PolicyChangedTooSoon):
                backend.put_resource_policy(arn, "two", None)
        else:
            backend.put_resource_policy(arn, "two", None)
    assert backend.resource_policies[arn].policy_doc == "two"


def test_faults_are_addressed_by_operation_and_request(local: Local, table: str) -> None:
    client = local.client("dynamodb")
    match = {"operation": "PutItem", "table": table, "$.Item.sk.S": "second"}
    for kind, code in (("throttle", "ThrottlingException"), ("fail", "InternalServerError")):
        local.fault("dynamodb.call", kind, match=match)
        client.put_item(TableName=table, Item=key("first"))
        assert refused(client.put_item, TableName=table, Item=key("second"))[0] == code
    assert item(local, table, "second") is None
    local.fault("dynamodb.call", "slow", match=match, parameters={"milliseconds": 200})
    began = time.monotonic()
    client.put_item(TableName=table, Item=key("second"))
    assert time.monotonic() - began > 0.2


def test_a_lost_response_hides_a_call_that_was_done(local: Local, table: str) -> None:
    client = local.client("dynamodb")
    local.fault("dynamodb.call", "lost-response", match={"operation": "TransactWriteItems"})
    with pytest.raises(HTTPClientError) as caught:
        client.transact_write_items(TransactItems=[put(table, "done")])
    assert not isinstance(caught.value, EndpointConnectionError)
    assert item(local, table, "done") == key("done")
