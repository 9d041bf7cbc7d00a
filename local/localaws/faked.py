"""Generates FAKED.md: what is faked, how far, and how it differs, out of the docstrings that say so.

    python -m localaws.faked > FAKED.md

A component's docstring is the only place where its limits are written: the last paragraph starts with
`Differs from AWS:`. A test regenerates this table and fails when the committed one is behind.
"""

from __future__ import annotations

import ast
import asyncio
import re
from dataclasses import dataclass
from pathlib import Path

from localaws import settings

PACKAGE = Path(__file__).parent
MARK = "Differs from AWS:"

HEAD = """# What local AWS fakes

Generated from the docstrings by `python -m localaws.faked`; a test fails when it is behind. Do not edit.

Everything not listed here is moto's, as far as moto goes. An operation that nobody fakes is refused with the error
`NotFakedByLocalAws`, a 400 that names service and operation; an exception inside moto becomes `LocalAwsFault`, a 400
as well, because a 500 would be retried for minutes.

| component | does | differs from AWS |
| --- | --- | --- |
"""


FAULTS_HEAD = """
# Faults on demand

`POST /_local/faults` arms one; see README.md for its members. Words in backquotes inside an effect are `parameters`.
"""


@dataclass(frozen=True)
class Entry:
    """One row."""

    module: str
    does: str
    differs: str


def entries() -> list[Entry]:
    """Every module and class docstring with the mark, by module."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        if path == Path(__file__):
            continue
        module = ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")
        tree = ast.parse(path.read_text("utf-8"))
        nodes = [tree, *(node for node in ast.walk(tree) if isinstance(node, (ast.ClassDef, ast.FunctionDef)))]
        for node in nodes:
            docstring = ast.get_docstring(node) or ""
            if MARK in docstring:
                name = f"{module}.{node.name}" if isinstance(node, (ast.ClassDef, ast.FunctionDef)) else module
                found.append(_entry(name, docstring))
    return found


def table() -> str:
    """The table of components."""
    rows = [f"| `{entry.module}` | {entry.does} | {entry.differs} |" for entry in entries()]
    return HEAD + "\n".join(rows) + "\n"


async def fault_tables() -> str:
    """What can be made to fail: every fault point that a running server declares."""
    chosen = settings.parse(["--port", "0"])
    settings.prepare_imports()
    # Libraries read these when they are imported, and importing the server imports them all.
    from localaws.server import LocalAws  # noqa: PLC0415

    points = LocalAws(chosen, asyncio.get_running_loop()).fault_points()
    text = FAULTS_HEAD
    for point in points:
        attributes = ", ".join(f"`{name}`" for name in point.attributes)
        paths = f", and by paths into {point.document}" if point.document else ""
        text += f"\n## `{point.name}`\n\nMatches on {attributes}{paths}.\n\n| kind | effect |\n| --- | --- |\n"
        text += "".join(f"| `{kind}` | {_cell(effect)} |\n" for kind, effect in point.kinds.items())
    return text


def _entry(module: str, docstring: str) -> Entry:
    first = docstring.split("\n\n", 1)[0]
    differs = docstring.split(MARK, 1)[1].split("\n\n", 1)[0]
    return Entry(module, _cell(first), _cell(differs))


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().replace("|", "\\|")


if __name__ == "__main__":
    print(table() + asyncio.run(fault_tables()), end="")
