"""Starts and stops local AWS: binds its ports, makes the components, serves until told to end."""

from __future__ import annotations

import asyncio
import logging
import shutil
import signal
import socket
import time
from typing import Any

import uvicorn

from localaws.admin import Admin
from localaws.application import Application
from localaws.authorization.guard import Guard
from localaws.context import Context
from localaws.faults import Faults, Point
from localaws.moto_app import MotoApp
from localaws.services import Services
from localaws.settings import Settings
from localaws.wire import HttpProtocol

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
"""Loopback only: anyone who can reach the endpoint is an administrator of everything behind it."""

SHUTDOWN_SECONDS = 3


def bind(port: int) -> socket.socket:
    """A listening socket on the loopback address; port 0 picks a free one."""
    # With the protocol named asyncio recognises TCP and sends without Nagle's delay; else every answer waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((HOST, port))
    listener.set_inheritable(False)
    return listener


class LocalAws:
    """One running emulator."""

    def __init__(self, settings: Settings, loop: asyncio.AbstractEventLoop) -> None:
        self._settings = settings
        self._started = time.time()
        self._sockets = [bind(settings.port)]
        if settings.tls_port is not None:
            self._sockets.append(bind(settings.tls_port))
        ports = [listener.getsockname()[1] for listener in self._sockets]
        self.endpoint = f"http://{HOST}:{ports[0]}"
        self.tls_endpoint = f"https://localhost:{ports[1]}" if len(ports) > 1 else None
        self._faults = Faults()
        self._guard = Guard(settings)
        context = Context(settings, self._faults, loop, self.endpoint, self.tls_endpoint, self._guard)
        self._services = Services(context)
        self._moto = MotoApp(self._services)
        context.moto = self._moto.call
        admin = Admin(self._faults, self._guard, self.reset, self.health)
        self.application = Application(self._services, self._moto, self._guard, admin)

    def health(self) -> dict[str, Any]:
        """What GET /_local/health shows."""
        return {
            "status": "ok",
            "endpoint": self.endpoint,
            "tlsEndpoint": self.tls_endpoint,
            "bedrock": self._settings.bedrock,
            "readers": str(self._guard.readers.network),
            "uptimeSeconds": round(time.time() - self._started, 1),
        }

    def fault_points(self) -> list[Point]:
        """Every place that can be made to fail."""
        return self._faults.points()

    async def reset(self) -> None:
        """Forgets every resource, sandbox, connection and fault, as if just started."""
        from moto.moto_api._internal.models import moto_api_backend  # noqa: PLC0415 - after moto's settings

        await self._services.forget()
        self._faults.remove()
        self._guard.withheld.forget()
        self._guard.forget_networks()
        await asyncio.to_thread(moto_api_backend.reset)

    async def serve(self) -> None:
        """Serves until SIGINT or SIGTERM, then ends every function process and connection."""
        servers = [uvicorn.Server(self._config(tls=index == 1)) for index in range(len(self._sockets))]
        loop = asyncio.get_running_loop()
        stopping = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stopping.set)
        # Server.serve() would take over the signals, which end more than one server here.
        tasks = [
            asyncio.create_task(server._serve([listener]))
            for server, listener in zip(servers, self._sockets, strict=True)
        ]
        while not all(server.started for server in servers):
            if any(task.done() for task in tasks):
                break
            await asyncio.sleep(0.005)
        print(f"ready {self.endpoint}" + (f" {self.tls_endpoint}" if self.tls_endpoint else ""), flush=True)
        stop = asyncio.create_task(stopping.wait())
        await asyncio.wait([stop, *tasks], return_when=asyncio.FIRST_COMPLETED)
        await self._services.forget()
        for server in servers:
            server.should_exit = True
        await asyncio.gather(*tasks)
        stop.cancel()
        self._moto.close()
        shutil.rmtree(self._settings.state_dir / "code", ignore_errors=True)

    def _config(self, *, tls: bool) -> uvicorn.Config:
        config = uvicorn.Config(
            self.application,
            http=HttpProtocol,
            ws="websockets-sansio",
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
            ws_ping_interval=None,
            ws_max_size=4 * 1024 * 1024,
            ssl_certfile=str(self._settings.tls_cert) if tls else None,
            ssl_keyfile=str(self._settings.tls_key) if tls else None,
        )
        config.load()
        if config.ssl is not None:
            config.ssl.set_alpn_protocols(["h2", "http/1.1"])
        return config


async def run(settings: Settings) -> None:
    """Runs one emulator to its end."""
    await LocalAws(settings, asyncio.get_running_loop()).serve()
