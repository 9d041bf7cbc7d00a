"""A function's configuration as an invocation needs it, read out of moto's control plane."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import LambdaFunction, lambda_backends

from localaws import partitions
from localaws.lambda_.errors import LambdaError
from localaws.settings import ACCOUNT_ID

DEFAULT_RETRIES = 2
DEFAULT_EVENT_AGE_SECONDS = 6 * 3600
"""https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""


@dataclass(frozen=True)
class AsyncConfig:
    """What becomes of asynchronous events that fail."""

    retries: int
    max_age_seconds: int
    on_success: str | None
    """ARN of the destination, or None."""
    on_failure: str | None
    dead_letter: str | None
    """The older way: DeadLetterConfig's target ARN."""


@dataclass(frozen=True)
class Function:
    """One function at one qualifier, at one moment."""

    name: str
    region: str
    version: str
    """`$LATEST` or a number."""
    invoked_arn: str
    """The ARN as invoked: with the alias or version if one was named."""
    role: str
    timeout: int
    memory_mb: int
    architecture: str
    environment: dict[str, str]
    environment_key: str | None
    """ARN of the customer managed key that encrypts the environment."""
    handler: str
    code: bytes
    code_sha256: str
    log_group: str
    log_format: str
    application_log_level: str
    system_log_level: str
    tracing: str
    """`Active` or `PassThrough`."""
    reserved_concurrency: int | None
    asynchronous: AsyncConfig

    @property
    def arn(self) -> str:
        """The function's ARN with its version, as destinations show it."""
        return partitions.arn("lambda", self.region, f"function:{self.name}:{self.version}")

    @property
    def has_own_log_group(self) -> bool:
        """Whether LoggingConfig names a group other than Lambda's default."""
        return self.log_group != f"/aws/lambda/{self.name}"

    @property
    def revision(self) -> str:
        """Changes whenever a running sandbox would no longer match the configuration."""
        parts = [self.version, self.code_sha256, self.role, self.timeout, self.memory_mb, self.environment]
        parts += [self.log_group, self.log_format, self.application_log_level, self.system_log_level, self.handler]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def split(reference: str) -> tuple[str, str | None]:
    """Name and qualifier of a function given by name, `name:qualifier`, partial ARN or ARN."""
    rest = reference.rsplit(":function:", maxsplit=1)[-1] if ":function:" in reference else reference
    name, _, qualifier = rest.partition(":")
    return name, qualifier or None


def find(reference: str, region: str, qualifier: str | None) -> Function:
    """Reads the function. Raises LambdaError where Lambda has no such function or qualifier."""
    if reference.startswith("arn:"):
        region = reference.split(":")[3]
    name, own_qualifier = split(reference)
    qualifier = qualifier or own_qualifier
    try:
        model = lambda_backends[ACCOUNT_ID][region].get_function(name, qualifier)
    except UnknownFunctionException:
        arn = partitions.arn("lambda", region, f"function:{name}") + (f":{qualifier}" if qualifier else "")
        raise LambdaError("ResourceNotFoundException", f"Function not found: {arn}", 404) from None
    return _snapshot(model, region, qualifier)


def exists(name: str, region: str) -> bool:
    """Whether the function is still there."""
    try:
        lambda_backends[ACCOUNT_ID][region].get_function(name, None)
    except UnknownFunctionException:
        return False
    return True


def _snapshot(model: LambdaFunction, region: str, qualifier: str | None) -> Function:
    published = qualifier is not None and str(model.version).isdigit() and qualifier != "$LATEST"
    base = partitions.arn("lambda", region, f"function:{model.function_name}")
    logging = model.logging_config
    return Function(
        name=model.function_name,
        region=region,
        version=str(model.version) if published else "$LATEST",
        invoked_arn=f"{base}:{qualifier}" if qualifier else base,
        role=model.role,
        timeout=int(model.timeout),
        memory_mb=int(model.memory_size),
        architecture=model.architectures[0],
        environment=dict(model.environment_vars),
        environment_key=model.kms_key_arn,
        handler=model.handler or "",
        code=model.code_bytes,
        code_sha256=model.code_sha_256,
        log_group=logging["LogGroup"],
        log_format=logging["LogFormat"],
        application_log_level=logging.get("ApplicationLogLevel", "INFO"),
        system_log_level=logging.get("SystemLogLevel", "INFO"),
        tracing=(model.tracing_config or {}).get("Mode", "PassThrough"),
        reserved_concurrency=_reserved(model, region),
        asynchronous=_async_config(model, region, qualifier),
    )


def _reserved(model: LambdaFunction, region: str) -> int | None:
    latest = lambda_backends[ACCOUNT_ID][region].get_function(model.function_name, None)
    value = latest.reserved_concurrency
    return None if value is None else int(value)


def _async_config(model: LambdaFunction, region: str, qualifier: str | None) -> AsyncConfig:
    config = _event_invoke_config(model, region, qualifier)
    destinations = config.get("DestinationConfig") or {}
    retries = config.get("MaximumRetryAttempts")
    age = config.get("MaximumEventAgeInSeconds")
    return AsyncConfig(
        retries=DEFAULT_RETRIES if retries is None else int(retries),
        max_age_seconds=DEFAULT_EVENT_AGE_SECONDS if age is None else int(age),
        on_success=(destinations.get("OnSuccess") or {}).get("Destination"),
        on_failure=(destinations.get("OnFailure") or {}).get("Destination"),
        dead_letter=(model.dead_letter_config or {}).get("TargetArn"),
    )


def _event_invoke_config(model: LambdaFunction, region: str, qualifier: str | None) -> dict[str, Any]:
    latest = lambda_backends[ACCOUNT_ID][region].get_function(model.function_name, None)
    found: dict[str, Any] = latest.event_invoke_configs.get(qualifier or "$LATEST", {})
    return found
