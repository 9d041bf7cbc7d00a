"""The inputs: described, refused when wrong, and in sample.tfvars when needed."""

from __future__ import annotations

import json
import re
from pathlib import Path

from paths import DEPLOYMENT, REPOSITORY

VARIABLE = re.compile(r'^variable "(\w+)" \{\n(.*?)^\}', re.MULTILINE | re.DOTALL)
CLAIM = re.compile(r"^# Holds every variable whose name begins with ([^:]+):", re.MULTILINE)


def variables(folder: Path) -> dict[str, str]:
    return {
        name: body for path in sorted(folder.glob("variables*.tf")) for name, body in VARIABLE.findall(path.read_text())
    }


def claims() -> dict[str, list[str]]:
    """The beginnings of names each variables-*.tf claims, from the rule at its top."""
    found = {}
    for path in DEPLOYMENT.glob("variables-*.tf"):
        rule = CLAIM.search(path.read_text().replace("\n# ", " "))
        assert rule, f"{path.name} says no rule"
        found[path.name] = re.split(r", | or ", re.sub(r" \(but not .*\)", "", rule[1]))
    return found


def test_a_variables_file_follows_from_its_name() -> None:
    beginnings = {beginning: name for name, claimed in claims().items() for beginning in claimed}
    for path in DEPLOYMENT.glob("variables*.tf"):
        for name, _ in VARIABLE.findall(path.read_text()):
            # The longest beginning decides: lambda_vpc_ over lambda_.
            fitting = max((each for each in beginnings if name.startswith(each)), key=len, default=None)
            assert beginnings.get(fitting or "", "variables.tf") == path.name, name
    names = set(variables(DEPLOYMENT))
    assert not [each for each in beginnings if not any(name.startswith(each) for name in names)], "claims nothing"


def test_every_range_is_of_a_variable_that_refers_to_it() -> None:
    found = variables(DEPLOYMENT)
    ranges = json.loads((DEPLOYMENT / "ranges.json").read_text())
    for name, limits in ranges.items():
        assert set(limits) == {"least", "most", "whole"} and limits["least"] < limits["most"], name
        for part in (
            f"local.ranges.{name}.least",
            f"local.ranges.{name}.most",
            f"{name} must be ${{local.range_texts.{name}}}",
        ):
            assert part in found[name], (name, part)
        assert (f"floor(var.{name}) == var.{name}" in found[name]) is limits["whole"], name
    # Bounds of one side only stand in the rule itself.
    numbers = {name for name, body in found.items() if re.search(r"^  type += number$", body, re.MULTILINE)}
    assert numbers - set(ranges) == {
        "data_source_reserved_concurrency", "log_retention_days", "orchestrator_reserved_concurrency",
    }  # fmt: skip


def test_no_line_is_longer_than_160_characters() -> None:
    paths = [
        path
        for pattern in ("**/*.tf", "**/*.hcl", "**/*.tftpl")
        for path in DEPLOYMENT.glob(pattern)
        if not {"node_modules", ".terraform"} & set(path.parts) and path.name != ".terraform.lock.hcl"
    ]
    assert len(paths) > 100
    assert not [
        f"{path.relative_to(DEPLOYMENT)}:{number}"
        for path in paths
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if len(line) > 160
    ]


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
    link = REPOSITORY / "deployment/sample.tfvars"
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
