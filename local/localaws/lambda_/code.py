"""Unpacks a function's zip and checks that this machine can run it."""

from __future__ import annotations

import io
import platform
import stat
import tempfile
import threading
import zipfile
from pathlib import Path

from localaws.lambda_.function import Function

MAX_UNPACKED_BYTES = 250 * 1024 * 1024
"""https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""

_ELF_MACHINES = {0x3E: "x86_64", 0xB7: "arm64"}
_unpacking = threading.Lock()
"""Fifty cold starts of the same code at once unpack it once."""

_HOSTS = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}


def host_architecture() -> str:
    """This machine's architecture as Lambda names it."""
    return _HOSTS.get(platform.machine().lower(), platform.machine())


class CodeError(Exception):
    """The function's code cannot be run here; the message says why and what to do."""


def foreign(name: str, declared: str, code: bytes) -> str | None:
    """Why the code cannot run on this machine's processor, or None if it can.

    Told when the function is created, since nothing it would be invoked for could work.
    """
    host = host_architecture()
    if declared != host:
        return (
            f"{name} is an {declared} function and local AWS runs the real binary on this {host} machine: "
            f"package it for {host} and set lambda_architecture to {host}"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(code)) as archive, archive.open("bootstrap") as file:
            head = file.read(20)
    except (zipfile.BadZipFile, KeyError):
        return None
    if head[:4] != b"\x7fELF":
        return None
    built_for = _ELF_MACHINES.get(int.from_bytes(head[18:20], "little" if head[5] == 1 else "big"), "unknown")
    return None if built_for == host else f"{name}: bootstrap is built for {built_for}, this machine is {host}"


def unpack(function: Function, root: Path) -> Path:
    """The folder holding the function's code, unpacked once per code hash.

    Raises CodeError if the zip is none, too large, or has no `bootstrap` that can be executed.
    """
    folder = root / "code" / function.code_sha256.replace("/", "_").replace("+", "-").rstrip("=")
    with _unpacking:
        if not folder.exists():
            _extract(function, folder)
    bootstrap = folder / "bootstrap"
    if not bootstrap.is_file():
        raise CodeError("Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]")
    if not bootstrap.stat().st_mode & 0o111:
        raise CodeError("bootstrap is not executable: fork/exec /var/task/bootstrap: permission denied")
    return folder


def _extract(function: Function, folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Unpacked under a temporary name, so that an interrupted unpacking is never taken for a whole one.
    staging = Path(tempfile.mkdtemp(dir=folder.parent))
    try:
        archive = zipfile.ZipFile(io.BytesIO(function.code))
    except zipfile.BadZipFile:
        raise CodeError("the code is not a zip file") from None
    with archive:
        if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED_BYTES:
            raise CodeError("the code unpacks to more than 250 MB")
        for entry in archive.infolist():
            target = Path(archive.extract(entry, staging))
            mode = entry.external_attr >> 16
            if target.is_file() and mode:
                # Read-only to the function, as /var/task is; the execute bit decides whether it can start.
                target.chmod(stat.S_IMODE(mode) & 0o555 | 0o400)
    staging.rename(folder)
