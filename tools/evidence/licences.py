"""Third-party licences of what is shipped: the functions' crates and the UI's production packages.

One list to read (name, version, licence, where used) and one text file with every licence and notice as its authors
wrote it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from crates import FUNCTIONS, licence_texts, linked
from sections import ROOT, table

UI = ROOT / "ui"
RULE = "=" * 100


class NotInstalledError(RuntimeError):
    """The UI's packages are not installed, so their licence texts are not here."""


@dataclass(frozen=True)
class Package:
    """One third-party package that is shipped."""

    name: str
    version: str
    licence: str
    used_by: str
    texts: Mapping[str, str]


def packages(architecture: str) -> list[Package]:
    """Everything third-party in the zips and in the UI's production dependencies, by name."""
    found = [*_crates(architecture), *_npm_packages()]
    return sorted(found, key=lambda package: (package.name.lower(), package.version, package.used_by))


def write(architecture: str, folder: Path) -> list[Path]:
    """Writes `third-party-licences.md` and `third-party-licence-texts.txt` into the folder."""
    shipped = packages(architecture)
    rows = [[package.name, package.version, package.licence, package.used_by] for package in shipped]
    listing, texts = folder / "third-party-licences.md", folder / "third-party-licence-texts.txt"
    listing.write_text(
        "# Third-party licences\n\n"
        f"{len(shipped)} packages are shipped.\n"
        "For the UI these are all production dependencies; the bundle holds the part of them it uses.\n\n"
        + table(["Package", "Version", "Licence", "Shipped in"], rows)
        + "\n"
    )
    texts.write_text("\n".join(_text(package) for package in shipped))
    return [listing, texts]


def _crates(architecture: str) -> Iterator[Package]:
    users: dict[tuple[str, str], list[str]] = {}
    crates = {}
    for function in FUNCTIONS:
        for key, crate in linked(function, architecture).items():
            if not crate.own:
                crates[key] = crate
                users.setdefault(key, []).append(function)
    for key, crate in crates.items():
        yield Package(crate.name, crate.version, crate.licence, ", ".join(users[key]), licence_texts(crate.folder))


def _npm_packages() -> Iterator[Package]:
    lock = json.loads((UI / "package-lock.json").read_text())
    for path, entry in lock["packages"].items():
        if not path or entry.get("dev") or entry.get("link"):
            continue
        folder = UI / path
        if not folder.is_dir():
            if entry.get("optional") or entry.get("peer"):
                continue
            raise NotInstalledError(f"ui/{path} is not installed: run `npm ci` in ui/")
        manifest = json.loads((folder / "package.json").read_text())
        licence = entry.get("license") or manifest.get("license") or "not stated"
        yield Package(path.rpartition("node_modules/")[2], entry["version"], str(licence), "ui", licence_texts(folder))


def _text(package: Package) -> str:
    head = f"{RULE}\n{package.name} {package.version} ({package.licence}), shipped in {package.used_by}\n{RULE}\n"
    if not package.texts:
        return f"{head}\nThe package ships no licence file; it declares {package.licence}.\n"
    return head + "".join(f"\n--- {name}\n\n{text.strip()}\n" for name, text in package.texts.items())
