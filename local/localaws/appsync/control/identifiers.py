"""Ids as AppSync makes them: 26 characters without a hyphen, which Terraform's provider splits its own ids at."""

from __future__ import annotations

import secrets

_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


def identifier() -> str:
    """26 random lower-case letters and digits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(26))
