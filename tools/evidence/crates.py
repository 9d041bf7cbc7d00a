"""What is linked into a function: the crates cargo resolves for it, with licence, checksum and source folder."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from sections import ROOT

FUNCTIONS = ("data-source", "orchestrator")
TARGETS = {"x86_64": "x86_64-unknown-linux-gnu", "arm64": "aarch64-unknown-linux-gnu"}
LINE = re.compile(r"^(?P<depth>\d+)(?P<name>\S+) v(?P<version>\S+)")


@dataclass
class Crate:
    """One crate of a function, and the crates it links itself."""

    name: str
    version: str
    licence: str
    repository: str
    checksum: str
    folder: Path
    own: bool
    dependencies: set[tuple[str, str]] = field(default_factory=set)

    @property
    def key(self) -> tuple[str, str]:
        """Name and version: what tells two crates of one tree apart."""
        return self.name, self.version


def linked(function: str, architecture: str = "x86_64") -> dict[tuple[str, str], Crate]:
    """The crates in the function's binary by name and version, the function's own first.

    Normal dependencies of the target only, with the features cargo enables for this package: no build scripts' and
    no procedural macros' dependencies, as none of those is in the binary.
    """
    tree = _cargo(
        "tree", "--locked", "--package", function, "--edges", "normal,no-proc-macro", "--target", TARGETS[architecture],
        "--prefix", "depth", "--format", "{p}",
    )  # fmt: skip
    found: dict[tuple[str, str], Crate] = {}
    path: list[Crate] = []
    for line in tree.splitlines():
        match = LINE.match(line)
        if match is None:
            continue
        depth, key = int(match["depth"]), (match["name"], match["version"])
        crate = found.setdefault(key, _crate(*key))
        del path[depth:]
        if path:
            path[-1].dependencies.add(key)
        path.append(crate)
    return found


def licence_texts(folder: Path) -> dict[str, str]:
    """The licence and notice files a package ships, by file name."""
    pattern = re.compile(r"^(licen[cs]e|copying|notice|unlicense|copyright)", re.IGNORECASE)
    files = sorted(path for path in folder.iterdir() if path.is_file() and pattern.match(path.name))
    return {path.name: path.read_text(errors="replace") for path in files}


def _crate(name: str, version: str) -> Crate:
    package = _packages()[name, version]
    return Crate(
        name=name,
        version=version,
        licence=package.get("license") or f"see {package.get('license_file')}",
        repository=package.get("repository") or "",
        checksum=_checksums().get((name, version), ""),
        folder=Path(package["manifest_path"]).parent,
        own=package["source"] is None,
    )


@cache
def _packages() -> Mapping[tuple[str, str], Any]:
    metadata = json.loads(_cargo("metadata", "--locked", "--format-version", "1"))
    return {(package["name"], package["version"]): package for package in metadata["packages"]}


@cache
def _checksums() -> Mapping[tuple[str, str], str]:
    lock = tomllib.loads((ROOT / "Cargo.lock").read_text())
    return {(package["name"], package["version"]): package.get("checksum", "") for package in lock["package"]}


def _cargo(*arguments: str) -> str:
    return subprocess.run(["cargo", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout
