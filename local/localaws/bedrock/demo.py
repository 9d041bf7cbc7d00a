"""The demo model: picks a Markdown answer by the question's topic and by the language it should be in.

The texts are in `answers/`, one file per language: sections headed `=== topic | keyword, keyword`, in which `{{name}}`
stands for a code block of `answers/snippets.md`.

Differs from AWS: the model knows only these texts, so the same question always has the same answer.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ANSWERS = Path(__file__).parent / "answers"

LANGUAGES = {
    "arabic": "ar",
    "chinese": "zh",
    "english": "en",
    "french": "fr",
    "german": "de",
    "japanese": "ja",
    "portuguese": "pt",
    "spanish": "es",
}
"""English names, as system prompts write them, to the answers' file names."""

_SCRIPTS = (
    (re.compile("[\u3040-\u30ff]"), "ja"),
    (re.compile("[\u4e00-\u9fff]"), "zh"),
    (re.compile("[\u0600-\u06ff]"), "ar"),
)
_COMMON_WORDS = {
    "fr": {"le", "la", "les", "est", "une", "des", "pourquoi", "comment", "quel", "quelle", "que", "dans"},
    "de": {"der", "die", "das", "ist", "wie", "warum", "und", "ein", "eine", "was", "nicht", "mit"},
    "es": {"el", "los", "es", "una", "por", "cómo", "qué", "para", "funciona", "las", "del"},
    "pt": {"o", "os", "uma", "é", "como", "não", "por", "para", "você", "da", "do", "funciona"},
}
_LEAST_COMMON_WORDS = 2


@dataclass(frozen=True)
class Section:
    """One answer in one language."""

    topic: str
    keywords: tuple[str, ...]
    text: str


def answer(question: str, system: str) -> str:
    """The Markdown answer. The system prompt may name a language; the question's own language wins if it is clear."""
    return article(question, system).text


def article(question: str, system: str) -> Section:
    """The section the answer is: the topic the question mentions most, or `default` if it mentions none.

    The keywords of the answer's language come first. A question may well be in another language, since the reader
    chooses the answers' language apart from the page's: then the keywords of every language count.
    """
    code = language(question, system)
    articles = {section.topic: section for section in _sections(code)}
    words = question.lower().replace("’", "'")
    for codes in ([code], LANGUAGES.values()):
        topic = _topic(words, [section for name in codes for section in _sections(name) if section.topic in articles])
        if topic is not None:
            return articles[topic]
    return articles["default"]


def language(question: str, system: str) -> str:
    """The language to answer in, as the name of an answers file.

    A question that asks for a language by name gets it; then the language the system prompt names counts; then the
    question's own script or commonest words; then English.
    """
    lowered = question.lower()
    for name, code in LANGUAGES.items():
        if f"in {name}" in lowered:
            return code
    for name, code in LANGUAGES.items():
        if re.search(rf"\b{name}\b", system.lower()):
            return code
    for script, code in _SCRIPTS:
        if script.search(question):
            return code
    words = set(re.findall(r"\w+", lowered))
    code, count = max(((code, len(words & common)) for code, common in _COMMON_WORDS.items()), key=lambda pair: pair[1])
    return code if count >= _LEAST_COMMON_WORDS else "en"


def tokens(text: str) -> list[str]:
    """The text in pieces of about a token: whole words or four characters, never half a grapheme.

    A tokenizer of any real model would cut elsewhere; what matters is that pieces are small and join to the text.
    """
    pieces: list[str] = []
    for match in re.finditer(r"\s*[^\s]{1,6}|\s+", text):
        piece = match.group()
        if pieces and (unicodedata.combining(piece[0]) or piece[0] in "\u200d\ufe0f"):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces


def _topic(words: str, sections: list[Section]) -> str | None:
    weights: Counter[str] = Counter()
    for section in sections:
        weights[section.topic] += sum(len(keyword) for keyword in section.keywords if _mentions(words, keyword))
    topic, weight = weights.most_common(1)[0]
    return topic if weight else None


def _mentions(words: str, keyword: str) -> bool:
    if keyword.isascii() and len(keyword) <= 4:
        return re.search(rf"\b{re.escape(keyword)}", words) is not None
    return keyword in words


@functools.cache
def _sections(code: str) -> tuple[Section, ...]:
    snippets = {section.topic: section.text for section in _parse((ANSWERS / "snippets.md").read_text("utf-8"))}
    sections = []
    for section in _parse((ANSWERS / f"{code}.md").read_text("utf-8")):
        text = re.sub(r"\{\{(\w+)\}\}", lambda match: snippets[match[1]], section.text)
        sections.append(Section(section.topic, section.keywords, text))
    return tuple(sections)


def _parse(document: str) -> list[Section]:
    sections = []
    for part in document.split("=== ")[1:]:
        head, _, text = part.partition("\n")
        topic, _, keywords = head.partition("|")
        split = tuple(keyword.strip() for keyword in keywords.split(",") if keyword.strip())
        sections.append(Section(topic.strip(), split, text.strip()))
    return sections
