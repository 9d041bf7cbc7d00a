"""What invoking a function needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import lambda_backends

from localaws import partitions
from localaws.authorization.actions import Need, Needs
from localaws.operations import Operation
from localaws.settings import ACCOUNT_ID


def policy(arn: str) -> Any:
    """The function's policy."""
    parts = arn.split(":")
    try:
        model = lambda_backends[ACCOUNT_ID][parts[3]].get_function(parts[6], None)
    except UnknownFunctionException:
        return None
    return {"Version": "2012-10-17", "Statement": model.policy.statements}


def _invoke(operation: Operation) -> Iterator[Need]:
    name = operation.parameters["FunctionName"]
    qualifier = operation.parameters.get("Qualifier")
    name = name.rsplit(":function:", maxsplit=1)[-1]
    arn = partitions.arn("lambda", operation.region, f"function:{name}")
    yield Need("lambda:InvokeFunction", f"{arn}:{qualifier}" if qualifier else arn)


NEEDS: dict[str, Needs] = {"Invoke": _invoke}
