"""Blocks of Terraform files as plain values: what python-hcl2 parses, without its quotes and interpolation marks."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hcl2

HEREDOC = re.compile(r"^<<(-?)(\w+)\n(.*)\n\s*\2$", re.DOTALL)


def blocks(folder: Path, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """(label, attributes) of each block of `kind` in a folder; the file with the shortest name comes first."""
    for path in sorted(folder.glob("*.tf"), key=lambda path: (len(path.stem), path.stem)):
        with path.open() as file:
            parsed = hcl2.load(file)
        for block in parsed.get(kind, []):
            for label, attributes in block.items():
                yield (
                    label.strip('"'),
                    {key: plain(value) for key, value in attributes.items() if key != "__is_block__"},
                )


def plain(value: Any) -> Any:
    """A string without quotes, a heredoc without marks, an expression without `${}`; lists and maps likewise."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {plain(key): plain(item) for key, item in value.items() if key != "__is_block__"}
    if not isinstance(value, str):
        return value
    if value.startswith("${") and value.endswith("}"):
        return value[2:-1]
    text = value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
    heredoc = HEREDOC.match(text)
    if heredoc:
        return textwrap.dedent(heredoc.group(3))
    return text.replace('\\"', '"').replace("\\\\", "\\")
