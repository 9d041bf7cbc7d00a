"""Client request tokens: a transaction is done once, however often it is asked for with the same token.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
"""

from __future__ import annotations

import json
import time
from typing import Any

from localaws.dynamodb.errors import IdempotentParameterMismatch

VALID_SECONDS = 600
"""After the first request with the token is done."""


class Tokens:
    """The tokens of one region. A transaction that failed leaves none."""

    def __init__(self) -> None:
        self._used: dict[str, tuple[str, float]] = {}

    def is_done(self, asked: dict[str, Any]) -> bool:
        """Whether the same was done with the same token. Raises IdempotentParameterMismatch if something else was."""
        now = time.time()
        self._used = {token: use for token, use in self._used.items() if use[1] > now}
        use = self._used.get(str(asked.get("ClientRequestToken")))
        if use is None:
            return False
        if use[0] != _content(asked):
            raise IdempotentParameterMismatch
        return True

    def done(self, asked: dict[str, Any]) -> None:
        """The transaction was done."""
        token = asked.get("ClientRequestToken")
        if token:
            self._used[token] = _content(asked), time.time() + VALID_SECONDS


def _content(asked: dict[str, Any]) -> str:
    return json.dumps(asked.get("TransactItems"), sort_keys=True, default=str)
