"""One local AWS for the whole run, reached as a user reaches it: over HTTP, by the public SDKs."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
import urllib.request
import uuid
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from demo.environment import enter_local_environment

enter_local_environment()

REGION = "eu-west-1"
ACCOUNT = "123456789012"


def wait_until(check: Callable[[], Any], seconds: float = 15.0) -> Any:
    """Polls until `check` returns something true; fails with the last value otherwise."""
    deadline = time.monotonic() + seconds
    while True:
        value = check()
        if value:
            return value
        assert time.monotonic() < deadline, f"still {value!r} after {seconds} s"
        time.sleep(0.02)


@dataclass
class Local:
    """The running emulator."""

    endpoint: str
    process: subprocess.Popen[str]
    log: Path
    """What the server writes to standard error."""
    _clients: dict[Any, Any] = field(default_factory=dict)

    def client(self, service: str, **options: Any) -> Any:
        """A boto3 client as the operator; one per service and options, because making one takes long."""
        key = service, tuple(sorted(options.items()))
        if key not in self._clients:
            keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", **options}
            config = Config(retries={"max_attempts": 0}, read_timeout=60)
            self._clients[key] = boto3.client(
                service, region_name=REGION, endpoint_url=self.endpoint, config=config, **keys
            )
        return self._clients[key]

    def admin(self, method: str, path: str, document: Any = None) -> Any:
        """One admin call; raises on anything but success."""
        body = None if document is None else json.dumps(document).encode()
        request = urllib.request.Request(self.endpoint + path, method=method, data=body)
        with urllib.request.urlopen(request) as response:
            return json.load(response)

    def fault(self, point: str, kind: str, **members: Any) -> str:
        """Arms a fault and returns its id."""
        fault = self.admin("POST", "/_local/faults", {"point": point, "kind": kind, **members})
        identifier: str = fault["id"]
        return identifier


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    """The emulator, started once."""
    state = tmp_path_factory.mktemp("state")
    environment = {"PATH": os.environ["PATH"], "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-m", "localaws", "--port", "0", "--state-dir", str(state)]
    with (state / "server.log").open("w") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment)
    assert process.stdout is not None
    ready = process.stdout.readline().split()
    assert ready, (state / "server.log").read_text()
    try:
        yield Local(ready[1], process, state / "server.log")
    finally:
        process.terminate()
        assert process.wait(15) == 0, (state / "server.log").read_text()


@pytest.fixture(autouse=True)
def no_faults(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test ends with no fault armed."""
    yield
    if "local" in request.fixturenames:
        request.getfixturevalue("local").admin("DELETE", "/_local/faults")


def role(local: Local, *actions: str) -> str:
    """An execution role that may do the actions."""
    iam = local.client("iam")
    name = f"role-{uuid.uuid4().hex[:12]}"
    principal = {"Service": "lambda.amazonaws.com"}
    trust = _policy({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})
    arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    if actions:
        policy = _policy({"Effect": "Allow", "Action": list(actions), "Resource": "*"})
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=policy)
    return arn


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


BOOTSTRAP = """#!/usr/bin/env python3
import json, os, sys, time, urllib.request
API = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/"
def call(path, data=None, headers={}):
    return urllib.request.urlopen(urllib.request.Request(API + path, data=data, headers=headers))
def fail(request_id, kind, message):
    body = json.dumps({"errorType": kind, "errorMessage": message}).encode()
    call(f"invocation/{request_id}/error", body, {"Lambda-Runtime-Function-Error-Type": kind})
COUNT = 0
%(init)s
while True:
    invocation = call("invocation/next")
    request_id = invocation.headers["Lambda-Runtime-Aws-Request-Id"]
    event = json.load(invocation)
    COUNT += 1
%(handler)s
    call(f"invocation/{request_id}/response", json.dumps(answer).encode())
"""


def bootstrap(handler: str, init: str = "") -> bytes:
    """A zip whose `bootstrap` is a small Python runtime; `handler` sets `answer` from `event`."""
    source = BOOTSTRAP % {"handler": "\n".join("    " + line for line in handler.splitlines()), "init": init}
    return zipped(source.encode())


def zipped(content: bytes, mode: int = 0o755, name: str = "bootstrap") -> bytes:
    """A zip of one file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = mode << 16
        archive.writestr(entry, content)
    return buffer.getvalue()


@pytest.fixture
def function(local: Local) -> Iterator[Callable[..., str]]:
    """Creates functions from a Python handler and deletes them at the end."""
    names = []

    def create(handler: str, init: str = "", code: bytes | None = None, **config: Any) -> str:
        name = config.pop("FunctionName", f"f-{uuid.uuid4().hex[:12]}")
        local.client("lambda").create_function(
            FunctionName=name,
            Runtime=config.pop("Runtime", "provided.al2023"),
            Handler="bootstrap",
            Role=config.pop("Role", None) or role(local, "logs:*", "sqs:SendMessage"),
            Code={"ZipFile": code or bootstrap(handler, init)},
            **config,
        )
        names.append(name)
        return name

    yield create
    for name in names:
        local.client("lambda").delete_function(FunctionName=name)


def invoke(local: Local, name: str, event: Any = None, **options: Any) -> dict[str, Any]:
    """Invokes a function; the payload is parsed."""
    answer: dict[str, Any] = local.client("lambda").invoke(
        FunctionName=name, Payload=json.dumps(event).encode(), **options
    )
    payload = answer["Payload"].read()
    answer["Payload"] = json.loads(payload) if payload else None
    return answer


def queue(local: Local) -> tuple[str, str]:
    """A new queue: URL and ARN."""
    name = f"q-{uuid.uuid4().hex[:12]}"
    url: str = local.client("sqs").create_queue(QueueName=name)["QueueUrl"]
    return url, f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


def receive(local: Local, url: str) -> dict[str, Any]:
    """Waits for one message."""
    sqs = local.client("sqs")
    options = {"QueueUrl": url, "MessageAttributeNames": ["All"], "AttributeNames": ["All"]}
    message: dict[str, Any] = wait_until(lambda: sqs.receive_message(**options).get("Messages"))[0]
    return message


def log_lines(local: Local, group: str) -> list[str]:
    """Every line of a log group, oldest first."""
    logs = local.client("logs")
    try:
        return [event["message"] for event in logs.filter_log_events(logGroupName=group)["events"]]
    except logs.exceptions.ResourceNotFoundException:
        return []
