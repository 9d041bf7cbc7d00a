"""Brings what mutations publish to the subscriptions that want it."""

from __future__ import annotations

import json
import logging
from typing import Any, Protocol

from localaws.appsync import faults, limits, metrics
from localaws.appsync.control.models import GraphqlApi
from localaws.appsync.execution.executor import Published
from localaws.appsync.realtime.subscription import Subscription
from localaws.faults import Fault, Faults

log = logging.getLogger(__name__)


class Receiver(Protocol):
    """A connection, as the hub sees it."""

    def deliver(self, subscription: Subscription, payload: dict[str, Any], fault: Fault | None) -> None:
        """Sends a `data` message, or does with it what the fault says."""

    def invalidate(self, subscription: Subscription) -> None:
        """Ends the subscription and with it the connection."""


class Hub:
    """Every live subscription of every API. Used on the event loop only."""

    def __init__(self, registry: Faults) -> None:
        self._faults = registry
        self._live: dict[tuple[str, str], dict[tuple[int, str], tuple[Receiver, Subscription]]] = {}

    def add(self, receiver: Receiver, subscription: Subscription) -> None:
        """Starts delivering to a subscription."""
        self._members(subscription)[id(receiver), subscription.id] = receiver, subscription

    def remove(self, receiver: Receiver, subscription: Subscription) -> None:
        """Stops delivering. Doing it twice is harmless."""
        self._members(subscription).pop((id(receiver), subscription.id), None)

    def publish(self, api: GraphqlApi, published: Published) -> None:
        """Delivers one mutation field's value. A value over 240 KB reaches nobody, and the publisher never knows."""
        assert api.schema is not None
        fields = api.schema.subscriptions_to(published.mutation)
        if not fields:
            return
        if len(json.dumps(published.value).encode()) > limits.SUBSCRIPTION_PAYLOAD_BYTES:
            metrics.count(api, "InboundMessageError")
            return
        for field in fields:
            for receiver, subscription in list(self._live.get((api.api_id, field), {}).values()):
                self._offer(receiver, subscription, published.value)

    def _offer(self, receiver: Receiver, subscription: Subscription, value: dict[str, Any]) -> None:
        try:
            if not subscription.wants(value):
                return
            payload = subscription.payload(value)
        except Exception:  # a schema changed under a live subscription must not fail somebody else's mutation
            log.exception("subscription %s of %s cannot be served", subscription.field, subscription.api.api_id)
            return
        fault = self._faults.take(faults.MESSAGE, value, api=subscription.api.api_id, operation=subscription.field)
        receiver.deliver(subscription, payload, fault)

    def invalidate(self, api: GraphqlApi, invalidation: Any) -> None:
        """Carries out `extensions.invalidateSubscriptions`."""
        if not isinstance(invalidation, dict):
            return
        field, value = invalidation.get("subscriptionField"), invalidation.get("payload") or {}
        for receiver, subscription in list(self._live.get((api.api_id, str(field)), {}).values()):
            wanted = subscription.invalidation_filter
            if wanted is not None and wanted.passes(value):
                receiver.invalidate(subscription)

    def _members(self, subscription: Subscription) -> dict[tuple[int, str], tuple[Receiver, Subscription]]:
        return self._live.setdefault((subscription.api.api_id, subscription.field), {})
