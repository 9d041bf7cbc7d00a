"""A table for each test."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from conftest import Local


@pytest.fixture
def make_table(local: Local) -> Callable[..., str]:
    """Makes a table with a partition and a sort key."""

    def make(**options: Any) -> str:
        return create(local, **options)

    return make


@pytest.fixture
def table(local: Local) -> str:
    return create(local)


def create(local: Local, **options: Any) -> str:
    name = f"t-{uuid.uuid4().hex[:12]}"
    local.client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": each, "AttributeType": "S"} for each in ("pk", "sk")],
        **options,
    )
    return name


def key(sort: str = "s", partition: str = "p") -> dict[str, Any]:
    return {"pk": {"S": partition}, "sk": {"S": sort}}
