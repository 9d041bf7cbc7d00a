"""Lambda's data plane: runs the real `bootstrap` of an uploaded zip against a Runtime API.

moto keeps the control plane (functions, aliases, permissions); `service.LambdaService` is the entry point.
"""

from localaws.lambda_.errors import LambdaError
from localaws.lambda_.result import InvokeResult
from localaws.lambda_.service import LambdaService

__all__ = ["InvokeResult", "LambdaError", "LambdaService"]
