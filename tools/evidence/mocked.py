"""The whole stack of sample.tfvars without an account: Terraform plans and applies it with a mocked provider.

Two runs in a copy of deployment/: a plan tells which resources there are, then an apply gives each the ARN AWS would,
so that every policy can be read as it will stand. Nothing is created anywhere. The zips are stand-ins: only their names
count.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo.environment import local_environment
from demo.source import copy_code

from sections import ROOT

ACCOUNT = "111122223333"
REGION = "us-east-1"
ZONES = [f"{REGION}a", f"{REGION}b"]
API_ID = "abcdefghijklmnopqrstuvwxyz"
KEY_ID = "00000000-0000-4000-8000-000000000000"
SERVICES = ("appsync-api", "bedrock-runtime", "sns")
# Where a name is part of the ARN, AWS's form of it; the name is an attribute the plan knows.
NAMED_ARNS = {
    "aws_cloudwatch_log_group": ("logs", "name", "log-group:{}"),
    "aws_iam_role": ("iam", "name", "role/{}"),
    "aws_lambda_function": ("lambda", "function_name", "function:{}"),
    "aws_s3_bucket": ("s3", "bucket", "{}"),
    "aws_sns_topic": ("sns", "name", "{}"),
    "aws_sqs_queue": ("sqs", "name", "{}"),
}
# A name that is itself made of something AWS draws.
LATE_NAMES = {"module.api.aws_cloudwatch_log_group.this": f"/aws/appsync/apis/{API_ID}"}
REGIONLESS = {"iam": f"arn:aws:iam::{ACCOUNT}:", "s3": "arn:aws:s3:::"}


class MockedRunError(RuntimeError):
    """Terraform refused the plan or the apply; the text is what it said."""


@dataclass(frozen=True)
class MockedRun:
    """What Terraform printed: the plan, and the root module of the state."""

    plan: Mapping[str, Any]
    state: Mapping[str, Any]


def run(var_file: Path = ROOT / "sample.tfvars") -> MockedRun:
    """Plans and applies `var_file`; raises MockedRunError with Terraform's own words."""
    with tempfile.TemporaryDirectory() as folder:
        copy = copy_code(Path(folder) / "code")
        shutil.rmtree(copy / "tests")
        zips = Path(folder) / "zips"
        zips.mkdir()
        for function in ("data-source", "orchestrator"):
            (zips / f"{function}.zip").write_bytes(b"stand-in")
        _terraform(copy, "init", "-input=false", "-backend=false", "-lockfile=readonly")
        variables = [f"-var-file={var_file.resolve()}", f"-var=lambda_artifact_dir={zips}"]
        planned = _test(copy, "plan", [], variables)
        changes = planned["resource_changes"]
        state = _test(copy, "apply", changes, variables)
    return MockedRun(planned, state["root_module"])


def arn(kind: str, address: str, values: Mapping[str, Any]) -> str:
    """The ARN the resource would have; where AWS draws a random one, one made of its address."""
    if kind == "aws_kms_key":
        return f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{KEY_ID}"
    if kind == "aws_appsync_graphql_api":
        return f"arn:aws:appsync:{REGION}:{ACCOUNT}:apis/{API_ID}"
    service, attribute, form = NAMED_ARNS.get(kind, ("", "", ""))
    name = values.get(attribute) or LATE_NAMES.get(address)
    if not name:
        service, name = kind.removeprefix("aws_").replace("_", "-"), re.sub(r"[^A-Za-z0-9]+", "-", address)
        return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{name}"
    return REGIONLESS.get(service, f"arn:aws:{service}:{REGION}:{ACCOUNT}:") + form.format(name)


def _test(folder: Path, command: str, changes: Iterable[Mapping[str, Any]], variables: list[str]) -> Mapping[str, Any]:
    tests = folder / "tests"
    tests.mkdir(exist_ok=True)
    (tests / "mocked.tftest.hcl").write_text(_test_file(command, changes))
    printed = _terraform(folder, "test", "-json", "-verbose", "-filter=tests/mocked.tftest.hcl", *variables)
    events = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    kind = "test_plan" if command == "plan" else "test_state"
    found = next((event[kind] for event in events if event.get("type") == kind), None)
    if found is None:
        raise MockedRunError(f"terraform test printed no {kind}")
    # Tens of megabytes about the provider, nothing about the stack.
    return {name: value for name, value in found.items() if name != "provider_schemas"}


def _test_file(command: str, changes: Iterable[Mapping[str, Any]]) -> str:
    mocks = {
        "aws_caller_identity": {"account_id": ACCOUNT},
        "aws_partition": {"partition": "aws", "dns_suffix": "amazonaws.com"},
        "aws_availability_zones": {"names": ZONES},
    }
    data = "".join(
        f'  mock_data "{kind}" {{\n    defaults = {json.dumps(value)}\n  }}\n' for kind, value in mocks.items()
    )
    services = "".join(
        _override(
            "data",
            f'data.aws_vpc_endpoint_service.this["{service}"]',
            {"service_name": f"com.amazonaws.{REGION}.{service}", "availability_zones": ZONES},
        )
        for service in SERVICES
    )
    resources = "".join(
        _override("resource", change["address"], _computed(change))
        for change in changes
        if change["mode"] == "managed" and change["change"]["after_unknown"].get("arn") is True
    )
    return f'mock_provider "aws" {{\n{data}}}\n{services}{resources}run "mocked" {{\n  command = {command}\n}}\n'


def _computed(change: Mapping[str, Any]) -> dict[str, Any]:
    kind = change["type"]
    values: dict[str, Any] = {"arn": arn(kind, change["address"], change["change"]["after"])}
    if kind == "aws_kms_key":
        values["key_id"] = KEY_ID
    if kind == "aws_vpc_endpoint":
        values["dns_entry"] = [{"dns_name": "endpoint.vpce.amazonaws.com", "hosted_zone_id": "Z0000000000000"}]
    if kind == "aws_appsync_graphql_api":
        values["id"] = API_ID
        values["uris"] = {
            "GRAPHQL": f"https://urlid.appsync-api.{REGION}.amazonaws.com/graphql",
            "REALTIME": f"wss://urlid.appsync-realtime-api.{REGION}.amazonaws.com/graphql",
        }
    return values


def _override(kind: str, target: str, values: Mapping[str, Any]) -> str:
    return f"override_{kind} {{\n  target = {target}\n  values = {json.dumps(values)}\n}}\n"


def _terraform(folder: Path, *arguments: str) -> str:
    environment = local_environment() | {"TF_DATA_DIR": str(ROOT / ".local" / "terraform" / "mocked")}
    finished = subprocess.run(
        ["terraform", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if finished.returncode:
        raise MockedRunError(f"terraform {arguments[0]}:\n{_errors(finished.stdout)}{finished.stderr}")
    return finished.stdout


def _errors(printed: str) -> str:
    lines = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    details = [line.get("diagnostic", {}) for line in lines if line.get("@level") == "error"]
    return (
        "".join(f"{each.get('summary')}: {each.get('detail')} ({each.get('address', '')})\n" for each in details)
        or printed
    )
