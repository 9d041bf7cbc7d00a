"""What is generated is current: the documents' tables, and the bills of materials."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import alarms
import configuration
import documents
import matrices
import mocked
import pytest
import redact
import sbom
import sections
import stack

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def state() -> Mapping[str, Any]:
    """sample.tfvars, applied to a mocked provider."""
    return mocked.run().state


@pytest.fixture(scope="session")
def sample(state: Mapping[str, Any]) -> stack.Stack:
    """Its resources."""
    return stack.Stack(state)


def test_no_generated_table_has_drifted(sample: stack.Stack) -> None:
    stale = [path.name for path, made in documents.documents(sample).items() if sections.differs(path, made)]
    assert not stale, f"run `make docs` and review the change: {stale}"


@pytest.mark.parametrize(("port", "code", "said"), [(443, 0, ""), (444, 1, "differs from the deployment")])
def test_a_stack_of_ones_own_is_compared_with_what_was_reviewed(
    state: Mapping[str, Any], tmp_path: Path, port: int, code: int, said: str
) -> None:
    """As tools/evidence/README.md says; the second has its endpoints open on another port."""
    file = tmp_path / "stack.json"
    shown = json.dumps({"values": {"root_module": state}})
    file.write_text(shown.replace('"from_port": 443, ', f'"from_port": {port}, '))
    command = [sys.executable, ROOT / "tools/evidence/matrices.py", file, "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr


def test_a_table_that_drifted_is_seen(tmp_path: Path) -> None:
    document = tmp_path / "document.md"
    document.write_text("Before.\n\n<!-- generated: things -->\n\nold\n\n<!-- end -->\n\nAfter.\n")
    assert sections.differs(document, {"things": "new"})
    assert sections.write(document, {"things": "new"})
    assert document.read_text() == "Before.\n\n<!-- generated: things -->\n\nnew\n\n<!-- end -->\n\nAfter.\n"
    assert not sections.differs(document, {"things": "new"})
    with pytest.raises(sections.MissingSectionError):
        sections.differs(document, {"others": "new"})


def test_every_alarm_says_what_to_do(sample: stack.Stack) -> None:
    """The first column of the table people wrote, against the alarms that exist."""
    text = alarms.DOCUMENT.read_text()
    told = re.search(r"^### What to do$(.*?)^## ", text, re.MULTILINE | re.DOTALL)
    assert told is not None
    covered = set(re.findall(r"^\| `([\w-]+)`", told.group(1), re.MULTILINE))
    assert covered == {alarms.name(alarm) for alarm in sample.of("aws_cloudwatch_metric_alarm")}


def test_every_error_word_is_explained() -> None:
    words = set(
        re.findall(r'"([a-z_]+)"', _between("lambdas/chat/src/error.rs", "pub const fn as_str", "impl fmt::Display"))
    )
    explained = set(re.findall(r"^\| `([a-z_]+)` \|", (ROOT / "docs/architecture.md").read_text(), re.MULTILINE))
    assert words <= explained, words - explained


def test_the_readme_quotes_the_costs_that_were_computed() -> None:
    totals = re.findall(
        r"^\| \*\*Total\*\* .*\*\*([\d.]+)\*\*", (ROOT / "docs/deployment.md").read_text(), re.MULTILINE
    )
    rest, answers = float(totals[0]), float(totals[-1])
    readme = (ROOT / "README.md").read_text()
    assert f"USD {rest:.0f} a month" in readme
    assert f"USD {answers:.2f} per 1,000 answers" in readme


def test_a_matrix_shows_what_a_policy_says_without_ids_or_accounts() -> None:
    policy = {
        "Statement": {
            "Sid": "ListenToTheApi",
            "Effect": "Deny",
            "NotPrincipal": {"AWS": ["arn:aws:iam::999999999999:role/x"]},
            "NotAction": "sqs:*",
            "Resource": ["arn:aws:sqs:us-east-1:999999999999:dead", "arn:aws:ec2:::vpc/vpc-0123456789abcdef0"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    }
    made = matrices.iam_matrix(
        _stack(
            _resource("aws_vpc", id="vpc-0123456789abcdef0"),
            _resource("aws_sqs_queue", id="https://dead", policy=json.dumps(policy)),
        )
    )
    row = made.splitlines()[-1]
    assert "| `all but arn:aws:iam::<account>:role/x` | Deny | `all but sqs:*` |" in row
    assert "`arn:aws:ec2:::vpc/<vpc>`" in row
    assert "`aws:SecureTransport` Bool `false`" in row
    assert row.endswith("| Listen to the API |")


def test_a_matrix_shows_an_open_network() -> None:
    made = matrices.network_matrix(
        _stack(
            _resource("aws_security_group", id="sg-0123456789abcdef0", name="functions"),
            _resource(
                "aws_vpc_security_group_egress_rule",
                security_group_id="sg-0123456789abcdef0",
                cidr_ipv4="0.0.0.0/0",
                ip_protocol="-1",
                description="Anywhere.",
            ),
            _resource("aws_internet_gateway", id="igw-0123456789abcdef0"),
            _resource("aws_route", route_table_id="rtb-1", destination_cidr_block="0.0.0.0/0"),
            _resource("aws_appsync_graphql_api", id="abcdefghijklmnopqrstuvwxyz", visibility="GLOBAL"),
        )
    )
    assert "| `functions` | `0.0.0.0/0` | all | Anywhere. |" in made
    assert "| Internet gateway | `internet_gateway` |" in made
    assert "| Route beyond the VPC | `route` to 0.0.0.0/0 |" in made
    assert "| Visibility of the API | GLOBAL |" in made


def test_a_plan_without_policies_is_not_taken_for_a_stack(tmp_path: Path) -> None:
    for text in ("{}", '{"type": "version"}\n{"type": "test_summary"}\n', '{"values": {"root_module": {}}}'):
        path = tmp_path / "stack.json"
        path.write_text(text)
        with pytest.raises(stack.NoResourcesError):
            stack.load(path)


def test_no_secret_of_a_plan_of_ones_own_is_kept() -> None:
    key = "da2-abcdefghijklmnopqrstuvwxyz"
    resource = {
        "values": {"id": f"api:{key}", "parts": ["open", "hidden-2"]},
        "sensitive_values": {"parts": [False, True]},
    }
    change = {"after": {"key": "hidden-3", "name": "open"}, "after_sensitive": {"key": True}}
    plan = {
        "outputs": {"api_key": {"sensitive": True, "value": "hidden-1"}},
        "planned_values": {"root_module": {"resources": [resource]}},
        "resource_changes": [{"change": change}],
    }
    text = json.dumps(redact.redact(plan))
    assert "hidden" not in text
    assert key not in text
    assert text.count("open") == 2


def test_every_variable_a_function_is_given_is_one_it_reads() -> None:
    assert "`MODEL_ID` | `model_id` | refuses to start" in configuration.environment()


@pytest.mark.parametrize("function", ["data-source", "orchestrator"])
def test_a_bill_of_materials_is_valid_repeatable_and_has_one_tls_stack(function: str) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    text = sbom.bill_of_materials(function, "x86_64", "ab" * 32, at)
    assert text == sbom.bill_of_materials(function, "x86_64", "ab" * 32, at)
    names = [component["name"] for component in json.loads(text)["components"]]
    assert {name: names.count(name) for name in ("rustls", "hyper", "aws-lc-rs")} == {
        "rustls": 1,
        "hyper": 1,
        "aws-lc-rs": 1,
    }
    assert not {"ring", "openssl", "native-tls"} & set(names)


def _between(path: str, start: str, end: str) -> str:
    text = (ROOT / path).read_text()
    return text[text.index(start) : text.index(end)]


def _resource(kind: str, **values: Any) -> dict[str, Any]:
    return {"address": f"{kind}.this", "mode": "managed", "type": kind, "name": "this", "values": values}


def _stack(*resources: dict[str, Any]) -> stack.Stack:
    caller = {
        "address": "data.aws_caller_identity.this",
        "mode": "data",
        "type": "aws_caller_identity",
        "name": "this",
        "values": {"account_id": "999999999999"},
    }
    return stack.Stack({"resources": [*resources, caller]})
