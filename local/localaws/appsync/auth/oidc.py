"""Checks OpenID Connect tokens as AppSync does: discovery, JWKS, issuer, client, lifetimes.

https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html#openid-connect-authorization
Differs from AWS: an issuer on a loopback host may be plain http; keys are fetched again after 15 minutes, AWS's time is
documented nowhere.
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
from joserfc.jwk import Key, KeySet, import_key
from joserfc.jws import JWSRegistry
from joserfc.util import urlsafe_b64decode

from localaws.appsync import faults
from localaws.appsync.auth.caller import Unauthorized
from localaws.faults import Faults

ALGORITHMS = [f"{family}{bits}" for family in ("RS", "PS", "HS", "ES") for bits in (256, 384, 512)]
# Header members that are not registered are ignored (RFC 7515, 4). What `crit` names must not be, so it is refused.
REGISTRY = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
FETCH_SECONDS = 5
MAX_AGE_SECONDS = 15 * 60
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

    def __init__(self, registry: Faults) -> None:
        self._faults = registry
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
        if "crit" in header:
            raise Unauthorized("Invalid JWT token: crit names what must be understood.")
        verified = await self._verified(token, config["issuer"], header.get("kid"))
        _check_times(verified, config)
        _check_client(verified, config)
        return dict(verified)

    async def _verified(self, token: str, issuer: str, kid: Any) -> dict[str, Any]:
        """The claims, if one of the issuer's keys signed them."""
        for is_last in (False, True):
            fetched_at = self._issuers.setdefault(issuer, _Keys()).fetched_at
            key_set = await self._keys(issuer, kid, outdated=is_last)
            try:
                return dict(jwt.decode(token, key_set, algorithms=ALGORITHMS, registry=REGISTRY).claims)
            except (JoseError, ValueError) as error:
                # The issuer may have given the id to a new key. Fetched just now, there is nothing newer.
                if is_last or self._issuers[issuer].fetched_at != fetched_at:
                    raise Unauthorized(f"Invalid JWT token: {error}") from error
        raise AssertionError("unreachable")

    async def _keys(self, issuer: str, kid: Any, *, outdated: bool) -> KeySet:
        if not kid or not isinstance(kid, str):
            raise Unauthorized("Invalid JWT token: the header has no kid.")
        keys = self._issuers.setdefault(issuer, _Keys())
        async with keys.lock:
            age = time.monotonic() - keys.fetched_at
            fault = self._faults.take(faults.ISSUER, issuer=issuer)
            if fault is not None:
                age += fault.parameters.get("seconds", MAX_AGE_SECONDS)
            wanted = outdated or not _has_key(keys.key_set, kid)
            if age > MAX_AGE_SECONDS or (wanted and age > REFETCH_SECONDS):
                keys.fetched_at = time.monotonic()
                try:
                    keys.key_set = await asyncio.to_thread(_fetch_keys, issuer)
                except (OSError, ValueError, KeyError, JoseError) as error:
                    # Keys that are known go on being good while the issuer cannot be reached.
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
    jwks_uri = discovery.get("jwks_uri")
    keys = _fetch(jwks_uri).get("keys") if isinstance(jwks_uri, str) else None
    if not isinstance(keys, list):
        missing = "jwks_uri" if not isinstance(jwks_uri, str) else "keys"
        raise ValueError(f"what the issuer publishes has no {missing}")  # noqa: TRY004 - as in `_fetch`
    return KeySet([key for key in map(_key, keys) if key is not None])


def _key(document: Any) -> Key | None:
    """A key, or None for one that is not understood: it must not hide the others (RFC 7517, 5)."""
    if not isinstance(document, dict) or not isinstance(document.get("kid"), str) or not document["kid"]:
        return None
    try:
        return import_key(document)
    except Exception:  # a foreign document in a library: whatever it stumbles over, the key is not understood
        return None


def _fetch(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ValueError(f"{url} must use HTTPS")
    request = urllib.request.Request(url, headers={"accept": "application/json"})  # noqa: S310 - checked above
    with urllib.request.urlopen(request, timeout=FETCH_SECONDS) as response:  # noqa: S310 - checked above
        document = json.load(response)
    if not isinstance(document, dict):
        raise ValueError(f"{url} is no JSON object")  # noqa: TRY004 - of a text that came from elsewhere
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
