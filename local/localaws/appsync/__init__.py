"""AppSync: control plane, GraphQL execution, authorization and the real-time protocol.

`control` corrects moto in its own five-file shape; `service` is the data plane; `endpoint` serves HTTP, `realtime`
WebSockets; both admit callers with `auth` and run requests with `execution`, whose resolvers run in `evaluation`.
"""

from __future__ import annotations

from localaws.appsync.control.install import install as _install_control
from localaws.appsync.service import AppSync
from localaws.context import Context

__all__ = ["AppSync", "install"]


def install(context: Context) -> None:
    """Patches moto's AppSync control plane. Called before moto serves its first request."""
    _install_control(context.endpoint)
