"""`make demo`: build the functions, start local AWS, apply the real Terraform to it, serve the UI, print one URL.

    python -m demo          until Ctrl-C
    python -m demo stop     ends a demo left running and forgets its state

Everything it keeps is below `.local/demo`, apart from any real deployment's state.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from demo import ui
from demo.local_aws import LocalAws, LocalAwsError
from demo.source import SourceError, left_out, sample
from demo.terraform import REPOSITORY, Terraform, TerraformError, host_architecture
from localaws.loopback import without_proxy

FOLDER = REPOSITORY / ".local/demo"
ARTIFACTS = REPOSITORY / ".local/dist"
PID_FILE = FOLDER / "pid"

# The ports people bookmark; both can be moved.
AWS_PORT = int(os.environ.get("DEMO_AWS_PORT", "4566"))
STOP_SECONDS = 20
UI_PORT = int(os.environ.get("DEMO_UI_PORT", "4173"))

READY = """
  Chat:   {url}
  Ask:    make ask Q="What is a VPC endpoint?"
  Log:    {log}

  Ctrl-C stops everything."""


class Stopped(Exception):  # noqa: N818 - nothing went wrong
    """The person pressed Ctrl-C, or `make demo-stop` asked."""


@contextlib.contextmanager
def step(title: str) -> Iterator[None]:
    """Announces a step, and how long it took."""
    print(f"  {title} …", flush=True)
    started = time.monotonic()
    yield
    print(f"  {title}: {time.monotonic() - started:.0f} s", flush=True)


def build_functions() -> None:
    """The two functions for this machine, zipped as Lambda takes them."""
    package = REPOSITORY / "tools/package/package.sh"
    command = [package, "--profile", "dev", "--arch", host_architecture(), "--out", ARTIFACTS]
    subprocess.run(command, check=True, cwd=REPOSITORY)


@contextlib.contextmanager
def terminal_client() -> Iterator[None]:
    """Builds what `make ask` runs: else its first question compiles for a minute without a word."""
    build = subprocess.Popen(["cargo", "build", "--locked", "--quiet", "--package", "ask"], cwd=REPOSITORY)
    try:
        yield
        if build.wait() != 0:
            raise subprocess.CalledProcessError(build.returncode, build.args)
    finally:
        build.kill()
        build.wait()


class Progress:
    """Counts resources as Terraform creates them."""

    def __init__(self) -> None:
        """Nothing planned, nothing done."""
        self._planned = 0
        self._done = 0

    def __call__(self, event: dict[str, Any]) -> None:
        """Shows one line that grows."""
        if event.get("type") == "change_summary" and event["changes"].get("operation") == "plan":
            self._planned = event["changes"]["add"] + event["changes"]["change"]
        if event.get("type") == "apply_complete":
            self._done += 1
            end = "\n" if self._done == self._planned or not sys.stdout.isatty() else "\r"
            if sys.stdout.isatty() or self._done % 20 == 0 or self._done == self._planned:
                print(f"    {self._done} of {self._planned} resources", end=end, flush=True)


def run() -> None:
    """Runs the demo until it is stopped."""
    bedrock = os.environ.get("BEDROCK") or None
    print("The chat on this machine, with no AWS account:", flush=True)
    with step("Build the functions"):
        build_functions()
    with terminal_client(), step("Build the web page and the terminal client"):
        ui.build()
    aws = LocalAws(FOLDER / "aws", port=AWS_PORT, bedrock=bedrock)
    try:
        if bedrock == "aws":
            print("\n  BEDROCK=aws: questions go to Amazon Bedrock with YOUR credentials, at YOUR cost.\n", flush=True)
        with step("Apply deployment/ with sample.tfvars to local AWS"):
            stack = deploy(aws)
        with ui.serve(UI_PORT, stack.output_json(), FOLDER) as url:
            print(READY.format(url=url, log=aws.log), flush=True)
            if sys.stdout.isatty():
                webbrowser.open(url)
            wait_while_running(aws)
    finally:
        aws.stop()
        PID_FILE.unlink(missing_ok=True)
        print("Stopped. Nothing is left running.", flush=True)


def deploy(aws: LocalAws) -> Terraform:
    """A fresh stack: local AWS forgets everything when it stops, so the state of the last one is forgotten too."""
    (FOLDER / "terraform/demo/terraform.tfstate").unlink(missing_ok=True)
    variables = {"lambda_artifact_dir": str(ARTIFACTS), "lambda_architecture": host_architecture()}
    for path in left_out():
        print(f"    left out, since git does not track it: {path} (git add it if it belongs to the code)", flush=True)
    stack = Terraform("demo", aws.endpoint, FOLDER / "terraform", variables)
    stack.init()
    let_readers_in(aws, stack)
    stack.apply(Progress())
    return stack


def let_readers_in(aws: LocalAws, stack: Terraform) -> None:
    """Makes the page and `make ask` stand on a network that the private API admits, and says so."""
    admitted = sample("client_cidr_blocks")
    if sample("appsync_visibility") == "GLOBAL":
        return
    if admitted:
        aws.admin("POST", "readers", {"cidr_block": admitted[0]})
        print(f"    readers stand in {admitted[0]}, which client_cidr_blocks admits", flush=True)
        return
    here = aws.admin("GET", "health")["readers"]
    stack.variables["client_cidr_blocks"] = [here]
    print(f"    client_cidr_blocks is empty, so nobody outside the VPC may connect: the demo admits {here}", flush=True)


def wait_while_running(aws: LocalAws) -> None:
    """Returns when local AWS ends by itself; a signal raises `Stopped` out of it."""
    while aws.running:
        time.sleep(0.5)
    raise LocalAwsError(f"local AWS ended by itself; its log: {aws.log}")


def stop_running() -> None:
    """Ends a demo left running by its id, then forgets its state."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError, ValueError):
        pid = int(PID_FILE.read_text())
        # The number may be another process's by now.
        if b"demo" in Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(pid, signal.SIGTERM)
            deadline = time.monotonic() + STOP_SECONDS
            while PID_FILE.exists() and time.monotonic() < deadline:
                time.sleep(0.1)
    shutil.rmtree(FOLDER, ignore_errors=True)
    print("demo: stopped, state forgotten", flush=True)


def main() -> int:
    """The exit status: 0 stopped by its user, 1 something failed."""
    if sys.argv[1:] == ["stop"]:
        stop_running()
        return 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    os.environ.update(without_proxy(os.environ))

    def raise_stopped(_number: int, _frame: object) -> None:
        raise Stopped

    signal.signal(signal.SIGTERM, raise_stopped)
    signal.signal(signal.SIGINT, raise_stopped)
    PID_FILE.write_text(str(os.getpid()))
    try:
        run()
    except Stopped:
        return 0
    except (LocalAwsError, SourceError, TerraformError, ui.UiError, subprocess.CalledProcessError) as failure:
        print(f"demo: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
