"""The scanners' checks that the deployment skips, each with the reason that stands beside its resource."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sections import ROOT, code, table

SKIP = re.compile(r"#(checkov|prowler):skip=(\w+):(.+)$")
RESOURCE = re.compile(r'^resource "(\w+)" "(\w+)"')


@dataclass(frozen=True)
class Skip:
    """One skipped check of one resource."""

    scanner: str
    check: str
    resource: str
    """Type and name, such as `aws_s3_bucket.this`."""
    folder: str
    """Of the module, from the repository's root."""
    reason: str


def generated() -> str:
    """One row per skip, by file."""
    rows = [
        [skip.check, f"{code(skip.resource)} in {code(skip.folder)}", skip.reason]
        for scanner in ("checkov", "prowler")
        for skip in of(scanner)
    ]
    return table(["Check", "Resource", "Reason"], rows)


def of(scanner: str) -> Iterator[Skip]:
    """Every skip of one scanner, by file."""
    for path in sorted((ROOT / "deployment").rglob("*.tf")):
        folder, resource = str(path.parent.relative_to(ROOT)), ""
        for line in path.read_text().splitlines():
            if match := RESOURCE.match(line):
                resource = f"{match.group(1)}.{match.group(2)}"
            elif (match := SKIP.search(line)) and match.group(1) == scanner:
                yield Skip(scanner, match.group(2), resource, folder, match.group(3))
