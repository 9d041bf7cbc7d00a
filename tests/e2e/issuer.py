"""The OpenID provider of the tests: a real one from npm, and the keys to sign tokens that must be refused."""

from __future__ import annotations

import json
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import trustme
from demo.terraform import REPOSITORY
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT_ID = "chat-ui"
OTHER_CLIENT_ID = "another-application"
# Short, so that a browser that stays open for a test must renew its token.
ID_TOKEN_SECONDS = 20
PROVIDER = REPOSITORY / "tests/browser/oidc-provider.mjs"


@dataclass(frozen=True)
class Certificates:
    """PEM files of one authority made for this run."""

    authority: Path
    certificate: Path
    key: Path

    @classmethod
    def made(cls, folder: Path) -> Certificates:
        """A new authority, and one certificate of it for everything on this machine."""
        authority = trustme.CA()
        issued = authority.issue_cert("localhost", "127.0.0.1")
        files = cls(folder / "ca.pem", folder / "localhost.pem", folder / "localhost-key.pem")
        authority.cert_pem.write_to_path(files.authority)
        issued.cert_chain_pems[0].write_to_path(files.certificate)
        issued.private_key_pem.write_to_path(files.key)
        return files


class Issuer:
    """Runs the provider, and signs tokens with its keys."""

    def __init__(self, folder: Path, certificates: Certificates, redirect_uris: list[str]) -> None:
        """`redirect_uris` are the addresses the UI may be served from."""
        self._key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
        self._stranger = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256", "kid": self._key.kid})
        settings = {
            "certificate": certificates.certificate.read_text(),
            "privateKey": certificates.key.read_text(),
            "jwks": KeySet([self._key]).as_dict(private=True),
            "clients": [
                {"clientId": CLIENT_ID, "redirectUris": redirect_uris, "idTokenSeconds": ID_TOKEN_SECONDS},
            ],
        }
        file = folder / "oidc-provider.json"
        file.write_text(json.dumps(settings))
        file.chmod(0o600)
        log = (folder / "oidc-provider.log").open("w")
        self._process = subprocess.Popen(
            ["node", str(PROVIDER), str(file)], stdout=subprocess.PIPE, stderr=log, text=True
        )
        assert self._process.stdout is not None
        self.issuer: str = json.loads(self._process.stdout.readline())["issuer"]

    def token(self, subject: str, **claims: Any) -> str:
        """An ID token as the provider would issue it; `claims` replace its own."""
        return self._sign({**self._claims(subject), **claims}, self._key)

    def flawed(self, flaw: str) -> str:
        """A token with exactly one thing wrong."""
        claims = self._claims("intruder")
        if flaw == "signature":
            return self._sign(claims, self._stranger)
        wrong = {
            "expired": {"iat": claims["iat"] - 7200, "exp": claims["exp"] - 7200},
            "audience": {"aud": OTHER_CLIENT_ID},
            "issuer": {"iss": "https://issuer.example"},
        }
        return self._sign({**claims, **wrong[flaw]}, self._key)

    def stop(self) -> None:
        """Ends the provider."""
        self._process.terminate()
        self._process.wait(timeout=10)

    def _claims(self, subject: str) -> dict[str, Any]:
        now = int(time.time())
        return {"iss": self.issuer, "aud": CLIENT_ID, "sub": subject, "iat": now, "exp": now + 3600}

    def _sign(self, claims: dict[str, Any], key: RSAKey) -> str:
        return jwt.encode({"alg": "RS256", "kid": self._key.kid}, claims, key)
