"""The demo's first impression: the questions the page suggests are answered by articles of their own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from localaws.bedrock import demo

ROOT = Path(__file__).resolve().parents[2]
PAGE_LANGUAGES = {"ar": "ar", "de": "de", "en": "en", "es": "es", "fr": "fr", "ja": "ja", "pt-br": "pt", "zh-cn": "zh"}
"""Files of ui/src/i18n to files of the demo's answers."""
TOPICS = ("vpc-endpoint", "retry", "messaging", "dpo")
"""What suggestion1 to suggestion4 are about."""


def _suggestions(file: str) -> dict[str, str]:
    text = (ROOT / f"ui/src/i18n/{file}.ts").read_text("utf-8")
    found = dict(re.findall(r"(suggestion\d):\s*['\"](.+)['\"],", text))
    assert len(found) == len(TOPICS), f"{file}.ts suggests {len(found)} questions"
    return dict(zip(TOPICS, (found[f"suggestion{number}"] for number in range(1, 5)), strict=True))


def test_every_language_of_the_page_is_looked_at() -> None:
    translated = {path.stem for path in (ROOT / "ui/src/i18n").glob("*.ts") if "suggestion1:" in path.read_text()}
    assert translated == set(PAGE_LANGUAGES)
    assert set(PAGE_LANGUAGES.values()) == set(demo.LANGUAGES.values())


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("file", PAGE_LANGUAGES)
def test_a_suggested_question_is_answered_on_its_topic_whatever_language_answers_are_in(file: str, topic: str) -> None:
    question = _suggestions(file)[topic]
    texts = set()
    for name, code in demo.LANGUAGES.items():
        system = f"Answer in {name.title()} unless the question asks for another language."
        assert demo.language(question, system) == code
        article = demo.article(question, system)
        assert article.topic == topic, f"{question!r}, answered in {name}"
        texts.add(article.text)
    assert len(texts) == len(demo.LANGUAGES)
