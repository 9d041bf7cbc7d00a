"""Every precondition of a module is seen to refuse in its words, and what is right next to it is planned."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from paths import DEPLOYMENT, TESTS
from plans import terraform
from refused_by_modules import CASES, Case


def text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def hcl(case: Case) -> str:
    lines = ['mock_provider "aws" {', '  source = "./tests/mocks"', "  override_during = plan", "}"]
    for target, values in case.answers.items():
        lines += [
            "override_data {",
            f"  target = {target}",
            "  override_during = plan",
            f"  values = {text(values)}",
            "}",
        ]
    lines += [
        'run "plan" {',
        "  command = plan",
        "  module {",
        f'    source = "./modules/{case.module}"',
        "  }",
        "  variables {",
    ]
    lines += [f"    {name} = {text(value)}" for name, value in case.inputs.items()]
    return "\n".join([*lines, "  }", "}", ""])


@pytest.fixture(scope="module")
def problems(tmp_path_factory: pytest.TempPathFactory) -> dict[int, list[dict[str, Any]]]:
    """The errors of each case, by its number."""
    root = tmp_path_factory.mktemp("modules")
    shutil.copytree(DEPLOYMENT / "modules", root / "modules")
    shutil.copy(DEPLOYMENT / ".terraform.lock.hcl", root)
    for name in ("mocks", "artifacts"):
        shutil.copytree(TESTS / name, root / "tests" / name)
    (root / "main.tf").write_text((DEPLOYMENT / "modules/function/versions.tf").read_text())
    for number, case in enumerate(CASES):
        (root / f"tests/case-{number}.tftest.hcl").write_text(hcl(case))
    initialised = terraform("init", "-input=false", "-no-color", folder=root)
    assert initialised.returncode == 0, initialised.stdout + initialised.stderr
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for line in terraform("test", "-json", folder=root).stdout.splitlines():
        message = json.loads(line)
        if message["type"] == "diagnostic" and message["@level"] == "error":
            found[int(Path(message["@testfile"]).name.split("-")[1].split(".")[0])].append(message["diagnostic"])
        if message["type"] == "test_summary":
            assert message["test_summary"]["passed"] == sum(not case.words for case in CASES), (found, message)
    return found


@pytest.mark.parametrize("number", range(len(CASES)))
def test_a_module_says_what_is_wrong_and_plans_what_is_right(
    problems: dict[int, list[dict[str, Any]]], number: int
) -> None:
    case = CASES[number]
    said = [" ".join(f"{each['summary']}: {each['detail']}".split()) for each in problems[number]]
    if case.words:
        assert said and all("precondition failed" in each for each in said), said
        assert any(case.words in each for each in said), said
    else:
        assert not said


def written() -> Iterator[tuple[str, int]]:
    for path in (DEPLOYMENT / "modules").glob("*/*.tf"):
        lines = path.read_text().splitlines()
        for number, line in enumerate(lines):
            if line.strip() == "precondition {":
                yield str(path.relative_to(DEPLOYMENT)), number + 2


def test_every_precondition_is_seen_to_refuse(problems: dict[int, list[dict[str, Any]]]) -> None:
    seen = {
        (each["range"]["filename"], each["range"]["start"]["line"])
        for many in problems.values()
        for each in many
        if "range" in each
    }
    assert set(written()) and not set(written()) - seen, sorted(set(written()) - seen)
