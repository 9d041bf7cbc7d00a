"""The checkov checks the deployment skips, each with the reason that stands beside its resource."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sections import ROOT, code, table

SKIP = re.compile(r"#checkov:skip=(\w+):(.+)$")
RESOURCE = re.compile(r'^resource "(\w+)" "(\w+)"')


def generated() -> str:
    """One row per skip, by file."""
    return table(["Check", "Resource", "Reason"], list(_rows()))


def _rows() -> Iterator[list[str]]:
    for path in sorted((ROOT / "deployment").rglob("*.tf")):
        resource = ""
        for line in path.read_text().splitlines():
            if match := RESOURCE.match(line):
                resource = f"{match.group(1)}.{match.group(2)} in {path.parent.relative_to(ROOT)}"
            elif match := SKIP.search(line):
                name, place = resource.split(" in ")
                yield [match.group(1), f"{code(name)} in {code(place)}", match.group(2)]
