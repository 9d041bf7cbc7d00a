"""What every component of local AWS may use: one object, made once by the server and passed in."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from localaws.faults import Faults
from localaws.settings import Settings

if TYPE_CHECKING:
    from localaws.authorization.guard import Guard
    from localaws.lambda_.service import LambdaService
    from localaws.services import Handler


@dataclass
class Context:
    """The running server, as its components see it."""

    settings: Settings
    faults: Faults
    loop: asyncio.AbstractEventLoop
    """The server's event loop. moto's handlers run on threads: they come back here with run_coroutine_threadsafe."""
    endpoint: str
    """`http://127.0.0.1:PORT`, as clients and functions are to use it."""
    tls_endpoint: str | None
    """`https://localhost:PORT`, or None without --tls-port."""
    guard: Guard
    """Decides every call that is not the operator's."""
    moto: Handler = field(init=False)
    """Lets moto answer an operation, for a service that does something before or after; added once moto is there."""
    lambda_: LambdaService = field(init=False)
    """Invokes functions; see `localaws.lambda_`. It needs this object itself, so the server adds it once it is made."""
