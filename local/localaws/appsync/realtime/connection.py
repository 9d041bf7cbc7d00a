"""One WebSocket connection: handshake, connection_init, subscriptions, and its end.

https://docs.aws.amazon.com/appsync/latest/devguide/real-time-websocket-client.html
Differs from AWS: where the documentation says only that there is an error (a duplicate or unknown id, a wrong host),
its errorType and text are ours; so are close codes.
"""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from localaws.appsync import faults, limits, metrics
from localaws.appsync.auth import Authenticator, Caller, Unauthorized, firewall
from localaws.appsync.control.models import GraphqlApi
from localaws.appsync.realtime import handshake
from localaws.appsync.realtime.channel import GOING_AWAY, POLICY_VIOLATION, Channel
from localaws.appsync.realtime.hub import Hub
from localaws.appsync.realtime.registration import Refused, Registrar
from localaws.appsync.realtime.subscription import Subscription
from localaws.faults import Fault, Faults
from localaws.http import Receive, Scope, Send
from localaws.wafv2.firewall import Firewall

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Services:
    """What connections share."""

    authenticator: Authenticator
    firewall: Firewall
    registrar: Registrar
    hub: Hub
    faults: Faults
    hosts: frozenset[str]
    """What `host` may be besides the Host header of the connection itself."""


class _Pending:
    """Holds the place of a subscription while it is being registered; `stop` may take the place away."""


class Connection:
    """Serves one client until either side ends it."""

    def __init__(self, api: GraphqlApi, scope: Scope, receive: Receive, send: Send, services: Services) -> None:
        self._api = api
        self._scope = scope
        self._receive = receive
        self._services = services
        self._send = send
        self._channel = Channel(send)
        self._live: dict[str, Subscription | _Pending] = {}
        """Subscriptions by id."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_acknowledged = False
        self._falls_silent = False
        """A `silence` fault: nothing is sent after connection_ack."""
        self._lifetime = limits.CONNECTION_SECONDS
        self._keep_alive = limits.KEEP_ALIVE_SECONDS
        host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
        # The auth object names the GraphQL endpoint, whichever of the two hosts is connected to.
        self._hosts = set(services.hosts | {host, host.replace(".appsync-realtime-api.", ".appsync-api.")})
        self._path = str(scope["path"]).removesuffix("/realtime")

    async def run(self) -> None:
        """Accepts the connection and serves it to its end."""
        await self._receive()
        fault = self._services.faults.take(faults.CONNECTION, api=self._api.api_id)
        if fault is not None and fault.kind == "refuse":
            await self._send({"type": "websocket.http.response.start", "status": 503, "headers": []})
            await self._send({"type": "websocket.http.response.body", "body": b""})
            return
        if not handshake.speaks_protocol(self._scope):
            await self._refuse_protocol()
            return
        self._prepare(fault)
        refusal = await self._refusal()
        await self._send({"type": "websocket.accept", "subprotocol": handshake.PROTOCOL})
        writer = asyncio.create_task(self._channel.run())
        expiry = asyncio.get_running_loop().call_later(self._lifetime, self._channel.close, GOING_AWAY)
        reader = asyncio.create_task(self._read(refusal))
        try:
            await asyncio.wait([writer, reader], return_when=asyncio.FIRST_COMPLETED)
        finally:
            expiry.cancel()
            for subscription in self._live.values():
                if isinstance(subscription, Subscription):
                    self._services.hub.remove(self, subscription)
            for task in [writer, reader, *self._tasks]:
                task.cancel()
            await asyncio.gather(writer, reader, *self._tasks, return_exceptions=True)

    async def _refuse_protocol(self) -> None:
        """Says so on the connection: a client cannot see why a handshake was refused.

        The frame is AWS's, seen in https://github.com/graphql-dotnet/graphql-client/issues/591.
        """
        metrics.count(self._api, "ConnectClientError")
        error = {"message": "SubProtocolNotSupportedError", "errorCode": 400}
        await self._send({"type": "websocket.accept"})
        text = json.dumps({"type": "connection_error", "payload": {"errors": [error]}})
        await self._send({"type": "websocket.send", "text": text})
        await self._send({"type": "websocket.close", "code": POLICY_VIOLATION})

    def end(self) -> None:
        """Closes the connection: the server is stopping or forgetting."""
        self._channel.close(GOING_AWAY)

    def deliver(self, subscription: Subscription, payload: dict[str, Any], fault: Fault | None) -> None:
        """Sends a `data` message, or does with it what the fault says."""
        self._channel.data(subscription.id, payload, fault)

    def invalidate(self, subscription: Subscription) -> None:
        """Ends the subscription and with it the connection."""
        self._services.hub.remove(self, subscription)
        self._live.pop(subscription.id, None)
        self._channel.errors("error", [{"message": "Subscription complete."}], subscription.id)
        self._channel.close()

    def _prepare(self, fault: Fault | None) -> None:
        if fault is None:
            return
        seconds = fault.parameters.get("milliseconds", 1000) / 1000
        if fault.kind == "lifetime":
            self._lifetime = seconds
        elif fault.kind == "keep-alive":
            self._keep_alive = seconds
        elif fault.kind == "silence":
            self._falls_silent = True

    async def _refusal(self) -> Unauthorized | None:
        """Why the connection is not admitted, or None. The client is told once it speaks, when it surely listens."""
        try:
            headers = handshake.authorization(self._api, self._scope)
            handshake.check_host(headers, self._hosts)
            await self._caller(headers, f"{self._path}/connect", "{}")
        except Unauthorized as refusal:
            metrics.count(self._api, "ConnectClientError")
            return refusal
        metrics.count(self._api, "ConnectSuccess")
        return None

    async def _caller(self, headers: dict[str, str], path: str, body: str) -> Caller:
        request = handshake.signed_request(self._scope, path, headers, body)
        client = (self._scope.get("client") or ("127.0.0.1", 0))[0]
        return await self._services.authenticator.authenticate(self._api, request, [client])

    async def _read(self, refusal: Unauthorized | None) -> None:
        while True:
            event = await self._receive()
            if event["type"] == "websocket.disconnect":
                return None
            if refusal is not None:
                self._channel.errors("connection_error", [{**refusal.as_error(), "errorCode": refusal.status}])
                self._channel.close(POLICY_VIOLATION)
                return await self._drain()
            try:
                message = json.loads(event.get("text") or "")
                kind = message["type"]
            except (ValueError, KeyError, TypeError):
                self._unsupported("unknown", None)
                continue
            self._handle(kind, message)

    async def _drain(self) -> None:
        """Reads on so that the close handshake can finish."""
        while (await self._receive())["type"] != "websocket.disconnect":
            pass

    def _handle(self, kind: Any, message: dict[str, Any]) -> None:
        identifier = message.get("id")
        if kind == "connection_init":
            self._acknowledge()
        elif not self._is_acknowledged:
            # Documented: everything before connection_ack is ignored.
            return
        elif kind == "start":
            self._start(identifier, message.get("payload"))
        elif kind == "stop":
            self._stop(str(identifier))
        else:
            self._unsupported(kind, identifier)

    def _acknowledge(self) -> None:
        self._channel.say("connection_ack", payload={"connectionTimeoutMs": limits.CONNECTION_TIMEOUT_MS})
        if self._is_acknowledged:
            return
        self._is_acknowledged = True
        self._channel.is_silent = self._falls_silent
        self._spawn(self._keep_alive_forever())

    async def _keep_alive_forever(self) -> None:
        while True:
            await asyncio.sleep(self._keep_alive)
            self._channel.say("ka")

    def _start(self, identifier: Any, payload: Any) -> None:
        if not isinstance(identifier, str) or not identifier:
            self._refuse(Refused("BadRequestException", "A start message needs an id."), None)
        elif identifier in self._live:
            self._refuse(Refused("DuplicatedOperationError", f"Duplicated subscription id {identifier}."), identifier)
        elif len(self._live) >= limits.SUBSCRIPTIONS_PER_CONNECTION:
            message = f"Max number of {limits.SUBSCRIPTIONS_PER_CONNECTION} subscriptions reached"
            self._refuse(Refused("MaxSubscriptionsReachedError", message), identifier)
        else:
            pending = self._live[identifier] = _Pending()
            self._spawn(self._register(identifier, pending, payload))

    async def _register(self, identifier: str, pending: _Pending, payload: Any) -> None:
        refused: Refused | None = None
        try:
            self._pass_firewall(payload)
            data, headers = self._services.registrar.read(payload)
            handshake.check_host(headers, self._hosts)
            caller = await self._caller(headers, self._path, data)
            subscription = await self._services.registrar.subscription(
                self._api, caller, identifier, data, headers, self._scope
            )
        except Unauthorized as refusal:
            refused = Refused(refusal.error_type, refusal.message, errorCode=refusal.status)
        except Refused as reason:
            refused = reason
        if self._live.get(identifier) is not pending:
            return
        if refused is not None:
            del self._live[identifier]
            self._refuse(refused, identifier)
            return
        self._live[identifier] = subscription
        # Nothing is published between these two lines, so no data message can overtake the ack.
        self._channel.say("start_ack", identifier)
        self._services.hub.add(self, subscription)
        metrics.count(self._api, "SubscribeSuccess")

    def _pass_firewall(self, payload: Any) -> None:
        """Raises Unauthorized where the web ACL blocks the subscription, judged by the handshake's headers."""
        address = (self._scope.get("client") or ("127.0.0.1", 0))[0]
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in self._scope["headers"]}
        firewall.check(self._services.firewall, self._api, address, headers, json.dumps(payload).encode())

    def _stop(self, identifier: str) -> None:
        if identifier not in self._live:
            self._refuse(Refused("UnknownOperationError", f"Unknown operation id {identifier}"), identifier)
            return
        subscription = self._live.pop(identifier)
        if isinstance(subscription, Subscription):
            self._services.hub.remove(self, subscription)
        self._channel.say("complete", identifier)

    def _unsupported(self, kind: Any, identifier: Any) -> None:
        message = f"{kind} not supported through the realtime channel"
        self._channel.errors("error", [{"errorType": "UnsupportedOperation", "message": message}], identifier)

    def _refuse(self, refused: Refused, identifier: str | None) -> None:
        metrics.count(self._api, "SubscribeClientError")
        self._channel.errors("error", refused.errors, identifier)

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        with suppress(asyncio.CancelledError):
            error = task.exception()
            if error is not None:
                log.error("a subscription could not be served", exc_info=error)
                self._channel.close(1011)
