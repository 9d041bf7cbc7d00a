"""DynamoDB: one call at a time, so conditions and transactions are atomic; items expire; limits and policies count.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html

Differs from AWS: every read is consistent and every change is visible at once, to a table's policy and settings too;
on-demand ceilings are kept and throttle nothing; of PartiQL, streams, exports and backups nothing is decided, so only
the operator may use them; capacity is not counted; expired items go within a minute, not within days.
"""

from __future__ import annotations

from localaws.context import Context
from localaws.dynamodb import faults, model, routes
from localaws.services import Component

__all__ = ["install"]


def install(context: Context) -> Component:
    """Corrects moto's DynamoDB, and stands before it to act faults out."""
    faults.declare(context.faults)
    model.install(context.faults)
    return Component(operations=dict.fromkeys(routes.ON_ITEMS, routes.ItemCalls(context)))
