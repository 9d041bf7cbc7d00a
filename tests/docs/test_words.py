"""One word for one thing: the words that came back under other names must not."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

FORBIDDEN = [
    # (where, the word, what to say instead)
    (r"(lambdas|tools)/.*\.rs", r"\bStreamEvent\b", "Piece for a published message, Event for its kind"),
    (r"ui/(src|test)/.*\.tsx?", r"\bStreamEvent\b", "Piece for a published message, PieceEvent for its kind"),
    (r"tests/e2e/.*\.py", r"\.events\b|\[Event\]", "piece, or event for its kind"),
    (r"(lambdas|tools)/.*\.rs", r"\bPROMPT\b", "question: a prompt is what the model gets"),
    (r"lambdas/.*\.rs", r"(struct|enum) (Broken|Malformed|Violated)\b", "Violation: a field that breaks a rule"),
    (
        r"lambdas/(chat|orchestrator)/src/.*\.rs",
        r"\b[Cc]hunks?\b|CHUNK",
        "piece, or text where it is not published yet",
    ),
    (r"lambdas/orchestrator/src/.*\.rs", r"\bmod reader\b|\breader::", "intake: a reader is a person"),
    (r"(lambdas|tools)/.*\.rs", r"(?i)farewell|last.words", "say what the time is for"),
    (r"(docs/[^/]*|README|lambdas/README)\.md", r"(?i)stream events?\b", "piece, or event for its kind"),
    (r"(docs/[^/]*|README|lambdas/README)\.md", r"(?i)\bchunks?\b", "piece"),
]


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True)
    return [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def uses(where: str, word: str, files: list[str]) -> list[str]:
    found = []
    for name in files:
        if re.fullmatch(where, name):
            for number, line in enumerate((ROOT / name).read_text().splitlines(), 1):
                if re.search(word, line):
                    found.append(f"{name}:{number}: {line.strip()}")
    return found


@pytest.mark.parametrize(("where", "word", "instead"), FORBIDDEN)
def test_a_thing_has_one_name(where: str, word: str, instead: str) -> None:
    files = tracked()
    assert any(re.fullmatch(where, name) for name in files), f"{where} names no file any more"
    assert not uses(where, word, files), f"say {instead}"


def test_a_word_that_comes_back_is_seen() -> None:
    assert uses(r"tests/docs/test_words\.py", r"\bFORBIDDEN\b", ["tests/docs/test_words.py"])
