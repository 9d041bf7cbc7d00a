"""Lambda's control plane: the members that moto drops, and asynchronous configuration per qualifier.

Differs from AWS: functions are Active at once, without the Pending state; code for another processor than this
machine's, other runtimes than OS-only ones, layers and container images are refused; code signing is stored and not
enforced.
"""

from __future__ import annotations

import asyncio
import copy
import json
from typing import Any

import moto.awslambda.urls
from moto.awslambda.exceptions import InvalidParameterValueException, UnknownEventConfig
from moto.awslambda.models import LambdaFunction
from moto.awslambda.responses import LambdaResponse
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random

from localaws.context import Context
from localaws.lambda_.code import foreign
from localaws.patching import replace, serve

RESERVED_ENVIRONMENT = frozenset(
    {
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
    }
)
"""https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"""

MAX_ENVIRONMENT_BYTES = 4096

RUNTIMES = ("provided.al2023", "provided.al2", "provided")
"""Those whose zip brings its own `bootstrap`: nothing else can run here."""


def install(context: Context) -> None:
    """Corrects moto's Lambda."""
    serve(moto.awslambda.urls, LocalLambdaResponse)
    _keep_configuration()
    _run_in_our_sandboxes(context)


def _check(config: dict[str, Any]) -> None:
    _check_runtime(config)
    variables = (config.get("Environment") or {}).get("Variables") or {}
    reserved = sorted(RESERVED_ENVIRONMENT & set(variables))
    if reserved:
        raise InvalidParameterValueException(
            "Lambda was unable to configure your environment variables because the environment variables you have "
            "provided contains reserved keys that are currently not supported for modification. "
            f"Reserved keys used in this request: {', '.join(reserved)}"
        )
    if sum(len(name.encode()) + len(value.encode()) for name, value in variables.items()) > MAX_ENVIRONMENT_BYTES:
        raise InvalidParameterValueException(
            "Lambda was unable to configure your environment variables because the environment variables you have "
            f"provided exceeded the {MAX_ENVIRONMENT_BYTES // 1024}KB limit."
        )


def _check_runtime(config: dict[str, Any]) -> None:
    """Refuses by name, when it is declared, what would fail or be left out at every invocation."""
    runtime = config.get("Runtime")
    if config.get("PackageType") == "Image":
        raise InvalidParameterValueException("local AWS runs zips, not container images (PackageType Image).")
    if runtime is not None and runtime not in RUNTIMES:
        raise InvalidParameterValueException(
            f"local AWS has no runtime {runtime}: it runs the bootstrap of a zip ({', '.join(RUNTIMES)})."
        )
    if any(config.get("Layers") or []):
        raise InvalidParameterValueException("local AWS does not provide layers: they would be missing in /opt.")
    if (config.get("SnapStart") or {}).get("ApplyOn") == "PublishedVersions":
        raise InvalidParameterValueException(
            f"{runtime or RUNTIMES[0]} is not supported for SnapStart enabled functions."
        )


def _logging(name: str, given: dict[str, Any] | None) -> dict[str, Any]:
    config = {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{name}"}
    config.update({key: value for key, value in (given or {}).items() if value})
    if config["LogFormat"] == "JSON":
        config.setdefault("ApplicationLogLevel", "INFO")
        config.setdefault("SystemLogLevel", "INFO")
    elif "ApplicationLogLevel" in config or "SystemLogLevel" in config:
        raise InvalidParameterValueException("Log-level settings need the JSON log format.")
    return config


def _apply(function: LambdaFunction, config: dict[str, Any]) -> None:
    """Takes over the members that moto's own constructor and update ignore."""
    if "LoggingConfig" in config:
        function.logging_config = _logging(function.function_name, config["LoggingConfig"])
        function.logs_group_name = function.logging_config["LogGroup"]
    if "DeadLetterConfig" in config:
        function.dead_letter_config = config["DeadLetterConfig"] or {}
    if "TracingConfig" in config:
        function.tracing_config = config["TracingConfig"]
    if "KMSKeyArn" in config:
        function.kms_key_arn = config["KMSKeyArn"]
    if "EphemeralStorage" in config:
        function.ephemeral_storage = config["EphemeralStorage"]["Size"]
    if "SnapStart" in config:
        function.snap_start = config["SnapStart"]["ApplyOn"]


def _keep_configuration() -> None:
    # All patched, not subclassed: moto makes its functions itself and would never make ours.
    @replace(LambdaFunction, "__init__")
    def create(original: Any, self: LambdaFunction, *, account_id: str, spec: dict[str, Any], **rest: Any) -> None:
        _check(spec)
        original(self, account_id=account_id, spec=spec, **rest)
        _refuse_foreign_code(self)
        self.version = "$LATEST"
        self.snap_start = "None"
        self.dead_letter_config = {}
        self.revision_id = str(mock_random.uuid4())
        self.event_invoke_configs = {}
        self.source_kms_key_arn = (spec.get("Code") or {}).get("SourceKMSKeyArn")
        _apply(self, {"LoggingConfig": None, **spec})

    @replace(LambdaFunction, "get_configuration")
    def show(original: Any, self: LambdaFunction, on_create: bool = False) -> dict[str, Any]:
        config: dict[str, Any] = original(self, on_create)
        config["LoggingConfig"] = self.logging_config
        config["RevisionId"] = self.revision_id
        config["SnapStart"]["ApplyOn"] = self.snap_start
        if self.dead_letter_config.get("TargetArn"):
            config["DeadLetterConfig"] = self.dead_letter_config
        if config.get("VpcConfig"):
            config["VpcConfig"]["VpcId"] = _vpc_of(self)
        if "Environment" in config:
            config["Environment"] = copy.deepcopy(config["Environment"])
        return config

    @replace(LambdaFunction, "update_configuration")
    def update(original: Any, self: LambdaFunction, updates: dict[str, Any]) -> dict[str, Any]:
        _check(updates)
        if updates.get("Environment") == {}:
            updates = {**updates, "Environment": {"Variables": {}}}
        original(self, updates)
        _apply(self, updates)
        _touched(self)
        updated: dict[str, Any] = self.get_configuration()
        return updated

    @replace(LambdaFunction, "update_function_code")
    def update_code(original: Any, self: LambdaFunction, spec: dict[str, Any]) -> dict[str, Any]:
        original(self, spec)
        if spec.get("Architectures"):
            self.architectures = spec["Architectures"]
        _refuse_foreign_code(self)
        if "SourceKMSKeyArn" in spec:
            self.source_kms_key_arn = spec["SourceKMSKeyArn"]
        _touched(self)
        updated: dict[str, Any] = self.get_configuration()
        return updated

    @replace(LambdaFunction, "get_code")
    def show_code(original: Any, self: LambdaFunction) -> dict[str, Any]:
        shown: dict[str, Any] = original(self)
        if self.reserved_concurrency is not None:
            shown["Concurrency"] = {"ReservedConcurrentExecutions": self.reserved_concurrency}
        if self.source_kms_key_arn and "Code" in shown:
            shown["Code"]["SourceKMSKeyArn"] = self.source_kms_key_arn
        return shown


def _refuse_foreign_code(function: LambdaFunction) -> None:
    problem = foreign(function.function_name, function.architectures[0], getattr(function, "code_bytes", b""))
    if problem:
        raise InvalidParameterValueException(problem)


def _vpc_of(function: LambdaFunction) -> str:
    """The VPC of the function's first subnet."""
    # Imported here because moto's EC2 is slow to import and many a session never needs it.
    from moto.ec2.models import ec2_backends  # noqa: PLC0415

    subnets = function.vpc_config["SubnetIds"]
    if not subnets:
        return ""
    vpc: str = ec2_backends[function.account_id][function.region].get_subnet(subnets[0]).vpc_id
    return vpc


def _touched(function: LambdaFunction) -> None:
    function.last_modified = utcnow().strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"
    function.revision_id = str(mock_random.uuid4())


class LocalLambdaResponse(LambdaResponse):
    """Keeps asynchronous configuration per qualifier; moto keeps the first one for ever and knows no qualifiers."""

    def put_function_event_invoke_config(self) -> str:
        """Sets the configuration of a qualifier."""
        function, qualifier = self._asked()
        return _store(function, qualifier, self.json_body)

    def update_function_event_invoke_config(self) -> str:
        """Changes the configuration of a qualifier."""
        function, qualifier = self._asked()
        known = function.event_invoke_configs.get(qualifier)
        if known is None:
            raise UnknownEventConfig(_qualified(function, qualifier))
        return _store(function, qualifier, {**known, **self.json_body})

    def get_function_event_invoke_config(self) -> str:
        """Shows the configuration of a qualifier."""
        function, qualifier = self._asked()
        if qualifier not in function.event_invoke_configs:
            raise UnknownEventConfig(_qualified(function, qualifier))
        return json.dumps(function.event_invoke_configs[qualifier])

    def delete_function_event_invoke_config(self) -> Any:
        """Forgets the configuration of a qualifier."""
        function, qualifier = self._asked()
        if function.event_invoke_configs.pop(qualifier, None) is None:
            raise UnknownEventConfig(_qualified(function, qualifier))
        return 204, {"status": 204}, ""

    def list_function_event_invoke_configs(self) -> str:
        """Lists the configurations of a function."""
        function, _ = self._asked()
        return json.dumps({"FunctionEventInvokeConfigs": list(function.event_invoke_configs.values())})

    def _asked(self) -> tuple[LambdaFunction, str]:
        name = self.path.split("/")[3]
        qualifier = self._get_param("Qualifier") or "$LATEST"
        self.backend.get_function(name, qualifier)
        return self.backend.get_function(name, None), qualifier


def _store(function: LambdaFunction, qualifier: str, given: dict[str, Any]) -> str:
    config = {key: value for key, value in given.items() if key not in ("FunctionArn", "LastModified")}
    for side in (config.get("DestinationConfig") or {}).values():
        target = side.get("Destination")
        if target and target.split(":")[2] not in ("sqs", "sns", "lambda", "events", "s3"):
            raise InvalidParameterValueException(f"The destination ARN {target} is invalid.")
    config["FunctionArn"] = _qualified(function, qualifier)
    config["LastModified"] = int(utcnow().timestamp())
    config.setdefault("DestinationConfig", {"OnSuccess": {}, "OnFailure": {}})
    function.event_invoke_configs[qualifier] = config
    return json.dumps(config)


def _qualified(function: LambdaFunction, qualifier: str) -> str:
    return f"{function.function_arn}:{qualifier}"


def _run_in_our_sandboxes(context: Context) -> None:
    """Whatever else in moto invokes a function (S3 notifications, log subscriptions, …) queues an event for it."""

    # Patched for the same reason.
    @replace(LambdaFunction, "invoke")
    def invoke(original: Any, self: LambdaFunction, body: Any, *headers: Any) -> str:  # noqa: ARG001
        payload = body if isinstance(body, bytes) else str(body or "{}").encode()
        queued = context.lambda_.invoke(
            self.function_name, payload, invocation_type="Event", region=self.region, account_id=self.account_id
        )
        asyncio.run_coroutine_threadsafe(queued, context.loop).result()
        return ""
