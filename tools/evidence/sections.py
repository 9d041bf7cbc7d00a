"""Generated parts of Markdown files: the text between `<!-- generated: name -->` and `<!-- end -->`.

Everything outside the markers is written by people and left alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECTION = re.compile(r"(<!-- generated: (?P<name>[a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


class MissingSectionError(ValueError):
    """A document has no markers for a generated section."""


def fill(text: str, sections: Mapping[str, str]) -> str:
    """`text` with the named sections replaced; each must have its markers in it, others are left as they are."""
    present = {match.group("name") for match in SECTION.finditer(text)}
    if missing := sorted(set(sections) - present):
        raise MissingSectionError(f"no markers for {missing}; the document has {sorted(present)}")

    def filled(match: re.Match[str]) -> str:
        made = sections.get(match.group("name"))
        return match.group(0) if made is None else f"{match.group(1)}\n{made.strip()}\n\n{match.group(3)}"

    return SECTION.sub(filled, text)


def differs(path: Path, sections: Mapping[str, str]) -> bool:
    """Whether writing the sections would change the file."""
    text = path.read_text()
    return fill(text, sections) != text


def write(path: Path, sections: Mapping[str, str]) -> bool:
    """Writes the sections into the file; true if that changed it."""
    text = path.read_text()
    filled = fill(text, sections)
    if filled != text:
        path.write_text(filled)
    return filled != text


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table. Cells are one line; what Markdown would read as a column or as HTML is escaped."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def code(value: str) -> str:
    """`value` in backticks, or nothing if it is empty."""
    return f"`{value}`" if value else ""


def _cell(text: str) -> str:
    line = re.sub(r"\s+", " ", text).strip().replace("|", "\\|")
    outside = re.split(r"(`[^`]*`|<br>)", line)
    return "".join(part if index % 2 else part.replace("<", "&lt;") for index, part in enumerate(outside))
