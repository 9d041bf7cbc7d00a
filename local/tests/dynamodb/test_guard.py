"""Who may do what with items: actions of transactions and batches, condition keys, table policies, keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from authorization.support import Session, allow, document, refused
from conftest import ACCOUNT, REGION, Local

from dynamodb.conftest import key

ACTIONS = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html"
TRANSACTIONS = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html"
CONDITIONS = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html"
POLICIES = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/access-control-resource-based.html"
KEYS = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html"


def arn(table: str) -> str:
    return f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{table}"


@pytest.mark.documented(ACTIONS)
def test_a_role_reads_the_table_it_may_and_no_other(local: Local, make_table: Callable[..., str]) -> None:
    mine, other = make_table(), make_table()
    caller = Session(local, allow("dynamodb:GetItem", arn(mine)))
    caller.client("dynamodb").get_item(TableName=mine, Key=key())
    code, message, status = refused(caller.client("dynamodb").get_item, TableName=other, Key=key())
    session = caller.arn.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/") + "/run"
    assert (code, status) == ("AccessDeniedException", 400)
    assert message == (
        f"User: {session} is not authorized to perform: dynamodb:GetItem on resource: {arn(other)} "
        "because no identity-based policy allows the dynamodb:GetItem action"
    )


def transaction(table: str) -> dict[str, Any]:
    parts = {
        "Put": {"Item": key("put")},
        "Update": {"Key": key("update"), "UpdateExpression": "REMOVE a"},
        "Delete": {"Key": key("delete")},
        "ConditionCheck": {"Key": key("check"), "ConditionExpression": "attribute_not_exists(pk)"},
    }
    return {"TransactItems": [{kind: {"TableName": table, **part}} for kind, part in parts.items()]}


@pytest.mark.documented(TRANSACTIONS)
@pytest.mark.parametrize("missing", ["PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"])
def test_each_part_of_a_transaction_needs_its_own_action(local: Local, table: str, missing: str) -> None:
    actions = {f"dynamodb:{each}" for each in ("PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem")}
    caller = Session(local, allow(sorted(actions), arn(table)))
    caller.client("dynamodb").transact_write_items(**transaction(table))
    caller.may(allow(sorted(actions - {f"dynamodb:{missing}"}), arn(table)))
    code, message, _ = refused(caller.client("dynamodb").transact_write_items, **transaction(table))
    assert code == "AccessDeniedException"
    assert f"not authorized to perform: dynamodb:{missing} on resource: {arn(table)}" in message


@pytest.mark.documented(TRANSACTIONS)
def test_an_action_may_be_for_transactions_only(local: Local, table: str) -> None:
    inside = {"ForAnyValue:StringEquals": {"dynamodb:EnclosingOperation": ["TransactWriteItems"]}}
    caller = Session(local, allow("dynamodb:PutItem", arn(table), Condition=inside)).client("dynamodb")
    caller.transact_write_items(TransactItems=[{"Put": {"TableName": table, "Item": key()}}])
    assert refused(caller.put_item, TableName=table, Item=key())[0] == "AccessDeniedException"


@pytest.mark.documented(ACTIONS)
def test_a_batch_needs_its_action_on_each_table(local: Local, make_table: Callable[..., str]) -> None:
    mine, other = make_table(), make_table()
    caller = Session(local, allow(["dynamodb:BatchWriteItem", "dynamodb:BatchGetItem"], arn(mine))).client("dynamodb")
    writes, reads = [{"PutRequest": {"Item": key()}}], {"Keys": [key()]}
    caller.batch_write_item(RequestItems={mine: writes})
    caller.batch_get_item(RequestItems={mine: reads})
    for call, asked in ((caller.batch_write_item, writes), (caller.batch_get_item, reads)):
        code, message, _ = refused(call, RequestItems={mine: asked, other: asked})
        assert (code, arn(other) in message) == ("AccessDeniedException", True)


@pytest.mark.documented(CONDITIONS)
def test_leading_keys_bind_a_caller_to_a_partition(local: Local, table: str) -> None:
    only_mine = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["me"]}}
    caller = Session(local, allow("dynamodb:*", arn(table), Condition=only_mine)).client("dynamodb")
    queried = {"KeyConditionExpression": "#p = :p AND begins_with(sk, :s)", "ExpressionAttributeNames": {"#p": "pk"}}
    for owner, may in (("me", True), ("you", False)):
        values = {":p": {"S": owner}, ":s": {"S": "x"}}
        calls: list[tuple[Any, dict[str, Any]]] = [
            (caller.get_item, {"TableName": table, "Key": key("s", owner)}),
            (caller.put_item, {"TableName": table, "Item": key("s", owner)}),
            (caller.query, {"TableName": table, **queried, "ExpressionAttributeValues": values}),
            (
                caller.transact_write_items,
                {"TransactItems": [{"Delete": {"TableName": table, "Key": key("s", owner)}}]},
            ),
            (
                caller.batch_get_item,
                {"RequestItems": {table: {"Keys": [key("a", "me"), key("b", owner)]}}},
            ),
        ]
        for call, asked in calls:
            if may:
                call(**asked)
            else:
                assert refused(call, **asked)[0] == "AccessDeniedException"
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html: a Scan has none.
    assert caller.scan(TableName=table)["Count"] == 0


@pytest.mark.documented(CONDITIONS)
def test_attributes_may_be_limited(local: Local, table: str) -> None:
    narrow = {
        "ForAllValues:StringEquals": {"dynamodb:Attributes": ["pk", "sk", "mine"]},
        "StringEqualsIfExists": {"dynamodb:ReturnValues": ["NONE", "UPDATED_NEW"]},
    }
    caller = Session(local, allow("dynamodb:UpdateItem", arn(table), Condition=narrow)).client("dynamodb")
    asked = {"TableName": table, "Key": key(), "ExpressionAttributeValues": {":v": {"S": "v"}}}
    caller.update_item(**asked, UpdateExpression="SET mine = :v", ReturnValues="UPDATED_NEW")
    names = {"#c": "hidden"}
    for refusal in (
        {"UpdateExpression": "SET #c = :v", "ExpressionAttributeNames": names},
        {"UpdateExpression": "SET mine = :v", "ConditionExpression": "attribute_exists(hidden)"},
        {"UpdateExpression": "SET mine = :v", "ReturnValues": "ALL_NEW"},
    ):
        assert refused(caller.update_item, **asked, **refusal)[0] == "AccessDeniedException"


@pytest.mark.documented(ACTIONS)
def test_an_index_is_a_resource_of_its_own(local: Local, make_table: Callable[..., str]) -> None:
    index = {
        "IndexName": "by-sort",
        "KeySchema": [{"AttributeName": "sk", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }
    table = make_table(GlobalSecondaryIndexes=[index])
    caller = Session(local, allow("dynamodb:Query", arn(table)))
    asked = {
        "TableName": table,
        "IndexName": "by-sort",
        "KeyConditionExpression": "sk = :s",
        "ExpressionAttributeValues": {":s": {"S": "s"}},
    }
    assert f"{arn(table)}/index/by-sort" in refused(caller.client("dynamodb").query, **asked)[1]
    caller.may(allow("dynamodb:Query", f"{arn(table)}/index/*"))
    assert caller.client("dynamodb").query(**asked)["Count"] == 0


@pytest.mark.documented(POLICIES)
def test_a_tables_policy_allows_and_denies(local: Local, table: str) -> None:
    caller = Session(local)
    operator = local.client("dynamodb")
    statements = [allow("dynamodb:GetItem", arn(table), Principal={"AWS": caller.arn})]
    operator.put_resource_policy(ResourceArn=arn(table), Policy=document(*statements))
    caller.client("dynamodb").get_item(TableName=table, Key=key())
    deny = {**allow("dynamodb:GetItem", arn(table), Principal="*"), "Effect": "Deny"}
    operator.delete_resource_policy(ResourceArn=arn(table))
    operator.put_resource_policy(ResourceArn=arn(table), Policy=document(deny))
    caller.may(allow("dynamodb:GetItem", arn(table)))
    message = refused(caller.client("dynamodb").get_item, TableName=table, Key=key())[1]
    assert message.endswith("with an explicit deny in a resource-based policy")


@pytest.mark.documented(KEYS)
def test_an_encrypted_table_needs_its_key_through_dynamodb(local: Local, make_table: Callable[..., str]) -> None:
    root = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    policy = document(allow("kms:*", Principal=root))
    cmk = local.client("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"]
    table = make_table(SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": cmk})
    items = allow("dynamodb:PutItem", arn(table))
    caller = Session(local, items)
    code, message, _ = refused(caller.client("dynamodb").put_item, TableName=table, Item=key())
    assert (code, f"kms:Decrypt on resource: {cmk}" in message) == ("AccessDeniedException", True)
    context = {"kms:EncryptionContext:aws:dynamodb:tableName": table}
    for service, may in (("sns", False), ("dynamodb", True)):
        via = {"StringEquals": {"kms:ViaService": f"{service}.{REGION}.amazonaws.com", **context}}
        caller.may(items, allow("kms:Decrypt", cmk, Condition=via))
        if may:
            caller.client("dynamodb").put_item(TableName=table, Item=key())
        else:
            assert refused(caller.client("dynamodb").put_item, TableName=table, Item=key())[0] == code


@pytest.mark.documented(KEYS)
def test_a_key_that_dynamodb_manages_asks_nothing_of_the_caller(local: Local, make_table: Callable[..., str]) -> None:
    table = make_table(SSESpecification={"Enabled": True, "SSEType": "KMS"})
    caller = Session(local, allow("dynamodb:PutItem", arn(table)))
    caller.client("dynamodb").put_item(TableName=table, Item=key())


def test_an_operation_on_tables_is_the_operators_only(local: Local, table: str) -> None:
    caller = Session(local, allow("dynamodb:*"))
    code, message, _ = refused(caller.client("dynamodb").describe_table, TableName=table)
    assert (code, "local AWS decides no dynamodb DescribeTable" in message) == ("AccessDeniedException", True)
