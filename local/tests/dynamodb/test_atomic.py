"""Conditional writes and transactions are atomic, on a server whose threads take turns as often as they can."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from conftest import Local

from dynamodb.conftest import create, key

CONDITIONS = (
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithItems.html"
    "#WorkingWithItems.ConditionalUpdate"
)
TRANSACTIONS = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html"
COUNTERS = (
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithItems.html"
    "#WorkingWithItems.AtomicCounters"
)

HASTY = "import sys; sys.setswitchinterval(1e-6); from localaws.__main__ import main; main()"
LOST = ("ConditionalCheckFailedException", "TransactionCanceledException")
RACERS = 6
ROUNDS = 20


@pytest.fixture(scope="module")
def hasty() -> Iterator[Local]:
    process = subprocess.Popen(
        [sys.executable, "-c", HASTY, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    try:
        yield Local(process.stdout.readline().split()[1], process, Path("/dev/null"))
    finally:
        process.terminate()
        assert process.wait(60) == 0


def winners(race: Callable[[str], Any]) -> list[str]:
    """The racers whose call went through, all let go at the same moment."""
    gate = threading.Barrier(RACERS)

    def run(racer: str) -> str | None:
        gate.wait()
        try:
            race(racer)
        except ClientError as error:
            assert error.response["Error"]["Code"] in (
                "ConditionalCheckFailedException",
                "TransactionCanceledException",
            )
            return None
        return racer

    with ThreadPoolExecutor(RACERS) as pool:
        return [racer for racer in pool.map(run, map(str, range(RACERS))) if racer]


@pytest.mark.documented(CONDITIONS)
def test_of_many_conditional_writes_one_wins(hasty: Local) -> None:
    table, client = create(hasty), hasty.client("dynamodb")
    for turn in range(ROUNDS):
        won = winners(
            lambda racer, turn=turn: client.update_item(
                TableName=table,
                Key=key(str(turn)),
                UpdateExpression="SET racer = :me",
                ConditionExpression="attribute_not_exists(racer)",
                ExpressionAttributeValues={":me": {"S": racer}},
            )
        )
        assert len(won) == 1
        assert client.get_item(TableName=table, Key=key(str(turn)))["Item"]["racer"] == {"S": won[0]}


@pytest.mark.documented(TRANSACTIONS)
def test_of_many_transactions_one_wins_and_leaves_all_of_it(hasty: Local) -> None:
    table, client = create(hasty), hasty.client("dynamodb")
    for turn in range(ROUNDS):
        won = winners(
            lambda racer, turn=turn: client.transact_write_items(
                TransactItems=[
                    {"Put": {"TableName": table, "Item": {**key(f"{turn}-a"), "racer": {"S": racer}}}},
                    {
                        "Put": {
                            "TableName": table,
                            "Item": {**key(f"{turn}-b"), "racer": {"S": racer}},
                            "ConditionExpression": "attribute_not_exists(pk)",
                        }
                    },
                ]
            )
        )
        assert len(won) == 1
        for half in "ab":
            assert client.get_item(TableName=table, Key=key(f"{turn}-{half}"))["Item"]["racer"] == {"S": won[0]}


@pytest.mark.documented(COUNTERS)
def test_no_addition_is_lost(hasty: Local) -> None:
    table, client = create(hasty), hasty.client("dynamodb")
    for _ in range(ROUNDS):
        won = winners(
            lambda _: client.update_item(
                TableName=table,
                Key=key(),
                UpdateExpression="ADD n :one",
                ExpressionAttributeValues={":one": {"N": "1"}},
            )
        )
        assert len(won) == RACERS
    assert client.get_item(TableName=table, Key=key())["Item"]["n"] == {"N": str(RACERS * ROUNDS)}
