"""API keys: their form, and the bounds AppSync sets on how long they live.

https://docs.aws.amazon.com/appsync/latest/APIReference/API_CreateApiKey.html
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from localaws.appsync.control.exceptions import ApiKeyValidityOutOfBoundsException
from localaws.appsync.control.identifiers import identifier

HOUR = 3600
DAY = 24 * HOUR
"""Seconds."""

MINIMUM_DAYS = 1
MAXIMUM_DAYS = 365
DEFAULT_DAYS = 7
KEYS_PER_API = 50

KEPT_AFTER_EXPIRY = 60 * DAY
"""An expired key is deleted this many seconds later."""


@dataclass
class ApiKey:
    """One key. Its id is the secret itself."""

    id: str
    description: str | None
    expires: int
    """Epoch seconds, on a full hour."""

    def is_expired(self, later_seconds: float = 0) -> bool:
        """Whether requests that show the key are refused, now or so much later."""
        return time.time() + later_seconds >= self.expires

    def as_dict(self) -> dict[str, Any]:
        """The shape botocore's model calls ApiKey."""
        deletes = self.expires + KEPT_AFTER_EXPIRY
        return {"id": self.id, "description": self.description, "expires": self.expires, "deletes": deletes}


def new_key(description: str | None, expires: int | None) -> ApiKey:
    """A key with a random id; raises ApiKeyValidityOutOfBoundsException."""
    return ApiKey(f"da2-{identifier()}", description, expiry(expires))


def expiry(requested: int | None) -> int:
    """The moment a key asked to expire at `requested` (epoch seconds) will: rounded down to the hour."""
    now = time.time()
    if requested is None:
        requested = int(now) + DEFAULT_DAYS * DAY
    elif requested < now + MINIMUM_DAYS * DAY:
        raise ApiKeyValidityOutOfBoundsException(f"API key must be valid for a minimum of {MINIMUM_DAYS} days.")
    elif requested > now + MAXIMUM_DAYS * DAY:
        raise ApiKeyValidityOutOfBoundsException(f"API key must be valid for a maximum of {MAXIMUM_DAYS} days.")
    return int(requested) // HOUR * HOUR
