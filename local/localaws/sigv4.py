"""Verifies SigV4 signatures against credentials that local AWS itself handed out.

moto trusts every signature. The data planes written here (AppSync, Bedrock) do not: a caller must hold the
operator's key pair, an IAM user's active access key, or unexpired credentials of an assumed role.
"""

from __future__ import annotations

import datetime
import hmac
import re
from dataclasses import dataclass

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials

from localaws.http import Request
from localaws.settings import ACCOUNT_ID, Settings

MAX_CLOCK_SKEW = datetime.timedelta(minutes=5)
"""AWS refuses a signature whose date is further than this from its own clock.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
"""

AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256\s+Credential=(?P<key>[^/\s]+)/(?P<date>\d{8})/(?P<region>[^/\s]+)/(?P<service>[^/\s]+)"
    r"/aws4_request,\s*SignedHeaders=(?P<headers>[^,\s]+),\s*Signature=(?P<signature>[0-9a-f]{64})\s*"
)


class SignatureError(Exception):
    """The caller is not who the signature claims, or there is no signature. All are answered with 403."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Caller:
    """The IAM principal behind a verified signature."""

    account_id: str
    arn: str
    """For a role this is the assumed-role session ARN, as GetCallerIdentity shows it."""
    user_id: str
    """For a role `AROA…:session-name`; for a user `AIDA…`; for the operator the account id."""
    role_arn: str | None
    """The IAM role whose policies apply, or None for a user or the operator."""
    access_key_id: str
    region: str
    """Region in the credential scope."""


@dataclass(frozen=True)
class _Identity:
    secret: str
    token: str | None
    caller: Caller


class _Verifier(SigV4Auth):
    """botocore's own signer, made to cover exactly the headers that the caller said it signed."""

    def headers_to_sign(self, request: AWSRequest) -> HTTPHeaders:
        return request.headers


def verify(request: Request, *, service: str, settings: Settings, url: str | None = None) -> Caller:
    """Checks the request's `Authorization` header and returns who sent it; raises SignatureError.

    `service` is the only signing name accepted. `url` overrides the URL that was signed, for AppSync's real-time
    protocol, whose signatures cover a URL that is not the one connected to.
    """
    claim = AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if claim is None:
        if request.headers.get("authorization", "").startswith("AWS4-HMAC-SHA256"):
            raise SignatureError("IncompleteSignatureException", "The Authorization header is malformed.")
        raise SignatureError("MissingAuthenticationTokenException", "Missing Authentication Token")
    if claim["service"] != service:
        raise SignatureError(
            "InvalidSignatureException",
            f"Credential should be scoped to correct service: '{service}'.",
        )
    timestamp = _timestamp(request, claim["date"])
    identity = _identity(claim["key"], claim["region"], request.headers.get("x-amz-security-token"), settings)
    signed_names = claim["headers"].split(";")
    if "host" not in signed_names:
        raise SignatureError("InvalidSignatureException", "'Host' must be a 'SignedHeader' in the AWS Authorization.")
    headers = HTTPHeaders()
    for name in signed_names:
        if name not in request.headers:
            raise SignatureError("InvalidSignatureException", f"The signed header {name} was not sent.")
        headers[name] = request.headers[name]
    default_url = f"{request.scheme}://{request.host}{request.raw_path}"
    target = url or (f"{default_url}?{request.query}" if request.query else default_url)
    signed = AWSRequest(method=request.method, url=target, data=request.body)
    signed.headers = headers
    signed.context["timestamp"] = timestamp
    signer = _Verifier(Credentials(claim["key"], identity.secret, identity.token), service, claim["region"])
    expected = signer.signature(signer.string_to_sign(signed, signer.canonical_request(signed)), signed)
    if not hmac.compare_digest(expected, claim["signature"]):
        raise SignatureError(
            "InvalidSignatureException",
            "The request signature we calculated does not match the signature you provided. "
            "Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
        )
    return identity.caller


def _timestamp(request: Request, scope_date: str) -> str:
    stamp = request.headers.get("x-amz-date", "")
    try:
        moment = datetime.datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.UTC)
    except ValueError:
        message = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
        raise SignatureError("IncompleteSignatureException", message) from None
    if stamp[:8] != scope_date:
        raise SignatureError("InvalidSignatureException", "Date in Credential scope does not match X-Amz-Date.")
    if abs(datetime.datetime.now(datetime.UTC) - moment) > MAX_CLOCK_SKEW:
        raise SignatureError("InvalidSignatureException", f"Signature expired: {stamp} is more than 5 minutes off.")
    return stamp


def _identity(key: str, region: str, token: str | None, settings: Settings) -> _Identity:
    from moto.utilities.utils import get_partition  # noqa: PLC0415 - moto is imported after its settings are made

    if key == settings.access_key_id:
        root = f"arn:{get_partition(region)}:iam::{ACCOUNT_ID}:root"
        return _Identity(settings.secret_access_key, None, Caller(ACCOUNT_ID, root, ACCOUNT_ID, None, key, region))
    return _session(key, region, token) or _user(key, region) or _unknown()


def _session(key: str, region: str, token: str | None) -> _Identity | None:
    from moto.sts.models import sts_backends  # noqa: PLC0415 - as above

    from localaws import partitions  # noqa: PLC0415 - as above

    role = partitions.of_partition(sts_backends, region).get_assumed_role_from_access_key(key)
    if role is None:
        return None
    if token != role.session_token:
        _unknown()
    expiration = role.expiration.replace(tzinfo=datetime.UTC)
    if expiration < datetime.datetime.now(datetime.UTC):
        raise SignatureError("ExpiredTokenException", "The security token included in the request is expired")
    caller = Caller(ACCOUNT_ID, role.arn, role.user_id, role.role_arn, key, region)
    return _Identity(role.secret_access_key, role.session_token, caller)


def _user(key: str, region: str) -> _Identity | None:
    from moto.iam.models import iam_backends  # noqa: PLC0415 - as above

    from localaws import partitions  # noqa: PLC0415 - as above

    for user in list(partitions.of_partition(iam_backends, region).users.values()):
        for pair in user.access_keys:
            if pair.access_key_id == key and pair.status == "Active":
                return _Identity(pair.secret_access_key, None, Caller(ACCOUNT_ID, user.arn, user.id, None, key, region))
    return None


def _unknown() -> _Identity:
    raise SignatureError("UnrecognizedClientException", "The security token included in the request is invalid.")
