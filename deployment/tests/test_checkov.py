"""checkov over the whole of deployment/: nothing fails or stays unread, and every skip gives its reason."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from paths import DEPLOYMENT

# Fewer passed checks than this mean that checkov read less than there is: a file it cannot parse counts as no failure.
PASSED_AT_LEAST = 130

FAILING = """
resource "aws_sqs_queue" "plain" {
  name = "plain"
}
"""
# Valid Terraform that checkov's parser refuses, silently but for one number in its summary.
UNREADABLE = """
locals {
  text = <<-G
    one
  G
}
"""


def scan(folder: Path) -> dict[str, Any]:
    command = [
        str(Path(sys.executable).parent / "checkov"),
        "--directory",
        str(folder),
        "--framework",
        "terraform",
        "--output",
        "json",
        "--compact",
        "--skip-download",
    ]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("BC_", "PRISMA_"))}
    finished = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert finished.returncode in (0, 1), finished.stderr[-2000:]
    return json.loads(finished.stdout)


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    return scan(DEPLOYMENT)


def test_every_file_was_read(report: dict[str, Any]) -> None:
    assert report["summary"]["parsing_errors"] == 0, report["results"]["parsing_errors"]
    assert report["summary"]["passed"] >= PASSED_AT_LEAST, report["summary"]


def test_nothing_fails(report: dict[str, Any]) -> None:
    failed = [
        f"{each['check_id']} {each['resource']}: {each['check_name']}" for each in report["results"]["failed_checks"]
    ]
    assert report["summary"]["failed"] == 0 and not failed, "\n".join(failed)


def test_every_skip_gives_a_reason() -> None:
    skips = [
        line for path in DEPLOYMENT.glob("**/*.tf") for line in path.read_text().splitlines() if "checkov:skip" in line
    ]
    assert skips
    for line in skips:
        assert re.fullmatch(r"\s+#checkov:skip=CKV2?_AWS_\d+:[A-Z].{40,}\.", line), line


def test_no_skip_is_stale(report: dict[str, Any]) -> None:
    written = {
        match for path in DEPLOYMENT.glob("**/*.tf") for match in re.findall(r"checkov:skip=(\w+):", path.read_text())
    }
    assert written == {each["check_id"] for each in report["results"]["skipped_checks"]}


def test_the_gate_fails_where_it_should(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(FAILING)
    assert scan(tmp_path)["summary"]["failed"] > 0


def test_an_unreadable_file_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(FAILING)
    (tmp_path / "unreadable.tf").write_text(UNREADABLE)
    assert scan(tmp_path)["summary"]["parsing_errors"] > 0
