"""What several of these tests need."""

from __future__ import annotations

import uuid

import pytest
from conftest import Local


@pytest.fixture
def topic(local: Local) -> str:
    arn: str = local.client("sns").create_topic(Name=f"t-{uuid.uuid4().hex[:12]}")["TopicArn"]
    return arn
