"""Every AWS service that local AWS adds to or corrects, in one table.

A service is a folder with `install(context)`, which puts its corrections into moto and returns what it answers itself.
What a service has of these it has in the part of that name, a module of its folder (or a folder, where it is large):

    model       moto's backends, responses and objects, corrected
    routes      operations and requests that are answered here instead of in moto
    needs       NEEDS: what each operation needs of its caller; `policy(arn)`: the policy of a resource
    refusals    RULES: what the control plane refuses and moto lets pass
    faults      what can be made to fail
    errors      errors in AWS's words

Everything that must know of all services (routing, decisions, reset, stop, moto's peculiarities) reads this table.
Classes derived from moto's own must live in a dotted module (moto's metaclass reads the second part of the module's
name), as all of these do.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import importlib.util
import threading
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
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

    folder: str
    names: tuple[str, ...]
    """botocore's names of it."""
    at_first_use: bool = False
    """Its part of moto is slow to import: it is installed when its first request comes, and answers nothing itself."""
    one_at_a_time: bool = False
    """moto's backend lets requests into its dictionaries side by side: listing the versions of a bucket failed when
    Terraform deleted another object of it at the same moment, and two conditional writes both won."""


SERVICES = (
    # Lambda first: the others invoke functions.
    Service("lambda_", ("lambda",)),
    Service("sns", ("sns",)),
    Service("sqs", ("sqs",)),
    Service("appsync", ("appsync",)),
    Service("bedrock", ("bedrock", "bedrock-runtime")),
    Service("logs", ("logs",)),
    Service("cloudwatch", ("cloudwatch",)),
    Service("xray", ("xray",)),
    # Conditions and transactions are atomic there: moto reads, thinks and writes without a lock.
    Service("dynamodb", ("dynamodb",), one_at_a_time=True),
    Service("kms", ("kms",)),
    Service("sts", ("sts",)),
    Service("wafv2", ("wafv2",)),
    Service("s3", ("s3",), one_at_a_time=True),
    Service("ec2", ("ec2",), at_first_use=True),
    Service("route53", ("route53",), at_first_use=True),
)

FOLDERS = {name: service.folder for service in SERVICES for name in service.names}


@functools.cache
def part(service: str, name: str) -> ModuleType | None:
    """A part of a service's folder, imported when it is first asked for; None where the service has no such part."""
    folder = FOLDERS.get(service)
    module = f"localaws.{folder}.{name}"
    return importlib.import_module(module) if folder and importlib.util.find_spec(module) else None


class Services:
    """The table, installed."""

    def __init__(self, context: Context) -> None:
        """Installs every service but those of `at_first_use`, before moto serves its first request."""
        self._context = context
        self._installing = threading.Lock()
        self._late = {name: service for service in SERVICES for name in service.names if service.at_first_use}
        self._locks = {
            name: threading.Lock() for service in SERVICES for name in service.names if service.one_at_a_time
        }
        installed = [(service, self._install(service)) for service in SERVICES if not service.at_first_use]
        self._components = {name: component for service, component in installed for name in service.names}
        self._data_planes = [component.data_plane for _, component in installed if component.data_plane]
        self._forgetting = [component.forget for _, component in reversed(installed) if component.forget]

    def data_plane(self, scope: Scope) -> DataPlane | None:
        """Who serves the request whole, or None if it is an AWS API call."""
        return next((plane for plane in self._data_planes if plane.serves(scope)), None)

    def handler(self, operation: Operation) -> Handler | None:
        """Who answers the operation here, or None if moto does."""
        component = self._components.get(operation.service)
        return component.operations.get(operation.name) if component else None

    def before_moto(self, service: str) -> contextlib.AbstractContextManager[object]:
        """What a thread must hold while moto answers a request of the service, installed by now at the latest."""
        folder = FOLDERS.get(service, "")
        with self._installing:
            late = self._late.pop(folder, None)
            if late:
                self._install(late)
        return self._locks.get(folder, contextlib.nullcontext())

    async def forget(self) -> None:
        """Ends what is under way, in the reverse of the table's order: whoever invokes functions goes before them."""
        for forget in self._forgetting:
            await forget()

    def _install(self, service: Service) -> Component:
        component: Component = importlib.import_module(f"localaws.{service.folder}").install(self._context)
        return component
