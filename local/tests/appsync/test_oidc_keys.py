"""What token issuers put into headers and key sets, and how long it is believed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from conftest import Local
from joserfc.jwk import RSAKey

from appsync.issuer import ASK, Issuer, refusal, running
from appsync.support import AUTHORIZATION, Api

JWK = "https://www.rfc-editor.org/rfc/rfc7517#section-5"
JOSE = "https://www.rfc-editor.org/rfc/rfc7515#section-4"

OddApi = tuple[Api, Issuer]


@pytest.fixture
def odd(make_api: Callable[..., Api]) -> Any:
    """An API and an issuer of its own, whose documents a test may spoil."""
    from appsync.issuer import IDENTITY  # noqa: PLC0415 - beside its only use

    with running() as provider:
        api = make_api(authenticationType="OPENID_CONNECT", openIDConnectConfig={"issuer": provider.url})
        api.resolver("Query.ask", IDENTITY)
        yield api, provider


@pytest.mark.documented(JOSE)
@pytest.mark.parametrize(
    "header",
    [
        {"pi.atm": "q0xp"},
        {"cat": "cl_B7d4PD111AAA"},
        {"gty": ["authorization_code"], "nonce": "abc"},
        {"x5t": "abc", "unknown": {"deep": [1]}},
        {"typ": "at+jwt", "jku": "https://elsewhere.example/keys"},
    ],
)
def test_header_members_nobody_registered_are_ignored(odd: OddApi, header: dict[str, Any]) -> None:
    api, issuer = odd
    assert api.post(ASK, authorization=issuer.token(header=header)).status == 200
    assert "/keys" in issuer.requests[-1]


@pytest.mark.documented(JOSE)
@pytest.mark.parametrize("crit", [["exp"], ["b64"], [], "exp"])
def test_header_members_that_must_be_understood_are_refused(odd: OddApi, crit: Any) -> None:
    api, issuer = odd
    token = issuer.token(header={"exp": 1})
    assert api.post(ASK, authorization=token).status == 200
    assert "crit" in refusal(api.post(ASK, authorization=_with_crit(issuer, crit)))


def _with_crit(issuer: Issuer, crit: Any) -> str:
    """joserfc writes no such header, and its signature need not be good to be refused for it."""
    import base64  # noqa: PLC0415 - beside its only use
    import json  # noqa: PLC0415 - as above

    _, claims, signature = issuer.token().split(".")
    header = {"alg": "RS256", "kid": next(iter(issuer.keys)), "crit": crit}
    return ".".join([base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("="), claims, signature])


ODD_KEYS: list[Any] = [
    {"kty": "EC", "kid": "odd", "crv": "P-999", "x": "AA", "y": "AA"},
    {"kty": "RSA", "kid": "odd", "e": "AQAB"},
    {"kty": "RSA", "kid": "odd", "n": 7, "e": "AQAB"},
    {"kty": "RSA", "kid": "odd", "n": "!!", "e": "AQAB"},
    {"kty": "RSA", "kid": 7, "n": "AQAB", "e": "AQAB"},
    {"kty": "AKP", "kid": "odd", "alg": "ML-DSA-44", "pub": "AA"},
    {"kty": 7, "kid": "odd"},
    {"kid": "odd"},
    {"kty": "oct", "kid": "odd"},
    {"kty": "OKP", "kid": "odd", "crv": "Ed448", "x": "AA"},
    {},
    "text",
    None,
    7,
]


@pytest.mark.documented(JWK)
@pytest.mark.parametrize("key", ODD_KEYS, ids=str)
def test_a_key_that_is_not_understood_hides_no_other(odd: OddApi, key: Any) -> None:
    api, issuer = odd
    issuer.documents["/keys"] = {"keys": [key, *issuer.published(), key]}
    assert api.post(ASK, authorization=issuer.token()).status == 200


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys"])
@pytest.mark.parametrize(
    "document", [[], "text", None, 7, {}, {"jwks_uri": 7, "keys": 7}, {"jwks_uri": None, "keys": {"a": 1}}], ids=str
)
def test_documents_of_another_shape_admit_nobody_and_say_why(odd: OddApi, path: str, document: Any) -> None:
    api, issuer = odd
    issuer.documents[path] = document
    assert "Unable to fetch the signing keys" in refusal(api.post(ASK, authorization=issuer.token()))


def age(local: Local, issuer: Issuer, **parameters: int) -> None:
    local.fault("appsync.issuer", "aged", match={"issuer": issuer.url}, parameters=parameters)


@pytest.mark.documented(AUTHORIZATION)
def test_a_key_that_was_withdrawn_is_refused_once_keys_are_old(local: Local, odd: OddApi) -> None:
    api, issuer = odd
    withdrawn, token = next(iter(issuer.keys)), issuer.token()
    issuer.add_key()
    assert api.post(ASK, authorization=token).status == 200
    del issuer.keys[withdrawn]
    assert api.post(ASK, authorization=token).status == 200, "keys are remembered"
    age(local, issuer)
    assert "has no key" in refusal(api.post(ASK, authorization=token))


@pytest.mark.documented(AUTHORIZATION)
def test_a_new_key_under_a_known_id_is_found(local: Local, odd: OddApi) -> None:
    api, issuer = odd
    kid = next(iter(issuer.keys))
    assert api.post(ASK, authorization=issuer.token()).status == 200
    old = issuer.token()
    issuer.keys[kid] = RSAKey.generate_key(2048, {"kid": kid})
    fetched = len(issuer.requests)
    refusal(api.post(ASK, authorization=issuer.token()))
    assert len(issuer.requests) == fetched, "at most one fetch in ten seconds"
    local.fault("appsync.issuer", "aged", times=2, match={"issuer": issuer.url}, parameters={"seconds": 60})
    assert api.post(ASK, authorization=issuer.token()).status == 200
    refusal(api.post(ASK, authorization=old))


def test_known_keys_stay_good_while_the_issuer_is_away(local: Local, odd: OddApi) -> None:
    api, issuer = odd
    token = issuer.token()
    assert api.post(ASK, authorization=token).status == 200
    issuer.documents["/keys"] = []
    age(local, issuer)
    assert api.post(ASK, authorization=token).status == 200
