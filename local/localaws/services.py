"""Every AWS service that local AWS adds to or corrects, in one table.

A service is a module with `install(context)`, which puts its corrections into moto and returns what it answers itself.
Everything that must know of all services (routing, reset, stop, moto's peculiarities) reads this table.
Classes derived from moto's own must live in a dotted module (moto's metaclass reads the second part of the module's
name), as all of these do.
"""

from __future__ import annotations

import contextlib
import importlib
import threading
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from localaws.context import Context
from localaws.http import Receive, Request, Response, Scope, Send
from localaws.operations import Operation

Handler = Callable[[Operation, Request], Awaitable[Response]]


class DataPlane(Protocol):
    """A service that is more than AWS API calls: it gets every request it claims, WebSockets included."""

    def serves(self, scope: Scope) -> bool:
        """Whether a request is for it, by its path or its host."""

    async def http(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one HTTP request."""

    async def websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one WebSocket connection to its end."""


@dataclass(frozen=True)
class Component:
    """What a service answers itself. A service that only corrects moto returns an empty one."""

    operations: Mapping[str, Handler] = field(default_factory=dict)
    """Operations answered on the event loop instead of in moto."""
    data_plane: DataPlane | None = None
    forget: Callable[[], Awaitable[None]] | None = None
    """Ends what is under way (sandboxes, connections, deliveries), at a reset and when the server stops."""


@dataclass(frozen=True)
class Service:
    """One row of the table."""

    name: str
    """botocore's name of it."""
    module: str
    at_first_use: bool = False
    """Its part of moto is slow to import: it is installed when its first request comes, and answers nothing itself."""
    one_at_a_time: bool = False
    """moto's backend walks its own dictionaries while another request may change them: listing the versions of a bucket
    failed when Terraform deleted another object of it at the same moment."""


SERVICES = (
    # Lambda first: the others invoke functions.
    Service("lambda", "localaws.lambda_"),
    Service("sns", "localaws.sns"),
    Service("appsync", "localaws.appsync"),
    Service("bedrock-runtime", "localaws.bedrock"),
    Service("bedrock", "localaws.bedrock.profiles"),
    Service("logs", "localaws.logs"),
    Service("cloudwatch", "localaws.cloudwatch"),
    Service("xray", "localaws.xray"),
    Service("kms", "localaws.kms"),
    Service("s3", "localaws.s3", one_at_a_time=True),
    Service("ec2", "localaws.ec2", at_first_use=True),
    Service("route53", "localaws.route53", at_first_use=True),
)


class Services:
    """The table, installed."""

    def __init__(self, context: Context) -> None:
        """Installs every service but those of `at_first_use`, before moto serves its first request."""
        self._context = context
        self._installing = threading.Lock()
        self._late = {service.name: service for service in SERVICES if service.at_first_use}
        self._locks = {service.name: threading.Lock() for service in SERVICES if service.one_at_a_time}
        self._components = {service.name: self._install(service) for service in SERVICES if not service.at_first_use}
        self._data_planes = [each.data_plane for each in self._components.values() if each.data_plane]

    def data_plane(self, scope: Scope) -> DataPlane | None:
        """Who serves the request whole, or None if it is an AWS API call."""
        return next((plane for plane in self._data_planes if plane.serves(scope)), None)

    def handler(self, operation: Operation) -> Handler | None:
        """Who answers the operation here, or None if moto does."""
        component = self._components.get(operation.service)
        return component.operations.get(operation.name) if component else None

    def before_moto(self, service: str) -> contextlib.AbstractContextManager[object]:
        """What a thread must hold while moto answers a request of the service, installed by now at the latest."""
        with self._installing:
            late = self._late.pop(service, None)
            if late:
                self._install(late)
        return self._locks.get(service, contextlib.nullcontext())

    async def forget(self) -> None:
        """Ends what is under way, in the reverse of the table's order: whoever invokes functions goes before them."""
        for component in reversed(self._components.values()):
            if component.forget:
                await component.forget()

    def _install(self, service: Service) -> Component:
        component: Component = importlib.import_module(service.module).install(self._context)
        return component
