"""The admin API under /_local/: health, faults on demand, decisions, reset. Nothing in AWS corresponds to it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import fields
from typing import Any
from urllib.parse import parse_qs

from localaws.authorization.journal import Journal
from localaws.faults import Fault, Faults, UnknownFault
from localaws.http import Request, Response

WRITABLE = {field.name for field in fields(Fault)} - {"id", "taken"}


class Admin:
    """Answers everything under /_local/."""

    def __init__(
        self,
        faults: Faults,
        journal: Journal,
        reset: Callable[[], Awaitable[None]],
        health: Callable[[], dict[str, Any]],
    ) -> None:
        self._faults = faults
        self._journal = journal
        self._reset = reset
        self._health = health

    async def call(self, request: Request) -> Response:  # noqa: PLR0911 - one return per call
        """Answers one request."""
        match request.method, request.raw_path:
            case "GET", "/_local/health":
                return Response.json(200, self._health())
            case "POST", "/_local/reset":
                await self._reset()
                return Response.json(200, {"reset": True})
            case "GET", "/_local/decisions":
                return self._decisions(request)
            case "GET", "/_local/faults":
                return self._list()
            case "POST", "/_local/faults":
                return self._add(request)
            case "DELETE", "/_local/faults":
                fault_id = parse_qs(request.query).get("id", [None])[0]
                return Response.json(200, {"removed": self._faults.remove(fault_id)})
        return Response.json(404, {"message": f"no admin call {request.method} {request.raw_path}"})

    def _decisions(self, request: Request) -> Response:
        mark = parse_qs(request.query).get("since", ["0"])[0]
        if not mark.isdigit():
            return Response.json(400, {"message": f"since must be a mark, a number, not {mark!r}"})
        return Response.json(200, self._journal.since(int(mark)))

    def _list(self) -> Response:
        points = [
            {"name": point.name, "attributes": point.attributes, "document": point.document, "kinds": point.kinds}
            for point in self._faults.points()
        ]
        return Response.json(200, {"faults": [f.as_dict() for f in self._faults.list()], "points": points})

    def _add(self, request: Request) -> Response:
        try:
            document = json.loads(request.body)
            unknown = set(document) - WRITABLE
            if unknown:
                raise UnknownFault(f"a fault has no {sorted(unknown)}; it has: {sorted(WRITABLE)}")
            fault = self._faults.add(Fault(**document))
        except (TypeError, ValueError) as error:
            return Response.json(400, {"message": str(error)})
        return Response.json(201, fault.as_dict())
