"""Items past their time are deleted, some time later and without a caller.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
"""

from __future__ import annotations

import time
from typing import Any

from localaws.dynamodb import faults
from localaws.faults import Faults

SWEEP_SECONDS = 60.0

OLDEST_SECONDS = 5 * 365 * 24 * 3600
"""What expired longer ago is taken for a mistake and stays."""


class Expiry:
    """Deletes expired items before a call is done: nobody but a call could see whether they are there."""

    def __init__(self, registry: Faults) -> None:
        self._faults = registry
        self._swept: dict[str, float] = {}
        """Table ARN, with when it was swept."""

    def before_call(self, tables: list[Any]) -> None:
        """Sweeps the tables whose time has come."""
        now = time.time()
        for table in tables:
            if table.ttl.get("TimeToLiveStatus") != "ENABLED":
                continue
            fault = self._faults.take(faults.EXPIRY, table=table.name)
            if fault:
                _sweep(table, now + float(fault.parameters.get("seconds", 0)))
            elif now >= self._swept.setdefault(table.table_arn, now) + SWEEP_SECONDS:
                self._swept[table.table_arn] = now
                _sweep(table, now)


def _sweep(table: Any, now: float) -> None:
    name = table.ttl["AttributeName"]
    for item in list(table.all_items()):
        value = item.attrs.get(name)
        if value is not None and value.type == "N" and now - OLDEST_SECONDS < float(value.value) < now:
            table.delete_item(item.hash_key, item.range_key)
