"""Every validation is seen to refuse, in words that name the variable; and what is right is not refused.

Terraform reads the root's variables alone here, without a provider: a wrong input costs nobody a question to AWS.
"""

from __future__ import annotations

import json
import re
import shutil
from collections import defaultdict
from pathlib import Path

import pytest

from paths import DEPLOYMENT, REPOSITORY
from plans import terraform
from refused import ACCEPTED, REFUSED, Inputs

VALIDATION = re.compile(r"validation rule at\s+([\w.-]+\.tf):(\d+),")


def hcl(inputs: Inputs) -> str:
    lines = [
        f"    {name} = {json.dumps(value, ensure_ascii=False)}".replace("\u007f", "\\u007f")
        for name, value in inputs.items()
    ]
    return "\n".join(['run "plan" {', "  command = plan", "  variables {", *lines, "  }", "}", ""])


@pytest.fixture(scope="module")
def problems(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The problems of each case, by its file: REFUSED as refused-N, ACCEPTED as accepted-N."""
    root = tmp_path_factory.mktemp("inputs")
    for name in (*DEPLOYMENT.glob("variables*.tf"), DEPLOYMENT / "rules.tf", DEPLOYMENT / "ranges.json"):
        shutil.copy(name, root)
    (root / "tests").mkdir()
    for number, (inputs, *_) in enumerate(REFUSED):
        (root / f"tests/refused-{number}.tftest.hcl").write_text(hcl(inputs))
    for number, inputs in enumerate(ACCEPTED):
        (root / f"tests/accepted-{number}.tftest.hcl").write_text(hcl(inputs))
    initialised = terraform("init", "-input=false", "-no-color", folder=root)
    assert initialised.returncode == 0, initialised.stdout + initialised.stderr
    found: dict[str, list[str]] = defaultdict(list)
    for line in terraform("test", "-json", folder=root).stdout.splitlines():
        message = json.loads(line)
        if message["type"] == "diagnostic" and message["@level"] == "error":
            diagnostic = message["diagnostic"]
            found[Path(message.get("@testfile", "none")).name.partition(".")[0]].append(
                f"{diagnostic['summary']}: {diagnostic['detail']}"
            )
        if message["type"] == "test_summary":
            summary = message["test_summary"]
            assert summary["passed"] == len(ACCEPTED), summary
    return found


@pytest.mark.parametrize("number", range(len(REFUSED)))
def test_what_is_wrong_is_refused_in_words_that_name_it(problems: dict[str, list[str]], number: int) -> None:
    inputs, variable, words = REFUSED[number]
    texts = [" ".join(text.split()) for text in problems[f"refused-{number}"]]
    assert any(variable in text and words in text and "validation rule" in text for text in texts), (inputs, texts)


def test_what_is_right_is_accepted(problems: dict[str, list[str]]) -> None:
    assert not {name: texts for name, texts in problems.items() if not name.startswith("refused-")}


def test_every_validation_is_seen_to_refuse(problems: dict[str, list[str]]) -> None:
    seen = {match for texts in problems.values() for text in texts for match in VALIDATION.findall(text)}
    written = {
        (path.name, str(number))
        for path in DEPLOYMENT.glob("variables*.tf")
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if line == "  validation {"
    }
    assert written and not written - seen, f"validations without a case in refused.py: {sorted(written - seen)}"


def test_what_a_rule_compares_with_is_what_the_orchestrator_does() -> None:
    rules = (DEPLOYMENT / "rules.tf").read_text()
    (seconds,) = re.findall(r"time_to_tell_seconds = (\d+)", rules)
    sources = "".join(path.read_text() for path in (REPOSITORY / "lambdas/orchestrator/src").rglob("*.rs"))
    assert re.findall(r"const TIME_TO_TELL: Duration = Duration::from_secs\((\d+)\)", sources) == [seconds]
