"""Behind a corporate proxy: what stays on this machine never goes there, whatever the shell or a function says."""

from __future__ import annotations

import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from conftest import Local, invoke

from localaws.loopback import without_proxy

DEAD = "http://127.0.0.1:9"
"""A proxy nobody can reach: whatever is sent there fails."""

PROXIES = {name: DEAD for word in ("http_proxy", "https_proxy", "all_proxy") for name in (word, word.upper())}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "127.0.0.1,localhost,::1"),
        ({"NO_PROXY": "intranet.example"}, "intranet.example,127.0.0.1,localhost,::1"),
        ({"no_proxy": " .example , localhost"}, ".example,localhost,127.0.0.1,::1"),
        ({"no_proxy": "a.example", "NO_PROXY": "b.example"}, "b.example,a.example,127.0.0.1,localhost,::1"),
        ({"NO_PROXY": "*"}, "*"),
    ],
)
def test_loopback_joins_what_the_shell_excludes_already(given: dict[str, str], expected: str) -> None:
    assert without_proxy(given) == {"NO_PROXY": expected, "no_proxy": expected}


FETCH = "answer = json.load(urllib.request.urlopen(os.environ['AWS_ENDPOINT_URL'] + '/_local/health'))['status']"


@pytest.mark.parametrize("excluded", [{}, {"NO_PROXY": "intranet.example"}, {"no_proxy": "intranet.example"}])
def test_function_set_up_for_a_proxy_reaches_its_endpoint(local: Local, function, excluded: dict[str, str]) -> None:
    name = function(FETCH, Environment={"Variables": {**PROXIES, **excluded}})
    assert invoke(local, name)["Payload"] == "ok"


@pytest.fixture
def issuer() -> Iterator[str]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"path": self.path}).encode())

        def log_message(self, *_: object) -> None:
            """Silent."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


START = """
import sys
url = sys.argv.pop(1)
from localaws import __main__, settings
settings.prepare_imports = lambda: print(__import__("json").dumps(oidc._fetch(url)), flush=True) or sys.exit()
from localaws.appsync.auth import oidc
__main__.main()
"""


def test_token_issuer_on_this_machine_is_asked_directly(issuer: str) -> None:
    """As local AWS starts: whatever runs after its first lines sees no proxy for loopback."""
    environment = {"PATH": os.environ["PATH"], **PROXIES, "NO_PROXY": "intranet.example"}
    command = [sys.executable, "-c", START, f"{issuer}/.well-known/openid-configuration"]
    started = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=30)
    assert json.loads(started.stdout or "{}") == {"path": "/.well-known/openid-configuration"}, started.stderr
