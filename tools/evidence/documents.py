"""Rewrites every generated table of the documents, or checks that none has drifted: what `make docs` runs.

    documents.py             rewrite
    documents.py --check     write nothing; exit 1 naming each document that differs

Needs Terraform and its provider for the matrices, no account and no server.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

import alarms
import configuration
import matrices
import mocked
import sections
import skips
from stack import Stack


def documents(stack: Stack) -> dict[Path, Mapping[str, str]]:
    """Each document with its generated sections by name."""
    return {
        configuration.DOCUMENT: configuration.generated(),
        matrices.DOCUMENT: {**matrices.generated(stack), "skips": skips.generated()},
        alarms.DOCUMENT: alarms.generated(stack),
    }


def main() -> int:
    """Returns the process's exit status."""
    parser = argparse.ArgumentParser(description="Rewrite the generated tables of the documents.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a table differs")
    check = parser.parse_args().check
    made = documents(Stack(mocked.run().state))
    changed = [path for path, tables in made.items() if (sections.differs if check else sections.write)(path, tables)]
    for path in changed:
        print(
            f"{path.relative_to(sections.ROOT)}: " + ("differs; run `make docs` and review" if check else "rewritten")
        )
    return 1 if check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
