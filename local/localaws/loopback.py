"""Keeps a proxy out of what stays on this machine.

Behind a corporate proxy a shell has `http_proxy` and its like, and many clients send even 127.0.0.1 there. They stay,
for downloads and real services; `NO_PROXY` says that loopback needs none.
"""

from __future__ import annotations

from collections.abc import Mapping

LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Every way in which this repository names this machine."""

NAMES = ("NO_PROXY", "no_proxy")
"""Both spellings: some programs read only one of them, and where they differ programs disagree which counts."""


def without_proxy(environment: Mapping[str, str]) -> dict[str, str]:
    """`NO_PROXY` and `no_proxy` for this environment: all that either names already, and loopback."""
    named = [entry.strip() for name in NAMES for entry in environment.get(name, "").split(",")]
    # An asterisk means every host, but only where it stands alone.
    value = "*" if "*" in named else ",".join(dict.fromkeys([*filter(None, named), *LOOPBACK]))
    return dict.fromkeys(NAMES, value)
