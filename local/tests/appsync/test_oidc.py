"""OpenID Connect: an issuer of our own, and every reason a token of it is refused."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from conftest import wait_until
from joserfc.jwk import RSAKey

from appsync.issuer import ASK, Issuer, refusal
from appsync.support import AUTHORIZATION, Api, publisher


@pytest.mark.documented(AUTHORIZATION)
@pytest.mark.parametrize("prefix", ["", "Bearer "])
def test_a_token_is_admitted_and_becomes_the_identity(
    make_oidc: Callable[..., Api], issuer: Issuer, prefix: str
) -> None:
    answer = make_oidc().post(ASK, authorization=prefix + issuer.token(sub="anna", role="reader"))
    seen = answer.body["data"]["ask"]
    assert seen["session"] == "Open ID Connect Authorization"
    identity = json.loads(seen["identity"])
    assert set(identity) == {"claims", "issuer", "sub"}
    assert (identity["sub"], identity["issuer"], identity["claims"]["role"]) == ("anna", issuer.url, "reader")


@pytest.mark.documented(AUTHORIZATION)
def test_a_token_is_refused_for_each_of_its_faults(make_oidc: Callable[..., Api], issuer: Issuer) -> None:
    api, now = make_oidc(), int(time.time())
    stranger = RSAKey.generate_key(2048)
    cases = {
        "expired": (issuer.token(iat=now - 700, exp=now - 1), "Token has expired."),
        "not valid yet": (issuer.token(nbf=now + 60), "it is not valid yet"),
        "no iat": (issuer.token(iat=None), "iat is missing"),
        "no exp": (issuer.token(exp=None), "exp is missing"),
        "another issuer": (issuer.token(iss="https://elsewhere"), "the issuer is not one of this API's"),
        "issuer with a slash": (issuer.token(iss=issuer.url + "/"), "the issuer is not one of this API's"),
        "another client": (issuer.token(aud="app-3"), "neither aud nor azp"),
        "a client that only begins alike": (issuer.token(aud="app-11"), "neither aud nor azp"),
        "another key": (issuer.token(key=stranger), "bad_signature"),
        "an unknown key id": (issuer.token(kid="nope", key=stranger), "has no key nope"),
        "no token": ("nonsense", "Unable to parse JWT token."),
    }
    told = {name: refusal(api.post(ASK, authorization=token)) for name, (token, _) in cases.items()}
    assert {name: reason in told[name] for name, (_, reason) in cases.items()} == dict.fromkeys(cases, True), told


def forged(header: Any, claims: Any, secret: bytes = b"guessed") -> str:
    """A token made by hand, with an HMAC of the secret for a signature."""

    def encoded(part: bytes) -> str:
        return base64.urlsafe_b64encode(part).decode().rstrip("=")

    signed = f"{encoded(json.dumps(header).encode())}.{encoded(json.dumps(claims).encode())}"
    return f"{signed}.{encoded(hmac.digest(secret, signed.encode(), 'sha256'))}"


@pytest.mark.documented("https://datatracker.ietf.org/doc/html/rfc8725")
def test_a_forged_or_malformed_token_is_refused(make_oidc: Callable[..., Api], issuer: Issuer) -> None:
    api, now = make_oidc(), int(time.time())
    kid, key = next(iter(issuer.keys.items()))
    claims = {"iss": issuer.url, "sub": "anna", "aud": "app-1", "iat": now, "exp": now + 600}
    tokens = [
        forged({"alg": "none", "kid": kid}, claims),
        forged({"alg": "RS256", "kid": kid}, claims),
        forged({"alg": "RS256", "kid": [kid]}, claims),
        forged([], claims),
        forged({"alg": "RS256", "kid": kid}, []),
        forged({"alg": "HS256", "kid": kid}, claims, key.as_pem(private=False)),
        issuer.token(nbf="soon"),
        issuer.token(aud=7),
        issuer.token(exp="later"),
    ]
    for token in tokens:
        refusal(api.post(ASK, authorization=token))


@pytest.mark.documented(AUTHORIZATION)
def test_the_client_may_stand_in_aud_or_azp(make_oidc: Callable[..., Api], issuer: Issuer) -> None:
    api = make_oidc()
    for claims in [{"aud": ["x", "app-2"]}, {"aud": "x", "azp": "app-1"}]:
        assert api.post(ASK, authorization=issuer.token(**claims)).body["data"]["ask"]["text"] == "anna"
    everyone = make_oidc(clientId="")
    assert everyone.post(ASK, authorization=issuer.token(aud="anything")).status == 200


@pytest.mark.documented(AUTHORIZATION)
def test_the_issuer_is_not_compared_where_oidc_is_the_only_mode(make_oidc: Callable[..., Api], issuer: Issuer) -> None:
    alone = make_oidc(additional=[])
    assert alone.post(ASK, authorization=issuer.token(iss="https://elsewhere")).status == 200


@pytest.mark.documented("https://docs.aws.amazon.com/appsync/latest/APIReference/API_OpenIDConnectConfig.html")
@pytest.mark.parametrize(("limit", "claim"), [("iatTTL", "iat"), ("authTTL", "auth_time")])
def test_lifetimes_are_in_milliseconds(make_oidc: Callable[..., Api], issuer: Issuer, limit: str, claim: str) -> None:
    api, now = make_oidc(**{limit: 60_000}), int(time.time())
    assert api.post(ASK, authorization=issuer.token(**{claim: now - 50})).status == 200
    assert refusal(api.post(ASK, authorization=issuer.token(**{claim: now - 70}))) == "Token has expired."


@pytest.mark.documented(AUTHORIZATION)
def test_an_ec_key_signs_as_well(make_oidc: Callable[..., Api], issuer: Issuer) -> None:
    api = make_oidc()
    kid = issuer.add_key("EC")
    token = issuer.token(kid, algorithm="ES256")
    # Keys are fetched again for an unknown id, though not more than once in ten seconds.
    wait_until(lambda: api.post(ASK, authorization=token).status == 200)


@pytest.mark.documented(AUTHORIZATION)
def test_an_issuer_that_does_not_answer_admits_nobody(make_oidc: Callable[..., Api], issuer: Issuer) -> None:
    for url in ("http://127.0.0.1:9", "http://issuer.example.com"):
        api = make_oidc(issuer=url)
        assert "Unable to fetch the signing keys" in refusal(api.post(ASK, authorization=issuer.token(iss=url)))


@pytest.mark.documented(AUTHORIZATION)
def test_a_reader_of_one_subject_gets_only_its_own(make_oidc: Callable[..., Api], issuer: Issuer) -> None:
    api = make_oidc()
    api.resolver(
        "Subscription.onSend",
        "import { extensions, util } from '@aws-appsync/utils';\n"
        "export function request() { return { payload: null }; }\n"
        "export function response(ctx) {\n"
        "  const filter = { session: { eq: ctx.args.session }, owner: { eq: ctx.identity.sub } };\n"
        "  extensions.setSubscriptionFilter(util.transform.toSubscriptionFilter(filter));\n"
        "  return null;\n}\n",
    )
    sender = publisher(api)
    anna = {"host": api.host, "Authorization": issuer.token(sub="anna")}
    bert = {"host": api.host, "Authorization": issuer.token(sub="bert")}
    with api.socket(anna) as first, api.socket(bert) as second:
        first.subscribe(variables={"session": "leaked"}, authorization=anna)
        second.subscribe(variables={"session": "leaked"}, authorization=bert)
        api.publish(sender, session="leaked", text="for anna", owner="anna")
        api.publish(sender, session="leaked", text="for bert", owner="bert")
        assert (first.sent()["text"], second.sent()["text"]) == ("for anna", "for bert")


@pytest.mark.documented(AUTHORIZATION)
def test_an_expired_token_neither_connects_nor_subscribes(make_oidc: Callable[..., Api], issuer: Issuer) -> None:
    api, now = make_oidc(), int(time.time())
    good = {"host": api.host, "Authorization": issuer.token()}
    stale = {"host": api.host, "Authorization": issuer.token(iat=now - 700, exp=now - 1)}
    with api.raw_socket(stale) as socket:
        socket.say(type="connection_init")
        expected = {"errorType": "UnauthorizedException", "message": "Token has expired.", "errorCode": 401}
        assert socket.hear() == {"type": "connection_error", "payload": {"errors": [expected]}}
    with api.socket(good) as socket:
        socket.start(authorization=stale)
        assert socket.hear()["payload"]["errors"] == [expected]
