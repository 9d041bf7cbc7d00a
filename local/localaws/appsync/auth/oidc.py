"""Checks OpenID Connect tokens as AppSync does: discovery, JWKS, issuer, client, lifetimes.

https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html#openid-connect-authorization
Differs from AWS: an issuer on a loopback host may be plain http.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.util import urlsafe_b64decode

from localaws.appsync.auth.caller import Unauthorized

ALGORITHMS = [f"{family}{bits}" for family in ("RS", "PS", "HS", "ES") for bits in (256, 384, 512)]
FETCH_SECONDS = 5
REFETCH_SECONDS = 10
"""At most one fetch per issuer in this time, so unknown key ids cannot make a flood of them."""

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass
class _Keys:
    fetched_at: float = 0.0
    key_set: KeySet | None = None
    problem: str = "never fetched"
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class OidcVerifier:
    """Remembers each issuer's keys; safe for concurrent use on one event loop."""

    def __init__(self) -> None:
        self._issuers: dict[str, _Keys] = {}

    def forget(self) -> None:
        """Drops every key, as a restart would."""
        self._issuers.clear()

    async def verify(self, token: str, configs: list[dict[str, Any]], *, check_issuer: bool) -> dict[str, Any]:
        """The claims of a token that one of the API's OIDC configurations admits; raises Unauthorized."""
        header, claims = _unverified(token)
        config = configs[0]
        if check_issuer:
            matching = [each for each in configs if each["issuer"] == claims.get("iss")]
            if not matching:
                raise Unauthorized("Invalid JWT token: the issuer is not one of this API's.")
            config = matching[0]
        key_set = await self._keys(config["issuer"], header.get("kid"))
        try:
            verified = jwt.decode(token, key_set, algorithms=ALGORITHMS).claims
        except (JoseError, ValueError) as error:
            raise Unauthorized(f"Invalid JWT token: {error}") from error
        _check_times(verified, config)
        _check_client(verified, config)
        return dict(verified)

    async def _keys(self, issuer: str, kid: str | None) -> KeySet:
        if not kid or not isinstance(kid, str):
            raise Unauthorized("Invalid JWT token: the header has no kid.")
        keys = self._issuers.setdefault(issuer, _Keys())
        async with keys.lock:
            if not _has_key(keys.key_set, kid) and time.monotonic() - keys.fetched_at > REFETCH_SECONDS:
                keys.fetched_at = time.monotonic()
                try:
                    keys.key_set = await asyncio.to_thread(_fetch_keys, issuer)
                except (OSError, ValueError, KeyError, JoseError) as error:
                    keys.problem = str(error)
        if keys.key_set is None:
            # Failing to reach the issuer is not remembered: it may be starting.
            keys.fetched_at = 0.0
            raise Unauthorized(f"Unable to fetch the signing keys of {issuer}: {keys.problem}")
        if not _has_key(keys.key_set, kid):
            raise Unauthorized(f"Invalid JWT token: {issuer} has no key {kid}.")
        return keys.key_set


def _has_key(key_set: KeySet | None, kid: str) -> bool:
    return key_set is not None and any(key.kid == kid for key in key_set.keys)


def _unverified(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        header, claims, _ = (part.encode() for part in token.split("."))
        parsed = json.loads(urlsafe_b64decode(header)), json.loads(urlsafe_b64decode(claims))
    except ValueError:
        raise Unauthorized("Unable to parse JWT token.") from None
    if not all(isinstance(part, dict) for part in parsed):
        raise Unauthorized("Unable to parse JWT token.")
    return parsed


def _fetch_keys(issuer: str) -> KeySet:
    discovery = _fetch(issuer.rstrip("/") + "/.well-known/openid-configuration")
    keys = _fetch(discovery["jwks_uri"])["keys"]
    return KeySet.import_key_set({"keys": [key for key in keys if key.get("kid") and key.get("kty")]})


def _fetch(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ValueError(f"{url} must use HTTPS")
    request = urllib.request.Request(url, headers={"accept": "application/json"})  # noqa: S310 - checked above
    with urllib.request.urlopen(request, timeout=FETCH_SECONDS) as response:  # noqa: S310 - checked above
        document: dict[str, Any] = json.load(response)
    return document


def _check_times(claims: dict[str, Any], config: dict[str, Any]) -> None:
    now = time.time()
    for claim in ("iat", "exp"):
        if claim not in claims:
            raise Unauthorized(f"Invalid JWT token: {claim} is missing.")
    for claim in ("iat", "exp", "nbf", "auth_time"):
        if not isinstance(claims.get(claim, 0), int | float):
            raise Unauthorized(f"Invalid JWT token: {claim} is not a number.")
    if claims["exp"] <= now:
        raise Unauthorized("Token has expired.")
    if claims.get("nbf", 0) > now:
        raise Unauthorized("Invalid JWT token: it is not valid yet.")
    for limit, claim in (("iatTTL", "iat"), ("authTTL", "auth_time")):
        milliseconds = config.get(limit)
        if milliseconds and now - claims.get(claim, 0) > milliseconds / 1000:
            raise Unauthorized("Token has expired.")


def _check_client(claims: dict[str, Any], config: dict[str, Any]) -> None:
    client = config.get("clientId")
    if not client:
        return
    audience = claims.get("aud")
    candidates = [*(audience if isinstance(audience, list) else [audience]), claims.get("azp")]
    if not any(isinstance(each, str) and re.fullmatch(client, each) for each in candidates):
        raise Unauthorized("Invalid JWT token: neither aud nor azp is a client of this API.")
