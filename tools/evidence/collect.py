"""Writes everything an auditor asks for into one folder: what `make evidence` runs.

    collect.py [--out evidence] [--architecture x86_64|arm64] [--plan FILE]

Needs the zips in dist/ (`make package`), the UI's packages, checkov in .local/lint-venv, prowler in .local/prowler-venv
and cargo-deny; each missing piece is an error that names it, as evidence with a hole in it is worth little. No AWS
account is needed: the plan is made with Terraform's mocked provider, unless --plan names one you made against your
account (`terraform show -json FILE.tfplan`).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import licences
import matrices
import mocked
import sbom
import scan
from crates import FUNCTIONS
from redact import redact
from sections import ROOT, code, table
from stack import load

DIST = ROOT / "dist"
LINT = ROOT / ".local" / "lint-venv" / "bin"
SUMMARY = ROOT / ".local" / "logs" / "summary.txt"
PROOF = ROOT / ".local" / "prove" / "proof.json"


class MissingPieceError(RuntimeError):
    """Something the evidence is made from is not here; the text says how to get it."""


@dataclass(frozen=True)
class Zip:
    """A function's deployment package."""

    function: str
    path: Path

    @property
    def hash(self) -> str:
        """SHA-256 in hexadecimal."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()


def collect(out: Path, architecture: str, plan: Path | None) -> None:
    """Writes every file, or raises MissingPieceError before the folder is replaced."""
    zips = [_zip(function) for function in FUNCTIONS]
    checkov, deny = _checkov(), _cargo_deny()
    made_at = _commit_time()
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    _step("plan and matrices", lambda: _plan(out, plan))
    _step(
        "bills of materials",
        lambda: [sbom.write(each.function, architecture, each.hash, made_at, out) for each in zips],
    )
    _step("licences", lambda: licences.write(architecture, out))
    _step("checkov", lambda: _run_checkov(checkov, out))
    _step("prowler", lambda: scan.write(DIST, out))
    _step("cargo-deny", lambda: _run_deny(deny, out))
    _step("proof of permissions", lambda: _proof(out))
    _step("test summary", lambda: _tests(out))
    _step("versions and checksums", lambda: _versions(out, zips, architecture))
    _index(out)


def _step(name: str, act) -> None:  # noqa: ANN001 - any callable without arguments
    print(f"evidence: {name}", flush=True)
    act()


def _plan(out: Path, plan: Path | None) -> None:
    run = mocked.run()
    given = json.loads(plan.read_text()) if plan else run.plan
    (out / "plan.json").write_text(json.dumps(redact(given), indent=1) + "\n")
    (out / "stack.json").write_text(json.dumps({"values": {"root_module": run.state}}, indent=1) + "\n")
    stack = load(out / "stack.json")
    for name, make in (("network", matrices.network_matrix), ("iam", matrices.iam_matrix)):
        (out / f"{name}-matrix.md").write_text(
            f"# {name.capitalize() if name == 'network' else 'IAM'} matrix\n\n{make(stack)}\n"
        )


def _run_checkov(checkov: Path, out: Path) -> None:
    formats = {"json": "results_json.json", "sarif": "results_sarif.sarif"}
    command = [str(checkov), "--directory", "deployment", "--framework", "terraform", "--skip-download"]
    outputs = [argument for name in formats for argument in ("--output", name)]
    finished = _output([*command, *outputs, "--output-file-path", str(out)])
    for name, written in formats.items():
        # The paths of the machine that scanned are nobody's business.
        (out / f"checkov.{name}").write_text((out / written).read_text().replace(f"{ROOT}/", ""))
        (out / written).unlink()
    summary = json.loads((out / "checkov.json").read_text())["summary"]
    # checkov exits 0 on a file it cannot parse, having checked nothing in it.
    if summary["parsing_errors"] or summary["failed"] or not summary["passed"]:
        raise MissingPieceError(f"checkov: {summary}\n{finished.stdout}")


def _run_deny(deny: str, out: Path) -> None:
    finished = _output([deny, "check", "licenses", "bans", "sources"])
    (out / "cargo-deny.txt").write_text(finished.stdout + finished.stderr)
    if finished.returncode:
        raise MissingPieceError(f"cargo-deny found something:\n{finished.stderr}")


def _proof(out: Path) -> None:
    if not PROOF.exists():
        raise MissingPieceError(
            "no proof of the permissions: run `make prove` first; it writes .local/prove/proof.json"
        )
    shutil.copyfile(PROOF, out / "proof.json")


def _tests(out: Path) -> None:
    if not SUMMARY.exists():
        raise MissingPieceError("no test summary: run `make test` first; it writes .local/logs/summary.txt")
    ran_at = datetime.fromtimestamp(SUMMARY.stat().st_mtime, UTC)
    (out / "tests.txt").write_text(f"make test, finished {ran_at:%Y-%m-%d %H:%M} UTC\n\n{SUMMARY.read_text()}")


def _versions(out: Path, zips: Iterable[Zip], architecture: str) -> None:
    changed = _output(["git", "status", "--porcelain"]).stdout.strip()
    rows = [[each.path.name, str(each.path.stat().st_size), code(each.hash)] for each in zips]
    tools = [
        ["rustc", _version("rustc", "--version")],
        ["cargo", _version("cargo", "--version")],
        ["terraform", _version("terraform", "version").splitlines()[0]],
    ]
    tools += [["cargo-deny", _version(_cargo_deny(), "--version")], ["checkov", _version(str(_checkov()), "--version")]]
    tools += [["node", _version("node", "--version")], ["python", platform.python_version()]]
    text = [
        "# Versions and checksums",
        f"Commit: {code(_output(['git', 'rev-parse', 'HEAD']).stdout.strip())}"
        + (", with uncommitted changes: not evidence of that commit." if changed else ", nothing uncommitted."),
        f"Zips, built for {architecture}:",
        table(["File", "Bytes", "SHA-256"], rows),
        table(["Tool", "Version"], tools),
    ]
    (out / "versions.md").write_text("\n\n".join(text) + "\n")
    (out / "SHA256SUMS").write_text("".join(f"{each.hash}  {each.path.name}\n" for each in zips))


def _index(out: Path) -> None:
    files = sorted(path for path in out.iterdir() if path.is_file())
    print(f"\n{out}/")
    for path in files:
        print(f"  {path.name:32} {path.stat().st_size:>9} bytes")


def _zip(function: str) -> Zip:
    path = DIST / f"{function}.zip"
    if not path.exists():
        raise MissingPieceError(f"there is no dist/{function}.zip: run `make package`")
    return Zip(function, path)


def _checkov() -> Path:
    if not (LINT / "checkov").exists():
        raise MissingPieceError("checkov is not installed in .local/lint-venv: run `make test-security` once")
    return LINT / "checkov"


def _cargo_deny() -> str:
    found = shutil.which("cargo-deny")
    if found is None:
        raise MissingPieceError("cargo-deny is not on the PATH: `make evidence` installs it")
    return found


def _commit_time() -> datetime:
    return datetime.fromtimestamp(int(_output(["git", "log", "-1", "--format=%ct"]).stdout), UTC)


def _version(*command: str) -> str:
    return _output(list(command)).stdout.strip() or "not installed"


def _output(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def main() -> int:
    """Returns the process's exit status."""
    parser = argparse.ArgumentParser(description="Write the evidence folder.")
    parser.add_argument("--out", type=Path, default=ROOT / "evidence", help="folder to replace (default: evidence)")
    parser.add_argument(
        "--architecture", choices=("x86_64", "arm64"), default="x86_64", help="what the zips were built for"
    )
    parser.add_argument("--plan", type=Path, help="terraform show -json of your own plan, instead of the mocked one")
    arguments = parser.parse_args()
    try:
        collect(arguments.out.resolve(), arguments.architecture, arguments.plan)
    except (MissingPieceError, licences.NotInstalledError, mocked.MockedRunError, scan.ScanError) as problem:
        print(f"evidence: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
