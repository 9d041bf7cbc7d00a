"""moto's server as one callable, with its failures turned into refusals.

A handler exception in moto would reach the client as a 500, which SDKs and Terraform retry for minutes. What is
not there is said once, as a 4xx that names service and operation.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.test import run_wsgi_app

from localaws.http import Request, Response
from localaws.operations import Operation, environ_of, not_faked
from localaws.services import Services
from localaws.sns.delivery import trace_header

if TYPE_CHECKING:
    from werkzeug.datastructures import Headers

log = logging.getLogger(__name__)

THREADS = 16
"""moto's handlers take milliseconds; Terraform runs ten requests at a time and a test a few more."""


class UnknownBackend(Exception):  # noqa: N818 - becomes a refusal
    """moto has no backend for the service."""


class _Dispatcher(DomainDispatcherApplication):
    def get_backend_for_host(self, host: str | None) -> Any:
        backend = super().get_backend_for_host(host)
        if backend is None and host is not None:
            raise UnknownBackend(host)
        return backend


class MotoApp:
    """Serves control planes and the data planes that moto has."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._app = _Dispatcher(create_backend_app)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="moto")

    async def call(self, operation: Operation, request: Request) -> Response:
        """Answers one request. Never with a 500: an exception in moto is a 4xx naming the operation."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._call, operation, request)

    def close(self) -> None:
        """Stops the threads once their requests are answered."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _call(self, operation: Operation, request: Request) -> Response:
        trace_header.set(request.headers.get("x-amzn-trace-id"))
        try:
            with self._services.before_moto(operation.service):
                body, status, headers = run_wsgi_app(self._app, environ_of(request), buffered=True)
                content = b"".join(body)
        except NotImplementedError:
            return not_faked(operation)
        except UnknownBackend:
            return not_faked(operation)
        except Exception as error:
            log.exception("moto failed on %s %s", operation.service, operation.name)
            text = f"local AWS failed on {operation.service} {operation.name}: {type(error).__name__}: {error}"
            return operation.error("LocalAwsFault", text, 400)
        code = int(status.split(" ", 1)[0])
        if code == 404 and _is_html(headers):
            return not_faked(operation)
        if code >= 500:
            log.error("moto answered %s to %s %s: %r", code, operation.service, operation.name, content[:500])
            text = f"local AWS failed on {operation.service} {operation.name}: {content[:200].decode(errors='replace')}"
            return operation.error("LocalAwsFault", text, 400)
        return Response(code, content, list(headers.items()))


def _is_html(headers: Headers) -> bool:
    return str(headers.get("Content-Type", "")).startswith("text/html")
