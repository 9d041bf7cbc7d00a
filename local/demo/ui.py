"""The sample UI, built as it would be deployed and served beside a configuration of its own.

The built page is copied, so that the configuration of a real deployment in `ui/public/` is never touched.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from demo.source import REPOSITORY
from localaws.loopback import without_proxy

UI = REPOSITORY / "ui"
BUILT = UI / "dist"
START_SECONDS = 30


class UiError(RuntimeError):
    """The UI could not be built or served; the text says why."""


def build() -> None:
    """Builds the page, unless nothing it is made of has changed since the last time."""
    sources = [path for folder in ("src", "public") for path in (UI / folder).rglob("*") if path.is_file()]
    sources += [UI / "index.html", UI / "package-lock.json", UI / "vite.config.ts"]
    newest = max(path.stat().st_mtime for path in sources if path.name != "config.json")
    marker = BUILT / "index.html"
    if marker.exists() and marker.stat().st_mtime > newest:
        return
    finished = subprocess.run(["npm", "run", "--silent", "build"], cwd=UI, capture_output=True, text=True, check=False)
    if finished.returncode != 0:
        raise UiError(f"the UI did not build:\n{finished.stdout}{finished.stderr}")


@contextlib.contextmanager
def serve(port: int, terraform_outputs: str, folder: Path, environment: dict[str, str] | None = None) -> Iterator[str]:
    """Serves the built page with the configuration of one stack; yields its address, and stops serving afterwards."""
    page = folder / "ui"
    shutil.rmtree(page, ignore_errors=True)
    shutil.copytree(BUILT, page)
    variables = os.environ | without_proxy(os.environ) | (environment or {})
    configure = ["npm", "run", "--silent", "config", "--", "--out", str(page / "config.json")]
    configured = subprocess.run(
        configure, cwd=UI, input=terraform_outputs, env=variables, capture_output=True, text=True, check=False
    )
    if configured.returncode != 0:
        raise UiError(f"the UI's configuration is not valid: {configured.stderr}")
    # Vite itself, not npm: a signal to npm would leave the server behind.
    vite = UI / "node_modules/.bin/vite"
    command = [str(vite), "preview", "--outDir", str(page), "--port", str(port)]
    with (folder / "ui.log").open("w") as log:
        server = subprocess.Popen(command, cwd=UI, stdout=log, stderr=log, env=variables, start_new_session=True)
    url = f"http://127.0.0.1:{port}/"
    try:
        _wait_until_served(url, server, folder / "ui.log")
        yield url
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=10)
        shutil.rmtree(page, ignore_errors=True)


def _wait_until_served(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own loopback
            return
        time.sleep(0.05)
    raise UiError(f"the UI is not served on {url}:\n{log.read_text()}")
