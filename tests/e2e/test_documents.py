"""The tables an auditor reads are those of the stack that was really applied."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from demo.terraform import REPOSITORY

from e2e.stacks import Stack


def test_the_network_and_iam_matrices_are_those_of_the_applied_stack(api_key_stack: Stack, folder: Path) -> None:
    state = folder / "sample.json"
    state.write_text(api_key_stack.terraform.state_json())
    command = [sys.executable, REPOSITORY / "tools/evidence/matrices.py", state, "--check"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
