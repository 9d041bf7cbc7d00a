"""Ids as AppSync makes them: 26 characters without a hyphen, which Terraform's provider splits its own ids at."""

from __future__ import annotations

import secrets

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ALPHABET = _LETTERS + "234567"


def identifier() -> str:
    """26 random lower-case letters and digits; a letter first, because botocore's model wants that of function ids."""
    return secrets.choice(_LETTERS) + "".join(secrets.choice(_ALPHABET) for _ in range(25))
