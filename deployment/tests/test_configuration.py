"""The inputs: described, refused when wrong, and in sample.tfvars when needed."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from paths import DEPLOYMENT, REPOSITORY, TESTS

VARIABLE = re.compile(r'^variable "(\w+)" \{\n(.*?)^\}', re.MULTILINE | re.DOTALL)
MODULE_PRECONDITIONS = {
    "api-key": ["aws_appsync_api_key.this"],
    "endpoints": ["aws_vpc_endpoint.this"],
    "function": ["aws_s3_object.zip"],
    "model": ["output.statements"] * 4,
    "network": ["aws_subnet.private"],
}


def variables(folder: Path) -> dict[str, str]:
    return {
        name: body for path in sorted(folder.glob("variables*.tf")) for name, body in VARIABLE.findall(path.read_text())
    }


def refusals(name: str) -> Counter[str]:
    return Counter(
        found
        for group in re.findall(r"expect_failures = \[([^\]]+)\]", (TESTS / name).read_text())
        for found in re.findall(r"[\w.]+", group)
    )


def test_every_validation_is_seen_to_refuse() -> None:
    for declared in DEPLOYMENT.glob("variables*.tf"):
        tested = declared.name.replace("variables", "refusals").replace(".tf", ".tftest.hcl")
        seen = refusals(tested)
        missing = {
            name: body.count("validation {")
            for name, body in VARIABLE.findall(declared.read_text())
            if seen[f"var.{name}"] < body.count("validation {")
        }
        assert not missing, f"validations without a run in {tested}: {missing}"


def test_refusals_are_tested_on_the_roots_own_variables() -> None:
    links = {path.name: path.resolve() for path in (TESTS / "inputs").iterdir()}
    assert links == {path.name: path for path in DEPLOYMENT.glob("variables*.tf")}


def test_every_precondition_of_a_module_is_seen_to_refuse() -> None:
    found = {
        folder.name: sum(path.read_text().count("precondition {") for path in folder.glob("*.tf"))
        for folder in sorted((DEPLOYMENT / "modules").iterdir())
    }
    assert {name: count for name, count in found.items() if count} == {
        name: len(targets) for name, targets in MODULE_PRECONDITIONS.items()
    }
    seen = refusals("preconditions.tftest.hcl") + refusals("model.tftest.hcl")
    for targets in MODULE_PRECONDITIONS.values():
        for target, count in Counter(targets).items():
            assert seen[target] >= count, target


def test_preconditions_stand_in_modules_only() -> None:
    assert not [path.name for path in DEPLOYMENT.glob("*.tf") if "precondition {" in path.read_text()]


def test_every_input_says_its_type_meaning_and_default() -> None:
    for name, body in variables(DEPLOYMENT).items():
        assert re.search(r"^  type += ", body, re.MULTILINE), name
        assert re.search(r"^  default += ", body, re.MULTILINE), f"{name}: sample.tfvars must be enough"
        assert re.search(r'^  description = (".{20,}"|<<-TEXT)$', body, re.MULTILINE), name
        assert ("default  = null" in re.sub(r" +=", "  =", body)) != ("nullable" in body), (
            f"{name}: null must mean something or be refused"
        )


def test_the_inputs_and_outputs_of_modules_are_described() -> None:
    for path in sorted((DEPLOYMENT / "modules").glob("*/*.tf")):
        for kind, name, body in re.findall(
            r'^(variable|output) "(\w+)" \{\n(.*?)^\}', path.read_text(), re.MULTILINE | re.DOTALL
        ):
            assert re.search(r'^  description = "[^"]{5,}"$', body, re.MULTILINE), (
                f"{path.relative_to(DEPLOYMENT)}: {kind} {name}"
            )


def test_sample_tfvars_sets_existing_inputs_and_explains_each() -> None:
    lines = (REPOSITORY / "sample.tfvars").read_text().splitlines()
    names = [match[1] for line in lines if (match := re.match(r"(\w+)\s*=", line))]
    assert names and set(names) <= set(variables(DEPLOYMENT))
    for block in "\n".join(lines).split("\n\n"):
        assert block.startswith("#"), f"no comment: {block}"


def test_the_sample_beside_the_root_is_the_one_at_the_top() -> None:
    link = DEPLOYMENT / "sample.tfvars"
    assert link.is_symlink() and str(link.readlink()) == "../sample.tfvars"


def test_the_lock_file_serves_every_platform() -> None:
    lock = (DEPLOYMENT / ".terraform.lock.hcl").read_text()
    assert 'version     = "5.100.0"' in lock
    # One h1: for an unpacked tree, one zh: for each of the platforms' zips.
    assert lock.count('"zh:') == 15 and lock.count('"h1:') >= 1


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    files = [
        path
        for pattern in ("*.tf", "modules/*/*.tf", "tests/*.py", "api/**/*.js")
        for path in DEPLOYMENT.glob(pattern)
        if "node_modules" not in path.parts
    ]
    assert len(files) > 50
    assert not [str(path) for path in files if len(path.read_text().splitlines()) > 400]
