"""Finds the mode a request claims, and checks the claim."""

from __future__ import annotations

import hashlib

from localaws import sigv4
from localaws.appsync import faults
from localaws.appsync.auth import principal
from localaws.appsync.auth.caller import Caller, Unauthorized
from localaws.appsync.auth.oidc import OidcVerifier
from localaws.appsync.control.api_keys import DAY
from localaws.appsync.control.models import GraphqlApi
from localaws.authorization.guard import Guard
from localaws.faults import Faults
from localaws.http import Request
from localaws.settings import Settings

NOT_AUTHORIZED = "You are not authorized to make this call."


class Authenticator:
    """Admits or refuses callers of any API."""

    def __init__(self, settings: Settings, registry: Faults, guard: Guard) -> None:
        self._settings = settings
        self._guard = guard
        self._faults = registry
        self._oidc = OidcVerifier(registry)

    def forget(self) -> None:
        """Drops what was learnt about token issuers."""
        self._oidc.forget()

    async def authenticate(
        self, api: GraphqlApi, request: Request, source_ips: list[str], *, url: str | None = None
    ) -> Caller:
        """The caller behind the request's headers; raises Unauthorized.

        `url` is the URL a SigV4 signature covers where it is not the request's own (real-time protocol).
        """
        authorization = request.headers.get("authorization", "")
        if authorization.startswith("AWS4-HMAC-SHA256"):
            return self._iam(_claimed(api, "AWS_IAM"), request, source_ips, url)
        if "x-api-key" in request.headers:
            return self._api_key(_claimed(api, "API_KEY"), request.headers["x-api-key"])
        if not authorization:
            raise Unauthorized("Valid authorization header not provided.")
        return await self._token(_claimed(api, "OPENID_CONNECT"), authorization)

    def _api_key(self, api: GraphqlApi, value: str) -> Caller:
        key = api.api_keys.get(value)
        fault = self._faults.take(faults.API_KEY, api=api.api_id)
        later = fault.parameters.get("days", 365) * DAY if fault is not None else 0
        if key is None or key.is_expired(later):
            raise Unauthorized(NOT_AUTHORIZED)
        return Caller("API_KEY", None)

    async def _token(self, api: GraphqlApi, authorization: str) -> Caller:
        token = authorization.removeprefix("Bearer ").strip()
        configs = [each.oidc for each in api.authentications if each.mode == "OPENID_CONNECT"]
        # AWS compares the issuer only where several modes make it ambiguous.
        claims = await self._oidc.verify(token, configs, check_issuer=len(api.authentications) > 1)
        identity = {"claims": claims, "issuer": claims.get("iss"), "sub": claims.get("sub")}
        return Caller("OPENID_CONNECT", identity)

    def _iam(self, api: GraphqlApi, request: Request, source_ips: list[str], url: str | None) -> Caller:
        stated = request.headers.get("x-amz-content-sha256")
        if stated is not None and stated != hashlib.sha256(request.body).hexdigest():
            # A signature covers the stated hash, so a false one would let the body be changed underneath it.
            message = "The provided 'x-amz-content-sha256' header does not match what was computed."
            raise Unauthorized(message, error_type="InvalidSignatureException", status=403)
        try:
            signer = sigv4.verify(request, service="appsync", settings=self._settings, url=url)
        except sigv4.SignatureError as error:
            raise Unauthorized(error.message, error_type=error.code, status=403) from error
        if signer.region != api.region:
            message = f"Credential should be scoped to a valid region, not '{signer.region}'."
            raise Unauthorized(message, error_type="InvalidSignatureException", status=403)
        rights = self._rights(api, signer, request)
        identity = {
            "accountId": signer.account_id,
            "cognitoIdentityAuthProvider": None,
            "cognitoIdentityAuthType": None,
            "cognitoIdentityId": None,
            "cognitoIdentityPoolId": None,
            "sourceIp": source_ips,
            "userArn": signer.arn,
            "username": signer.user_id,
        }
        return Caller("AWS_IAM", identity, rights)

    def _rights(self, api: GraphqlApi, signer: sigv4.Caller, request: Request) -> principal.Rights | None:
        """What the signer's policies allow; None for the operator, who may use every field."""
        if signer.access_key_id == self._settings.access_key_id:
            return None
        path = self._guard.api_path(signer.access_key_id, api.arn, api.host, private=api.is_private)
        rights = principal.Rights(self._guard, signer, api, request, path)
        if rights.none:
            rights.refuse()
            raise Unauthorized("Permission denied")
        return rights


def _claimed(api: GraphqlApi, mode: str) -> GraphqlApi:
    if mode not in {each.mode for each in api.authentications}:
        raise Unauthorized(NOT_AUTHORIZED)
    return api
