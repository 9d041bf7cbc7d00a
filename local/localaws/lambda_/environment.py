"""The environment variables that a function's process sees.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""

from __future__ import annotations

from pathlib import Path

from moto.sts.models import sts_backends

from localaws import partitions
from localaws.authorization import wording
from localaws.context import Context
from localaws.kms.needs import key_needs
from localaws.lambda_.errors import LambdaError
from localaws.lambda_.function import Function
from localaws.loopback import without_proxy

CREDENTIALS_SECONDS = 12 * 3600
"""Lambda retires a sandbox before its credentials lapse."""


def build(function: Function, folder: Path, log_stream: str, context: Context) -> dict[str, str]:
    """Everything but the Runtime API's address. Nothing of this server's own environment is passed on.

    A function meets two differences: Lambda would not set `AWS_ENDPOINT_URL`, nor `NO_PROXY`, without which a proxy
    among its own variables would be asked for loopback.
    """
    _check_key(function, context)
    environment = {
        "AWS_REGION": function.region,
        "AWS_DEFAULT_REGION": function.region,
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": function.version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": function.log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
        "_HANDLER": function.handler,
        "LAMBDA_TASK_ROOT": str(folder),
        "LAMBDA_RUNTIME_DIR": str(folder),
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "PATH": "/usr/local/bin:/usr/bin:/bin:/opt/bin",
        "AWS_ENDPOINT_URL": context.endpoint,
        **_credentials(function, context),
    }
    if function.log_format == "JSON":
        environment["AWS_LAMBDA_LOG_FORMAT"] = "JSON"
        environment["AWS_LAMBDA_LOG_LEVEL"] = function.application_log_level
    return {**function.environment, **without_proxy(function.environment), **environment}


def _check_key(function: Function, context: Context) -> None:
    """Lambda decrypts the variables with the function's role before its code starts."""
    if not function.environment or not function.environment_key:
        return
    arn = partitions.arn("lambda", function.region, f"function:{function.name}")
    encryption = {"aws:lambda:FunctionArn": arn}
    needs = key_needs(function.environment_key, "lambda", function.region, encryption, "Decrypt")
    decision = context.guard.as_role(function.role, function.name, needs, {})
    if not decision.allowed:
        message = (
            "Lambda was unable to decrypt the environment variables because KMS access was denied. Please check the "
            "function's KMS key settings. KMS Exception: AccessDeniedException KMS Message: "
            + wording.message(decision)
        )
        raise LambdaError("KMSAccessDeniedException", message, 502)


def _credentials(function: Function, context: Context) -> dict[str, str]:
    if not context.guard.assume("lambda.amazonaws.com", function.role, None).allowed:
        message = "The role defined for the function cannot be assumed by Lambda."
        raise LambdaError("AccessDeniedException", message, 403)
    role = partitions.of_partition(sts_backends, function.region).assume_role(
        region_name=function.region,
        role_session_name=function.name,
        role_arn=function.role,
        policy="",
        duration=CREDENTIALS_SECONDS,
        external_id="",
    )
    context.guard.place(role.access_key_id, function.name, function.region)
    return {
        "AWS_ACCESS_KEY_ID": role.access_key_id,
        "AWS_SECRET_ACCESS_KEY": role.secret_access_key,
        "AWS_SESSION_TOKEN": role.session_token,
    }
