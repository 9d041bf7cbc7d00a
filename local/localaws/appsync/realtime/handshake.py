"""Reads the auth object out of a WebSocket handshake, in each of the ways AppSync takes it.

https://docs.aws.amazon.com/appsync/latest/devguide/real-time-websocket-client.html
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any
from urllib.parse import unquote

from localaws.appsync.auth import Unauthorized
from localaws.appsync.control.models import GraphqlApi
from localaws.authorization import guard
from localaws.http import Request, Scope

PROTOCOL = "graphql-ws"
HEADER_PROTOCOL = "header-"


def speaks_protocol(scope: Scope) -> bool:
    """Whether the client offered AppSync's sub-protocol, without which there is no connection."""
    return PROTOCOL in scope.get("subprotocols", [])


def authorization(api: GraphqlApi, scope: Scope) -> dict[str, str]:
    """The auth object, names in lower case; raises Unauthorized."""
    for offered in scope.get("subprotocols", []):
        if offered.startswith(HEADER_PROTOCOL):
            encoded = offered.removeprefix(HEADER_PROTOCOL)
            return lowered(_decoded(encoded, base64.urlsafe_b64decode))
    query = _query(scope)
    if "header" in query:
        if _decoded(query.get("payload", ""), base64.b64decode) != {}:
            raise _bad("payload must be an empty JSON object in base64.")
        return lowered(_decoded(query["header"], base64.b64decode))
    if api.settings["visibility"] == "PRIVATE":
        raise _bad("Private APIs take the authorization in the query string or a sub-protocol, not in HTTP headers.")
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def claimed_key(api: GraphqlApi, scope: Scope) -> str | None:
    """The access key that the auth object's signature claims, unverified."""
    try:
        return guard.claimed_key(authorization(api, scope))
    except Unauthorized:
        return None


def signed_request(scope: Scope, path: str, headers: dict[str, str], body: str) -> Request:
    """The POST that an IAM auth object's signature pretends to be."""
    scheme = "https" if scope.get("scheme") == "wss" else "http"
    return Request(method="POST", raw_path=path, query="", headers=headers, body=body.encode(), scheme=scheme)


def check_host(headers: dict[str, str], accepted: set[str]) -> None:
    """`host` must name the GraphQL endpoint; raises Unauthorized."""
    if headers.get("host") not in accepted:
        raise _bad("host does not name this API's GraphQL endpoint.")


def lowered(document: Any) -> dict[str, str]:
    """An auth object with names in lower case; raises Unauthorized if it is not one."""
    if not isinstance(document, dict) or not all(isinstance(value, str) for value in document.values()):
        raise _bad("The authorization object is malformed.")
    return {str(name).lower(): value for name, value in document.items()}


def _query(scope: Scope) -> dict[str, str]:
    # A plus sign stays one: base64 uses it, and this query is not a form.
    pairs = (part.partition("=") for part in scope["query_string"].decode("ascii").split("&") if part)
    return {unquote(name): unquote(value) for name, _, value in pairs}


def _decoded(encoded: str, decode: Any) -> Any:
    padded = encoded + "=" * (-len(encoded) % 4)
    try:
        return json.loads(decode(padded))
    except (binascii.Error, ValueError):
        raise _bad("The authorization object is not JSON in base64.") from None


def _bad(message: str) -> Unauthorized:
    return Unauthorized(message, error_type="BadRequestException", status=400)
