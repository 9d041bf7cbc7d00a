"""The tables an auditor reads are those of the stack that was really applied."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from demo.terraform import REPOSITORY
from localaws.authorization.readers import NETWORK as READERS

from e2e.stacks import Stack

READERS_RULES = 1
"""From the readers' network to the group of the API's endpoint."""
READERS_ENTRIES = 5
"""HTTPS and two kinds of DNS into the network ACL, and two kinds of answers out of it."""


def test_the_network_and_iam_matrices_are_those_of_the_applied_stack(api_key_stack: Stack, folder: Path) -> None:
    applied = json.loads(api_key_stack.terraform.state_json())
    # The sample in the document admits no reader; the applied stack differs from it in one network of readers only.
    assert without_readers(applied) == (READERS_RULES, READERS_ENTRIES)
    state = folder / "sample.json"
    state.write_text(json.dumps(applied))
    command = [sys.executable, REPOSITORY / "tools/evidence/matrices.py", state, "--check"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def without_readers(applied: dict[str, Any]) -> tuple[int, int]:
    """Takes what admits the readers' network out of a state; returns how many rules and how many entries of the ACL."""
    rules = entries = 0
    for module in modules(applied["values"]["root_module"]):
        resources = module.get("resources", [])
        module["resources"] = [each for each in resources if each["values"].get("cidr_ipv4") != READERS]
        rules += len(resources) - len(module["resources"])
        for acl in (each["values"] for each in resources if each["type"] == "aws_default_network_acl"):
            for way in ("ingress", "egress"):
                others = [entry for entry in acl[way] if entry["cidr_block"] != READERS]
                entries += len(acl[way]) - len(others)
                acl[way] = others
    return rules, entries


def modules(module: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A module of a state, and all modules below it."""
    yield module
    for child in module.get("child_modules", []):
        yield from modules(child)
