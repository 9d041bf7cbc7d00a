"""Unpacks a function's zip and checks that this machine can run it."""

from __future__ import annotations

import io
import platform
import stat
import tempfile
import threading
import zipfile
from pathlib import Path

from localaws.lambda_.errors import LambdaError
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


def unpack(function: Function, root: Path) -> Path:
    """The folder holding the function's code, unpacked once per code hash.

    Raises LambdaError naming what is wrong with the zip: no `bootstrap`, not executable, or built for another machine.
    """
    if function.architecture != host_architecture():
        raise LambdaError(
            "InvalidRuntimeException",
            f"{function.name} is an {function.architecture} function and local AWS runs the real binary on this "
            f"{host_architecture()} machine: package it for {host_architecture()} "
            f"and set lambda_architecture to {host_architecture()}",
            502,
        )
    folder = root / "code" / function.code_sha256.replace("/", "_").replace("+", "-").rstrip("=")
    with _unpacking:
        if not folder.exists():
            _extract(function, folder)
    _check_bootstrap(function, folder / "bootstrap")
    return folder


def _extract(function: Function, folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    # A name of its own, so that an unpacking that was interrupted is never taken for a whole one.
    staging = Path(tempfile.mkdtemp(dir=folder.parent))
    try:
        archive = zipfile.ZipFile(io.BytesIO(function.code))
    except zipfile.BadZipFile:
        raise LambdaError("InvalidZipFileException", f"{function.name}: the code is not a zip file", 502) from None
    with archive:
        if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED_BYTES:
            raise LambdaError("InvalidZipFileException", f"{function.name}: unpacks to more than 250 MB", 502)
        for entry in archive.infolist():
            target = Path(archive.extract(entry, staging))
            mode = entry.external_attr >> 16
            if target.is_file() and mode:
                # Read-only to the function, as /var/task is; the execute bit decides whether it can start.
                target.chmod(stat.S_IMODE(mode) & 0o555 | 0o400)
    staging.rename(folder)


def _check_bootstrap(function: Function, bootstrap: Path) -> None:
    if not bootstrap.is_file():
        raise LambdaError(
            "Runtime.InvalidEntrypoint",
            f"{function.name}: Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]",
            502,
        )
    if not bootstrap.stat().st_mode & 0o111:
        raise LambdaError("Runtime.InvalidEntrypoint", f"{function.name}: bootstrap is not executable", 502)
    with bootstrap.open("rb") as file:
        head = file.read(20)
    if head[:4] == b"\x7fELF":
        built_for = _ELF_MACHINES.get(int.from_bytes(head[18:20], "little" if head[5] == 1 else "big"), "unknown")
        if built_for != host_architecture():
            raise LambdaError(
                "Runtime.InvalidEntrypoint",
                f"{function.name}: bootstrap is built for {built_for}, this machine is {host_architecture()}",
                502,
            )
