"""AppSync's built-in scalars: what they accept, and how they are written.

https://docs.aws.amazon.com/appsync/latest/devguide/scalars.html
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from graphql import GraphQLError, GraphQLScalarType

_OFFSET = r"(Z|[+-]\d{2}:\d{2}(:\d{2})?)"
_DATE = r"-?\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_TIME = r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?"

_PATTERNS = {
    "AWSDate": rf"{_DATE}{_OFFSET}?",
    "AWSTime": rf"{_TIME}{_OFFSET}?",
    "AWSDateTime": rf"{_DATE}T{_TIME}{_OFFSET}",
    "AWSEmail": r"[^@\s]+@[^@\s]+\.[^@\s]+",
    "AWSPhone": r"\+?[\d\s()-]{5,20}",
}


def _matcher(pattern: str) -> Callable[[str], bool]:
    return lambda text: re.fullmatch(pattern, text) is not None


def _is_url(text: str) -> bool:
    parts = urlsplit(text)
    return bool(parts.scheme and parts.netloc)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_interface(text)
    except ValueError:
        return False
    return True


_CHECKS: dict[str, Callable[[str], bool]] = {
    **{name: _matcher(pattern) for name, pattern in _PATTERNS.items()},
    "AWSURL": _is_url,
    "AWSIPAddress": _is_address,
}

NAMES = {*_CHECKS, "AWSJSON", "AWSTimestamp"}
"""Every scalar AppSync adds to GraphQL's own."""


def configure(scalar: GraphQLScalarType) -> None:
    """Gives a scalar built from the schema document the behaviour its name promises."""
    if scalar.name == "AWSJSON":
        scalar.coerce_output_value, scalar.coerce_input_value = _json_out, _json_in
        return
    convert = _timestamp if scalar.name == "AWSTimestamp" else _checked(scalar.name)
    scalar.coerce_output_value = scalar.coerce_input_value = convert


def _checked(name: str) -> Callable[[Any], Any]:
    def convert(value: Any) -> Any:
        if not isinstance(value, str) or not _CHECKS[name](value):
            raise GraphQLError(f"Can't serialize value: {value!r} is not a valid {name}.")
        return value

    return convert


def _timestamp(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int):
        raise GraphQLError(f"Can't serialize value: {value!r} is not a valid AWSTimestamp.")
    return value


def _json_in(value: Any) -> Any:
    try:
        return json.loads(value)
    except (TypeError, ValueError):
        raise GraphQLError(f"{value!r} is not a valid AWSJSON: it must be a string that holds JSON.") from None


def _json_out(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
