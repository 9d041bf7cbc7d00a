"""Invoking functions: the Runtime API, sandboxes, timeouts, errors."""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from conftest import ACCOUNT, REGION, Local, invoke, role, wait_until, zipped

Create = Callable[..., str]

ENVIRONMENT = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"
LIFECYCLE = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"
RUNTIME_API = "https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html"
INVOKE = "https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html"


@pytest.mark.documented(RUNTIME_API)
def test_answers_with_what_the_function_responded(local: Local, function: Create) -> None:
    name = function('answer = {"got": event, "arn": invocation.headers["Lambda-Runtime-Invoked-Function-Arn"]}')
    answer = invoke(local, name, {"a": 1})
    assert answer["StatusCode"] == 200
    assert answer["ExecutedVersion"] == "$LATEST"
    assert "FunctionError" not in answer
    assert answer["Payload"] == {"got": {"a": 1}, "arn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"}


@pytest.mark.documented(ENVIRONMENT)
def test_process_sees_lambdas_environment_and_nothing_of_the_hosts(local: Local, function: Create) -> None:
    arn = role(local, "logs:*")
    name = function(
        "answer = dict(os.environ)", Environment={"Variables": {"GREETING": "hello"}}, MemorySize=256, Role=arn
    )
    seen = invoke(local, name)["Payload"]
    assert seen["GREETING"] == "hello"
    assert seen["AWS_LAMBDA_FUNCTION_NAME"] == name
    assert seen["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert seen["AWS_LAMBDA_FUNCTION_VERSION"] == "$LATEST"
    assert seen["AWS_REGION"] == REGION
    assert seen["AWS_LAMBDA_LOG_GROUP_NAME"] == f"/aws/lambda/{name}"
    assert seen["AWS_ENDPOINT_URL"] == local.endpoint
    assert not {"HOME", "PYTHONWARNINGS", "MOTO_IAM_LOAD_MANAGED_POLICIES"} & set(seen)


@pytest.mark.documented("https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html")
def test_process_holds_credentials_of_its_role(local: Local, function: Create) -> None:
    arn = role(local, "logs:*")
    name = function("answer = {k: v for k, v in os.environ.items() if k.startswith('AWS_')}", Role=arn)
    seen = invoke(local, name)["Payload"]
    identity = local.client(
        "sts",
        aws_access_key_id=seen["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=seen["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=seen["AWS_SESSION_TOKEN"],
    ).get_caller_identity()
    assert identity["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/{arn.split('/')[-1]}/{name}"


@pytest.mark.documented(LIFECYCLE)
def test_sandbox_is_reused_until_the_configuration_changes(local: Local, function: Create) -> None:
    name = function("answer = [os.getpid(), COUNT]")
    first, second = invoke(local, name)["Payload"], invoke(local, name)["Payload"]
    assert (first[1], second) == (1, [first[0], 2])
    local.client("lambda").update_function_configuration(FunctionName=name, Environment={"Variables": {"VALUE": "b"}})
    third = invoke(local, name)["Payload"]
    assert third[1] == 1
    assert third[0] != first[0]


@pytest.mark.documented(LIFECYCLE)
def test_sandbox_is_frozen_between_invocations(local: Local, function: Create) -> None:
    name = function("answer = os.getpid()")
    pid = invoke(local, name)["Payload"]

    def state() -> str:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0]

    assert wait_until(lambda: state() == "T")
    assert invoke(local, name)["Payload"] == pid


@pytest.mark.documented("https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html")
def test_concurrent_invocations_get_a_sandbox_each(local: Local, function: Create) -> None:
    name = function("time.sleep(0.5)\nanswer = os.getpid()")
    with ThreadPoolExecutor(4) as threads:
        pids = list(threads.map(lambda _: invoke(local, name)["Payload"], range(4)))
    assert len(set(pids)) == 4


@pytest.mark.documented("https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html")
def test_reserved_concurrency_throttles(local: Local, function: Create) -> None:
    name = function("time.sleep(1.5)\nanswer = 1")
    local.client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=1)
    with ThreadPoolExecutor(2) as threads:
        outcomes = list(threads.map(lambda _: _outcome(local, name), range(2)))
    assert sorted(outcomes) == ["TooManyRequestsException", "ok"]


@pytest.mark.documented("https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html")
def test_no_reserved_concurrency_at_all_closes_the_function(local: Local, function: Create) -> None:
    name = function("answer = 1")
    local.client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    assert _outcome(local, name) == "TooManyRequestsException"


@pytest.mark.documented("https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html")
def test_timeout_kills_the_process(local: Local, function: Create) -> None:
    name = function("print(os.getpid(), flush=True)\ntime.sleep(60)\nanswer = 1", Timeout=1)
    began = time.monotonic()
    answer = invoke(local, name, LogType="Tail")
    assert time.monotonic() - began < 3
    assert answer["FunctionError"] == "Unhandled"
    assert answer["Payload"]["errorType"] == "Sandbox.Timedout"
    assert "Task timed out after 1.00 seconds" in answer["Payload"]["errorMessage"]
    tail = base64.b64decode(answer["LogResult"]).decode()
    pid = int(next(line for line in tail.splitlines() if line.isdigit()))
    assert not os.path.exists(f"/proc/{pid}")


@pytest.mark.documented(RUNTIME_API)
def test_error_reported_by_the_function_is_returned_and_the_sandbox_lives_on(local: Local, function: Create) -> None:
    name = function('if COUNT == 1:\n    fail(request_id, "Bad", "no")\n    continue\nanswer = COUNT')
    answer = invoke(local, name)
    assert answer["FunctionError"] == "Unhandled"
    assert answer["Payload"] == {"errorType": "Bad", "errorMessage": "no"}
    assert invoke(local, name)["Payload"] == 2


@pytest.mark.documented(LIFECYCLE)
def test_process_that_exits_fails_the_invocation(local: Local, function: Create) -> None:
    name = function("sys.exit(3)")
    answer = invoke(local, name)
    assert answer["FunctionError"] == "Unhandled"
    assert answer["Payload"]["errorType"] == "Runtime.ExitError"
    assert answer["Payload"]["errorMessage"].endswith("Runtime exited with error: exit status 3")


@pytest.mark.documented(LIFECYCLE)
def test_initialisation_is_tried_a_second_time(local: Local, function: Create, tmp_path: object) -> None:
    marker = f"{tmp_path}/tried"
    init = f"if not os.path.exists({marker!r}):\n    open({marker!r}, 'w').close()\n    sys.exit(1)"
    name = function("answer = 'started'", init=init)
    assert invoke(local, name)["Payload"] == "started"


@pytest.mark.documented(RUNTIME_API)
def test_initialisation_error_is_the_answer(local: Local, function: Create) -> None:
    body = '{"errorType": "Config", "errorMessage": "MODEL_ID is missing"}'
    init = f"call('init/error', {body!r}.encode(), {{'Lambda-Runtime-Function-Error-Type': 'Config'}}); sys.exit(1)"
    answer = invoke(local, function("answer = 1", init=init))
    assert answer["FunctionError"] == "Unhandled"
    assert answer["Payload"] == {"errorType": "Config", "errorMessage": "MODEL_ID is missing"}


@pytest.mark.documented(INVOKE)
def test_unknown_function_is_refused(local: Local) -> None:
    assert _outcome(local, "no-such-function") == "ResourceNotFoundException"


@pytest.mark.documented(INVOKE)
def test_payload_must_be_json(local: Local, function: Create) -> None:
    with pytest.raises(ClientError, match="InvalidRequestContentException"):
        local.client("lambda").invoke(FunctionName=function("answer = 1"), Payload=b"{")


@pytest.mark.documented("https://docs.aws.amazon.com/lambda/latest/dg/foundation-arch.html")
def test_zip_for_another_architecture_is_refused_and_says_so(local: Local, function: Create) -> None:
    foreign = "arm64" if os.uname().machine == "x86_64" else "x86_64"
    with pytest.raises(ClientError, match=f"{foreign} function and local AWS runs the real binary"):
        function("answer = 1", Architectures=[foreign])


@pytest.mark.documented("https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html")
def test_bootstrap_must_be_executable(local: Local, function: Create) -> None:
    answer = invoke(local, function("", code=zipped(b"#!/bin/sh\n", mode=0o644)))
    assert answer["FunctionError"] == "Unhandled"
    assert answer["Payload"]["errorType"] == "Runtime.InvalidEntrypoint"
    assert "bootstrap is not executable" in answer["Payload"]["errorMessage"]


def test_binary_for_another_processor_is_refused_and_says_so(local: Local, function: Create) -> None:
    machine, name = (0xB7, "arm64") if os.uname().machine == "x86_64" else (0x3E, "x86_64")
    elf = b"\x7fELF\x02\x01\x01" + bytes(11) + machine.to_bytes(2, "little") + bytes(100)
    with pytest.raises(ClientError, match=f"bootstrap is built for {name}"):
        function("", code=zipped(elf))


@pytest.mark.documented("https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html")
def test_alias_runs_its_version(local: Local, function: Create) -> None:
    name = function(
        "answer = [os.environ['AWS_LAMBDA_FUNCTION_VERSION'], os.environ['VALUE']]",
        Environment={"Variables": {"VALUE": "1"}},
    )
    client = local.client("lambda")
    version = client.publish_version(FunctionName=name)["Version"]
    client.create_alias(FunctionName=name, Name="live", FunctionVersion=version)
    client.update_function_configuration(FunctionName=name, Environment={"Variables": {"VALUE": "2"}})
    answer = invoke(local, name, Qualifier="live")
    assert answer["ExecutedVersion"] == version
    assert answer["Payload"] == [version, "1"]
    assert invoke(local, name)["Payload"] == ["$LATEST", "2"]


@pytest.mark.documented(ENVIRONMENT)
def test_reserved_environment_names_are_refused(local: Local, function: Create) -> None:
    with pytest.raises(ClientError, match="reserved keys"):
        function("answer = 1", Environment={"Variables": {"AWS_REGION": "mars"}})


@pytest.mark.documented("https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html")
@pytest.mark.parametrize("registers", [True, False])
def test_only_a_process_with_an_extension_is_told_of_its_end(
    local: Local, function: Create, tmp_path: Path, registers: bool
) -> None:
    told = tmp_path / "told"
    init = (
        "import signal\n"
        f"def bye(*_):\n    open({str(told)!r}, 'w').close()\n    os._exit(0)\n"
        "signal.signal(signal.SIGTERM, bye)\n"
    )
    if registers:
        init += (
            "extensions = 'http://' + os.environ['AWS_LAMBDA_RUNTIME_API'] + '/2020-01-01/extension/register'\n"
            "headers = {'Lambda-Extension-Name': 'x'}\n"
            "urllib.request.urlopen(urllib.request.Request(extensions, data=b'{\"events\": []}', headers=headers))"
        )
    name = function("answer = os.getpid()", init=init)
    pid = invoke(local, name)["Payload"]
    local.client("lambda").update_function_configuration(FunctionName=name, Environment={"Variables": {"VALUE": "b"}})
    assert invoke(local, name)["Payload"] != pid
    assert wait_until(lambda: not Path(f"/proc/{pid}").exists())
    assert told.exists() == registers


def test_kill_fault_takes_the_sandbox_away(local: Local, function: Create) -> None:
    name = function("time.sleep(30)\nanswer = 1", Timeout=20)
    local.fault("lambda.invoke", "kill", match={"function": name}, parameters={"seconds": 0.2})
    assert invoke(local, name)["Payload"]["errorMessage"].endswith("signal: SIGKILL")


def _outcome(local: Local, name: str) -> str:
    try:
        invoke(local, name)
    except ClientError as error:
        code: str = error.response["Error"]["Code"]
        return code
    return "ok"
