"""An OpenID provider for tests: what it publishes can be anything, and its tokens can have any fault."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey
from joserfc.jws import JWSRegistry

from appsync.support import Answer

IDENTITY = """
import { util } from '@aws-appsync/utils';
export function request(ctx) {
  return { payload: { session: util.authType(), text: ctx.identity.sub, identity: ctx.identity } };
}
export function response(ctx) { return ctx.result; }
"""
ASK = '{ ask(input: {session: "s"}) { session text identity } }'


@dataclass
class Issuer:
    """An OpenID provider: discovery, keys, tokens."""

    url: str = ""
    keys: dict[str, Any] = field(default_factory=dict)
    documents: dict[str, Any] = field(default_factory=dict)
    """Published instead of the usual ones, by path."""
    requests: list[str] = field(default_factory=list)

    def add_key(self, kind: str = "RSA") -> str:
        """A new signing key; returns its id."""
        kid = uuid.uuid4().hex
        key = RSAKey.generate_key(2048, {"kid": kid}) if kind == "RSA" else ECKey.generate_key("P-256", {"kid": kid})
        self.keys[kid] = key
        return kid

    def published(self) -> list[dict[str, Any]]:
        """The public keys."""
        keys: list[dict[str, Any]] = KeySet(list(self.keys.values())).as_dict(private=False)["keys"]  # type: ignore[assignment]
        return keys

    def token(
        self,
        kid: str | None = None,
        algorithm: str = "RS256",
        key: Any = None,
        header: dict[str, Any] | None = None,
        **changes: Any,
    ) -> str:
        """A valid token with changes; a claim set to None is left out."""
        kid = kid or next(iter(self.keys))
        now = int(time.time())
        claims = {"iss": self.url, "sub": "anna", "aud": "app-1", "iat": now, "exp": now + 600, **changes}
        kept = {name: value for name, value in claims.items() if value is not None}
        registry = JWSRegistry(algorithms=[algorithm], strict_check_header=False)
        members = {"alg": algorithm, "kid": kid, **(header or {})}
        return jwt.encode(members, kept, key or self.keys[kid], registry=registry)


@contextmanager
def running() -> Iterator[Issuer]:
    """A provider on a free port, with one key."""
    provider = Issuer()
    provider.add_key()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.requests.append(self.path)
            documents = {
                "/.well-known/openid-configuration": {"issuer": provider.url, "jwks_uri": f"{provider.url}/keys"},
                "/keys": {"keys": provider.published()},
                **provider.documents,
            }
            body = json.dumps(documents.get(self.path, {})).encode()
            self.send_response(200 if self.path in documents else 404)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield provider
    server.shutdown()


def refusal(answer: Answer) -> str:
    """Why a request was refused as a whole."""
    assert (answer.status, answer.error["errorType"]) == (401, "UnauthorizedException"), answer
    return str(answer.error["message"])
