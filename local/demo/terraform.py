"""Runs the real `deployment/` against local AWS, apart from any real deployment: in a copy of the code (`source`), with
state and plugins of its own, and in an environment that names the local endpoint only (`environment`).
"""

from __future__ import annotations

import json
import platform
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from demo.environment import REGION, local_environment
from demo.source import REPOSITORY, SAMPLE, copy_code

__all__ = ["REGION", "REPOSITORY", "Terraform", "TerraformError", "Variables", "host_architecture"]

# What `terraform plan -detailed-exitcode` exits with where something would change.
PLAN_HAS_CHANGES = 2

Variables = Mapping[str, Any]


class TerraformError(RuntimeError):
    """A Terraform command failed; the text is what it printed."""


def host_architecture() -> str:
    """Lambda's word for this machine's instruction set: the functions run here as they are."""
    return "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"


class Terraform:
    """One stack: `deployment/` with its own state, plugins and variables."""

    def __init__(
        self, name: str, endpoint: str, state_root: Path, variables: Variables, var_file: Path | None = None
    ) -> None:
        """`variables` go on top of `var_file` (sample.tfvars unless given); `state_root/name` is Terraform's."""
        self.name = name
        self.variables = dict(variables)
        self._folder = state_root / name
        self._folder.mkdir(parents=True, exist_ok=True)
        self._code = self._folder / "code"
        self._var_file = var_file or self._code / SAMPLE
        self._state = self._folder / "terraform.tfstate"
        self._plan = self._folder / "changes.tfplan"
        self._environment = local_environment(endpoint) | {"TF_DATA_DIR": str(self._folder / "data")}

    def init(self) -> None:
        """Copies the code as it stands now, and installs the provider the lock file names."""
        copy_code(self._code)
        # -reconfigure: a backend that an earlier run left in .terraform is not asked for its state.
        self._run("init", "-input=false", "-lockfile=readonly", "-reconfigure")

    def apply(self, on_event: Callable[[dict[str, Any]], None] | None = None) -> None:
        """Applies; `on_event` gets every line of Terraform's JSON output, for progress."""
        arguments = ["apply", "-auto-approve", "-input=false", "-json", *self._inputs()]
        errors: list[str] = []
        with self._popen(arguments) as process:
            assert process.stdout is not None
            for line in process.stdout:
                event = _parse(line)
                if event.get("@level") == "error":
                    errors.append(_diagnostic(event))
                if on_event is not None:
                    on_event(event)
        if process.returncode != 0:
            raise TerraformError(
                "\n".join(errors) or f"terraform apply of {self.name} exited with {process.returncode}"
            )

    def changes(self) -> list[str]:
        """What a plan would change: `action address` for each resource, empty when the stack is as configured."""
        planned = self._finished("plan", "-input=false", "-detailed-exitcode", f"-out={self._plan}", *self._inputs())
        if planned.returncode == 0:
            return []
        if planned.returncode != PLAN_HAS_CHANGES:
            raise self._failed("plan", planned)
        shown = json.loads(self._run("show", "-json", str(self._plan)))
        return [
            f"{'/'.join(change['change']['actions'])} {change['address']}"
            for change in shown.get("resource_changes", [])
            if change["change"]["actions"] not in (["no-op"], ["read"])
        ]

    def apply_changes(self) -> None:
        """Applies what `changes` found."""
        self._run("apply", "-input=false", f"-state={self._state}", str(self._plan))

    def outputs(self) -> dict[str, Any]:
        """Every root output by name, sensitive ones included."""
        return {name: output["value"] for name, output in json.loads(self.output_json()).items()}

    def output_json(self) -> str:
        """What `terraform output -json` prints."""
        return self._run("output", "-json", f"-state={self._state}")

    def state_json(self) -> str:
        """What `terraform show -json` prints of the applied stack."""
        return self._run("show", "-json", str(self._state))

    def resources(self) -> list[str]:
        """The addresses Terraform still keeps."""
        if not self._state.exists():
            return []
        return self._run("state", "list", f"-state={self._state}").split()

    def destroy(self) -> None:
        """Destroys everything the stack made."""
        self._run("destroy", "-auto-approve", "-input=false", *self._inputs())

    def _inputs(self) -> list[str]:
        given = [
            f"-var={name}={value if isinstance(value, str) else json.dumps(value)}"
            for name, value in self.variables.items()
        ]
        return [f"-state={self._state}", f"-var-file={self._var_file}", *given]

    def _popen(self, arguments: list[str]) -> subprocess.Popen[str]:
        return subprocess.Popen(
            ["terraform", f"-chdir={self._code / 'deployment'}", *arguments],
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def _run(self, *arguments: str) -> str:
        finished = self._finished(*arguments)
        if finished.returncode != 0:
            raise self._failed(arguments[0], finished)
        return finished.stdout

    def _finished(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["terraform", f"-chdir={self._code / 'deployment'}", *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def _failed(self, command: str, finished: subprocess.CompletedProcess[str]) -> TerraformError:
        return TerraformError(f"terraform {command} of {self.name} failed:\n{finished.stdout}{finished.stderr}")


def _parse(line: str) -> dict[str, Any]:
    try:
        return json.loads(line)
    except json.JSONDecodeError:
        return {"@level": "info", "@message": line.rstrip()}


def _diagnostic(event: Mapping[str, Any]) -> str:
    diagnostic = event.get("diagnostic", {})
    parts = [
        diagnostic.get("summary", event.get("@message", "")),
        diagnostic.get("address", ""),
        diagnostic.get("detail", ""),
    ]
    return "\n".join(part for part in parts if part)
