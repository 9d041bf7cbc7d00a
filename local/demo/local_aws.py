"""Local AWS as a child process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from demo.environment import local_environment


class LocalAwsError(RuntimeError):
    """Local AWS did not start; the text is the end of its log."""


class LocalAws:
    """One running `python -m localaws`; state lives in its memory, so it is kept from apply to destroy."""

    def __init__(
        self,
        folder: Path,
        port: int = 0,
        tls: tuple[Path, Path] | None = None,
        environment: Mapping[str, str] | None = None,
        bedrock: str | None = None,
    ) -> None:
        """`folder` holds its log and unpacked functions; `tls` is (certificate, key) for https and wss."""
        folder.mkdir(parents=True, exist_ok=True)
        self.log = folder / "localaws.log"
        command = [sys.executable, "-m", "localaws", "--port", str(port), "--state-dir", str(folder / "functions")]
        if tls is not None:
            command += ["--tls-port", "0", "--tls-cert", str(tls[0]), "--tls-key", str(tls[1])]
        if bedrock is not None:
            command += ["--bedrock", bedrock]
        # Only Bedrock's pass-through needs the caller's own credentials; otherwise nothing here can even see them.
        inherited = dict(os.environ) if bedrock == "aws" else local_environment()
        with self.log.open("w") as log:
            self._process = subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=inherited | dict(environment or {}),
                start_new_session=True,
            )
        assert self._process.stdout is not None
        ready = self._process.stdout.readline().split()
        if ready[:1] != ["ready"]:
            self._process.wait(timeout=10)
            raise LocalAwsError(f"local AWS did not start:\n{self.log.read_text()[-2000:]}")
        self.endpoint = ready[1]
        self.tls_endpoint = ready[2] if len(ready) > 2 else None

    def admin(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """One call of the admin API, such as `admin("GET", "health")`."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"content-type": "application/json"}
        request = urllib.request.Request(f"{self.endpoint}/_local/{path}", data, headers, method=method)  # noqa: S310 - our own loopback
        with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
            return json.loads(response.read() or b"null")

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process.poll() is None

    def stop(self) -> None:
        """Ends it, and every function it runs."""
        if self.running:
            self._process.terminate()
            try:
                self._process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(timeout=5)
