"""What prowler finds on the stack as it is deployed: the sample and a stack with sign-in, applied to local AWS.

A finding on a resource of the stack is explained beside the resource it is about, or the scan fails; so does an
explanation that explains nothing any more. What is found on the account itself is the account's and only listed.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo.environment import local_environment
from demo.local_aws import LocalAws
from demo.terraform import Terraform, host_architecture

import skips
from sections import ROOT, code, table

PROWLER = ROOT / ".local" / "prowler-venv" / "bin" / "prowler"
SERVICES = ("appsync", "awslambda", "sns", "sqs", "kms", "s3", "vpc", "iam", "cloudwatch", "dynamodb")
PROFILES: Mapping[str, Mapping[str, Any]] = {
    "sample": {},
    "oidc": {
        "environment": "scan-oidc",
        "client_auth": "OIDC",
        "oidc_issuer": "https://issuer.example.com",
        "oidc_client_id": "client",
    },
}


class ScanError(RuntimeError):
    """The scan could not be made, or found what nobody explains."""


@dataclass(frozen=True)
class Finding:
    """One failed check."""

    check: str
    resource: str
    """Its ARN or id, as prowler names it."""
    text: str


Place = tuple[str, str]
"""A resource's type and name, and the folder of its module: what a skip stands beside."""


def write(artifacts: Path, out: Path) -> None:
    """Writes `prowler.json` and `prowler.md`. Raises ScanError."""
    if not PROWLER.exists():
        raise ScanError("prowler is not installed in .local/prowler-venv: `make evidence` installs it")
    with tempfile.TemporaryDirectory() as folder:
        aws = LocalAws(Path(folder) / "aws")
        try:
            places: dict[str, Place] = {}
            for name, variables in PROFILES.items():
                places |= _applied(name, variables, aws.endpoint, Path(folder), artifacts)
            document = _scanned(aws.endpoint, Path(folder) / "out")
        finally:
            aws.stop()
    found = [
        {
            "check": each["metadata"]["event_code"],
            "status": each["status_code"],
            "severity": each["severity"],
            "resource": each["resources"][0]["uid"],
            "detail": each["status_detail"],
        }
        for each in document
    ]
    (out / "prowler.json").write_text(json.dumps(found, indent=1) + "\n")
    failed = [Finding(each["check"], each["resource"], each["detail"]) for each in found if each["status"] == "FAIL"]
    passed = sum(each["status"] == "PASS" for each in found)
    (out / "prowler.md").write_text(report(failed, places, passed))


def report(failed: list[Finding], places: Mapping[str, Place], passed: int) -> str:
    """The findings as a document. Raises ScanError for one that is not explained, and for a stale explanation."""
    explanations = {(skip.check, (skip.resource, skip.folder)): skip.reason for skip in skips.of("prowler")}
    of_stack = [(finding, place) for finding in failed if (place := _place(finding.resource, places))]
    used = {(finding.check, place) for finding, place in of_stack}
    problems = [f"not explained: {_shown(*each)}" for each in sorted(used - set(explanations))]
    problems += [f"explains nothing: {_shown(*each)}" for each in sorted(set(explanations) - used)]
    if problems:
        raise ScanError("\n".join(["prowler and its explanations disagree:", *problems]))
    rows = [
        [code(check), f"{code(place[0])} in {code(place[1])}", explanations[check, place]]
        for check, place in sorted(used)
    ]
    known = {finding for finding, _ in of_stack}
    account = sorted({(finding.check, finding.text) for finding in failed if finding not in known})
    return "\n\n".join(
        [
            "# prowler",
            f"The sample and a stack with sign-in on local AWS: {passed} checks passed, {len(failed)} failed.",
            "## Of the stack, each explained beside its resource",
            table(["Check", "Resource", "Reason"], rows),
            "## Of the account, which is yours",
            table(["Check", "Finding"], [[code(check), text] for check, text in account]) + "\n",
        ]
    )


def _shown(check: str, place: Place) -> str:
    return f"{check} on {place[0]} in {place[1]}"


def _applied(name: str, variables: Mapping[str, Any], endpoint: str, folder: Path, artifacts: Path) -> dict[str, Place]:
    """Applies one stack; returns the place of each of its resources by ARN and id."""
    common = {"lambda_artifact_dir": str(artifacts), "lambda_architecture": host_architecture()}
    terraform = Terraform(name, endpoint, folder / "terraform", {**common, **variables})
    terraform.init()
    terraform.apply()
    modules = json.loads((folder / "terraform" / name / "data" / "modules" / "modules.json").read_text())["Modules"]
    folders = {module["Key"]: str(Path("deployment") / module["Dir"]) for module in modules}
    state = json.loads(terraform.state_json())["values"]["root_module"]
    places = {}
    for resource in _resources(state):
        module = ".".join(re.findall(r"module\.([\w-]+)", resource["address"]))
        place = f"{resource['type']}.{resource['name']}", folders[module]
        for name_of in ("arn", "id"):
            if resource["values"].get(name_of):
                places[resource["values"][name_of]] = place
    return places


def _resources(module: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from (each for each in module.get("resources", []) if each["mode"] == "managed")
    for child in module.get("child_modules", []):
        yield from _resources(child)


def _place(uid: str, places: Mapping[str, Place]) -> Place | None:
    return places.get(uid) or places.get(uid.rsplit("/", maxsplit=1)[-1])


def _scanned(endpoint: str, out: Path) -> list[dict[str, Any]]:
    environment = local_environment(endpoint)
    command = [str(PROWLER), "aws", "--region", environment["AWS_REGION"], "--service", *SERVICES]
    command += ["--output-formats", "json-ocsf", "--output-directory", str(out), "--output-filename", "scan"]
    finished = subprocess.run(
        [*command, "--no-banner", "--ignore-exit-code-3"], env=environment, capture_output=True, text=True, check=False
    )
    written = out / "scan.ocsf.json"
    if finished.returncode or not written.exists():
        raise ScanError(f"prowler failed:\n{finished.stdout[-2000:]}{finished.stderr[-2000:]}")
    document: list[dict[str, Any]] = json.loads(written.read_text())
    return document
