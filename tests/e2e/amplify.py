"""aws-amplify, the public AppSync client the blog's page is built on, as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

from demo.terraform import REGION, REPOSITORY

from e2e.client import Api, new_session
from e2e.issuer import Certificates

BROWSER = REPOSITORY / "tests/browser"


def ask(
    reader: Api, certificates: Certificates, message: str, request_id: str | None = None, *, ask_at_once: bool = False
) -> list[dict[str, Any]]:
    """The pieces one page hears. Amplify speaks https and wss whatever the endpoint is, so `reader` must be on TLS."""
    settings = {
        "endpoint": reader.graphql_url,
        "region": REGION,
        "apiKey": reader.auth["x-api-key"],
        "sessionId": new_session(),
        "message": message,
        "requestId": request_id,
        "askAtOnce": ask_at_once,
    }
    finished = subprocess.run(
        ["node", "amplify-client.mjs", json.dumps(settings)],
        cwd=BROWSER,
        env=os.environ | {"NODE_EXTRA_CA_CERTS": str(certificates.authority)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    pieces: list[dict[str, Any]] = [json.loads(line) for line in finished.stdout.splitlines()]
    assert {piece["sessionId"] for piece in pieces} == {settings["sessionId"]}
    return pieces
