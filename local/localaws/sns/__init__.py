"""SNS: deliveries to functions, as SNS makes them; topics and subscriptions are moto's."""

from __future__ import annotations

from localaws.context import Context
from localaws.services import Component
from localaws.sns import model
from localaws.sns.delivery import Deliveries

__all__ = ["install"]


def install(context: Context) -> Component:
    """Corrects moto's topics, and puts deliveries of our own in the place of moto's."""
    deliveries = Deliveries(context)
    model.install(context, deliveries)
    return Component(forget=deliveries.close)
