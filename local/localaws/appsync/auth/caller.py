"""A caller that has proved who it is, and the refusal of one that has not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

AUTH_TYPES = {
    "API_KEY": "API Key Authorization",
    "AWS_IAM": "IAM Authorization",
    "OPENID_CONNECT": "Open ID Connect Authorization",
}
"""What `util.authType()` says. https://docs.aws.amazon.com/appsync/latest/devguide/built-in-util-js.html"""


class Unauthorized(Exception):  # noqa: N818 - an answer, not a fault of ours
    """The request is refused as a whole, before any field is looked at."""

    def __init__(self, message: str, *, error_type: str = "UnauthorizedException", status: int = 401) -> None:
        super().__init__(message)
        self.message = message
        self.error_type = error_type
        self.status = status

    def as_error(self) -> dict[str, Any]:
        """The entry of `errors`."""
        return {"errorType": self.error_type, "message": self.message}


@dataclass(frozen=True)
class Caller:
    """Someone who may talk to the API."""

    mode: str
    """The authorization mode that admitted the caller, as the API's configuration spells it."""
    identity: dict[str, Any] | None
    """`ctx.identity`."""
    rights: Callable[[str, str], bool] | None = None
    """Whether policies allow an IAM caller a field, by type and name. None for the other modes, which have none."""

    @property
    def auth_type(self) -> str:
        """What `util.authType()` says."""
        return AUTH_TYPES[self.mode]
