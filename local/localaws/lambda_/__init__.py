"""Lambda's data plane: runs the real `bootstrap` of an uploaded zip against a Runtime API.

moto keeps the control plane (functions, aliases, permissions); `service.LambdaService` is the entry point.
"""

from __future__ import annotations

from localaws.context import Context
from localaws.lambda_ import model
from localaws.lambda_.errors import LambdaError
from localaws.lambda_.result import InvokeResult
from localaws.lambda_.routes import InvokeApi
from localaws.lambda_.service import LambdaService
from localaws.services import Component

__all__ = ["InvokeResult", "LambdaError", "LambdaService", "install"]


def install(context: Context) -> Component:
    """Corrects moto's control plane, and makes the service that every other component invokes functions with."""
    context.lambda_ = LambdaService(context)
    model.install(context)
    return Component(operations={"Invoke": InvokeApi(context.lambda_)}, forget=context.lambda_.close)
