"""The code of the deployment, apart from whatever a real deployment left beside it.

Somebody who deploys from this folder keeps a backend, variables, overrides and state in it. None of that may act when
the demo or a test runs Terraform, so they run it in a copy of the files that git tracks, as they stand: a developer's
uncommitted change counts, a file that git does not know is the reader's own.
"""

from __future__ import annotations

import fnmatch
import os
import shutil
import subprocess
from pathlib import Path

import hcl2

REPOSITORY = Path(__file__).resolve().parents[2]
CODE = ("deployment", "sample.tfvars")

# Terraform reads these by their name alone; in a fork they may even be committed.
LEFTOVERS = (
    "*.tfvars",
    "*.tfvars.json",
    "override.tf",
    "override.tf.json",
    "*_override.tf",
    "*_override.tf.json",
    "*.tfstate",
    "*.tfstate.*",
    "*.tfplan",
    "*.tfbackend",
    ".terraform",
    "node_modules",
)
SAMPLE = "sample.tfvars"

# An override file replaces a backend or cloud block wherever it stands, and what a provider block says of credentials.
# https://developer.hashicorp.com/terraform/language/files/override
FORCED = """terraform {
  backend "local" {}
}

provider "aws" {
  access_key               = "test"
  secret_key               = "test"
  profile                  = null
  shared_config_files      = null
  shared_credentials_files = null

  endpoints {}
}
"""


class SourceError(RuntimeError):
    """What belongs to the code cannot be told; the text says why."""


def copy_code(folder: Path) -> Path:
    """Makes `folder` a copy of the code for local AWS, with a local backend forced; returns its `deployment/`."""
    deployment = copy_files(folder)
    (deployment / "forced_override.tf").write_text(FORCED)
    return deployment


def copy_files(folder: Path) -> Path:
    """Makes `folder` a fresh copy of the code and nothing else, to be read and planned; returns its `deployment/`."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in files():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        # Contents, not links: a link would lead back into the folder this is a copy of.
        shutil.copyfile(REPOSITORY / name, target)
    return folder / "deployment"


def files() -> list[Path]:
    """The files of the code, relative to the repository."""
    names = _git("ls-files", "-z", "--", *CODE)
    found = [Path(name) for name in names] if names else _walk()
    return [path for path in found if not _is_leftover(path) and (REPOSITORY / path).is_file()]


def left_out() -> list[Path]:
    """Terraform files that are here and act nowhere: git does not track them."""
    untracked = [Path(name) for name in _git("ls-files", "-z", "--others", "--exclude-standard", "--", *CODE)]
    return [path for path in untracked if path.suffix in (".tf", ".js", ".graphql", ".tftpl")]


def sample(name: str) -> str | list[str]:
    """What sample.tfvars gives a variable: a text, or a list of texts."""
    with (REPOSITORY / SAMPLE).open() as file:
        value = hcl2.load(file)[name]
    return [text.strip('"') for text in value] if isinstance(value, list) else str(value).strip('"')


def _is_leftover(path: Path) -> bool:
    if path.name == SAMPLE:
        return False
    return any(fnmatch.fnmatchcase(part, pattern) for part in path.parts for pattern in LEFTOVERS)


def _git(*arguments: str) -> list[str]:
    """What git prints, NUL-separated; nothing where this is no working copy (a downloaded archive)."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    # Else git refuses a folder that belongs to another user. Here it only lists names, which is safe anywhere.
    command = ["git", "-c", "safe.directory=*", *arguments]
    try:
        listed = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        listed = subprocess.CompletedProcess(command, 1, "", "git is not installed")
    if listed.returncode == 0:
        return listed.stdout.split("\0")[:-1]
    if (REPOSITORY / ".git").exists():
        raise SourceError(f"git cannot say which files belong to the code: {listed.stderr.strip()}")
    return []


def _walk() -> list[Path]:
    """Every file there is: without git only their names tell the reader's own from the code's."""
    roots = [REPOSITORY / name for name in CODE]
    found = [path for root in roots for path in ([root] if root.is_file() else sorted(root.rglob("*")))]
    return [path.relative_to(REPOSITORY) for path in found]
