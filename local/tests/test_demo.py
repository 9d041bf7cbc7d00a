"""The demo model's articles: which one a question gets, in which language, and that what they show is correct."""

from __future__ import annotations

import re
from typing import Any

import pytest

from localaws.bedrock import demo

TOPICS = ("vpc-endpoint", "retry", "messaging", "dpo")
VPC_QUESTIONS = {
    "en": "What is a VPC endpoint?",
    "fr": "Qu’est-ce qu’un point de terminaison de VPC ?",
    "de": "Wie funktioniert ein VPC-Endpunkt?",
    "es": "¿Cómo funciona un punto de enlace de VPC?",
    "pt": "Como funciona um endpoint de VPC?",
    "ja": "VPC エンドポイントとは何ですか？",
    "zh": "什么是 VPC 终端节点？",
    "ar": "ما هي نقطة نهاية VPC؟",
}
UNKNOWN = {
    "en": ("Which topics do you know?", "scripted demo model"),
    "fr": ("Quelle heure est-il ?", "modèle de démonstration"),
    "de": ("Wie spät ist es?", "Vorführmodell"),
    "es": ("¿Qué hora es?", "modelo de demostración"),
    "pt": ("Que horas são?", "modelo de demonstração"),
    "ja": ("今は何時ですか。", "実演用モデル"),
    "zh": ("现在几点？", "演示模型"),
    "ar": ("كم الساعة الآن؟", "نموذج توضيحي"),
}


def _system(code: str) -> str:
    name = next(name for name, known in demo.LANGUAGES.items() if known == code)
    return f"Answer in {name.title()} unless the question asks for another language."


@pytest.mark.parametrize(("code", "question"), VPC_QUESTIONS.items())
def test_a_plain_question_is_answered_by_its_topic_in_every_language_of_answers(code: str, question: str) -> None:
    articles = {answer: demo.article(question, _system(answer)) for answer in VPC_QUESTIONS}
    assert {article.topic for article in articles.values()} == {"vpc-endpoint"}
    assert len({article.text for article in articles.values()}) == len(VPC_QUESTIONS)
    assert demo.answer(question, _system(code)) == articles[code].text


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("How do queues differ from an event bus?", "messaging"),
        ("What is a dead-letter queue?", "messaging"),
        ("Show me exponential backoff in Python", "retry"),
        ("What does a DPO do?", "dpo"),
        ("Why Rust and not Python?", "rust"),
        ("How does it work?", "architecture"),
        ("How is my data kept private?", "security"),
        ("Wie funktioniert eine Warteschlange?", "messaging"),
        ("¿Cómo funcionan las colas?", "messaging"),
        ("队列如何工作？", "messaging"),
        ("キューの仕組みは？", "messaging"),
    ],
)
def test_the_topic_is_what_the_question_is_most_about(question: str, topic: str) -> None:
    assert demo.article(question, "").topic == topic


@pytest.mark.parametrize("code", UNKNOWN)
def test_a_question_it_knows_nothing_about_is_told_so_and_told_what_would_be_answered(code: str) -> None:
    question, confession = UNKNOWN[code]
    article = demo.article(question, _system(code))
    assert article.topic == "default"
    assert f"**{confession}**" in article.text.partition("\n")[0]
    offered = [line for line in article.text.splitlines() if line.startswith("- ")]
    topics = [demo.article(line.replace("*", ""), _system(code)).topic for line in offered]
    assert set(topics) >= {*TOPICS, "architecture", "streaming", "security", "rust"}
    assert len(set(topics)) == len(topics)


@pytest.mark.parametrize("code", VPC_QUESTIONS)
def test_articles_have_the_form_that_suits_them(code: str) -> None:
    questions = {"vpc-endpoint": "VPC", "retry": "Python", "messaging": "SQS", "dpo": "DPO"}
    texts = {topic: demo.article(question, _system(code)).text for topic, question in questions.items()}
    assert all(text.startswith("## ") and "{{" not in text for text in texts.values())
    assert "```text" in texts["vpc-endpoint"]
    assert "```python" in texts["retry"]
    assert texts["messaging"].count("\n|") == 9
    # Article 39(1) has five points, (a) to (e).
    assert len(re.findall(r"^\d\. ", texts["dpo"], re.MULTILINE)) == 5


def test_the_retry_function_does_what_the_article_says(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = re.search(r"```python\n(.*?)```", demo.answer("Python", ""), re.DOTALL)
    assert shown is not None
    names: dict[str, Any] = {}
    exec(shown[1], names)
    waits: list[float] = []
    monkeypatch.setattr(names["time"], "sleep", waits.append)
    monkeypatch.setattr(names["random"], "uniform", lambda _, most: most)
    failures = [TimeoutError("1"), ConnectionError("2"), TimeoutError("3"), TimeoutError("4")]

    def call() -> str:
        if failures:
            raise failures.pop(0)
        return "done"

    assert names["retry"](call) == "done"
    assert waits == [0.2, 0.4, 0.8, 1.6]

    failures = [TimeoutError(str(number)) for number in range(9)]
    with pytest.raises(TimeoutError, match="2"):
        names["retry"](call, attempts=3)
    failures = [ValueError("never tried again")]
    with pytest.raises(ValueError, match="never"):
        names["retry"](call)
    waits.clear()
    failures = [TimeoutError()] * 7
    names["retry"](call, attempts=8)
    assert max(waits) == 10
