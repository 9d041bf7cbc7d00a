"""The admin API under /_local/: health, faults on demand, decisions, reset. Nothing in AWS corresponds to it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import fields
from typing import Any
from urllib.parse import parse_qs

from localaws.authorization import inventory, questions
from localaws.authorization.guard import Guard
from localaws.faults import Fault, Faults, UnknownFault
from localaws.http import Request, Response

WRITABLE = {field.name for field in fields(Fault)} - {"id", "taken"}


class Admin:
    """Answers everything under /_local/."""

    def __init__(
        self,
        faults: Faults,
        guard: Guard,
        reset: Callable[[], Awaitable[None]],
        health: Callable[[], dict[str, Any]],
    ) -> None:
        self._faults = faults
        self._guard = guard
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
            case "GET", "/_local/policies":
                return Response.json(200, {"policies": inventory.policies()})
            case "POST", "/_local/decide":
                return self._decide(request)
            case "PUT", "/_local/withheld":
                return self._withhold(request)
            case "POST", "/_local/readers":
                return self._declare_readers(request)
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
        return Response.json(200, self._guard.journal.since(int(mark)))

    def _decide(self, request: Request) -> Response:
        try:
            answers = [questions.ask(self._guard, each) for each in json.loads(request.body)["questions"]]
        except (LookupError, TypeError, ValueError) as error:
            return Response.json(400, {"message": f"no decision: {type(error).__name__}: {error}"})
        return Response.json(200, {"decisions": answers})

    def _withhold(self, request: Request) -> Response:
        try:
            asked = json.loads(request.body)
            self._guard.withhold(str(asked.get("proof", "")), asked["parts"])
        except (KeyError, TypeError, ValueError) as error:
            return Response.json(400, {"message": f"nothing is withheld: {type(error).__name__}: {error}"})
        return Response.json(200, {"withheld": True})

    def _declare_readers(self, request: Request) -> Response:
        try:
            self._guard.readers.declare(str(json.loads(request.body)["cidr_block"]))
        except (KeyError, TypeError, ValueError) as error:
            message = f'readers are declared as {{"cidr_block": "10.20.0.0/16"}}: {type(error).__name__}: {error}'
            return Response.json(400, {"message": message})
        return Response.json(200, {"cidr_block": str(self._guard.readers.network)})

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
