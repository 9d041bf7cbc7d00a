"""AppSync: control plane, GraphQL execution, authorization and the real-time protocol.

`control` corrects moto in its own five-file shape; `routes` is the data plane; `endpoint` serves HTTP, `realtime`
WebSockets; both admit callers with `auth` and run requests with `execution`, whose resolvers run in `evaluation`.
"""

from __future__ import annotations

from localaws.appsync.evaluation.operation import evaluate
from localaws.appsync.model import install as _install_model
from localaws.appsync.routes import AppSync
from localaws.context import Context
from localaws.services import Component

__all__ = ["install"]


def install(context: Context) -> Component:
    """Puts our control plane in the place of moto's, and serves every API's data plane."""
    _install_model(context.endpoint)
    data_plane = AppSync(context)
    return Component({"EvaluateCode": evaluate}, data_plane, forget=data_plane.forget)
