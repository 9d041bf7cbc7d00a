"""Puts one executable into a zip as ``bootstrap``; the same executable always gives the same zip.

Usage: zip_bootstrap.py EXECUTABLE ZIP release|dev

Date, mode and system are fixed, so that the zip's hash, by which Terraform deploys, changes with the
code and with nothing else.
"""

import sys
import zipfile
from pathlib import Path

EARLIEST_DATE = (1980, 1, 1, 0, 0, 0)
UNIX = 3
EXECUTABLE = 0o100755 << 16


def write(executable: Path, archive: Path, level: int) -> None:
    """Writes ``archive`` in one step: a reader sees the old one or the new one."""
    entry = zipfile.ZipInfo("bootstrap", EARLIEST_DATE)
    entry.create_system = UNIX
    entry.external_attr = EXECUTABLE
    entry.compress_type = zipfile.ZIP_DEFLATED
    unfinished = archive.with_suffix(".zip.tmp")
    with zipfile.ZipFile(unfinished, "w") as bundle:
        bundle.writestr(entry, executable.read_bytes(), compresslevel=level)
    unfinished.replace(archive)


def main() -> None:
    executable, archive, profile = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    # Local runs unpack the zip at once, so time counts there and size does not.
    write(executable, archive, level=9 if profile == "release" else 1)
    size = archive.stat().st_size / 1_000_000
    print(
        f"{archive.name}: {size:.2f} MB, unpacked {executable.stat().st_size / 1_000_000:.2f} MB"
    )


if __name__ == "__main__":
    main()
