"""Web ACLs as they act on requests; what is stored of them is moto's.

`managed` holds AWS's rules, `rules` evaluates an ACL, `firewall` finds the one in front of a resource.
"""

from __future__ import annotations

from localaws.context import Context
from localaws.services import Component

__all__ = ["install"]


def install(_context: Context) -> Component:
    """moto's WAF does as it is: whoever stands behind an ACL asks `firewall`."""
    return Component()
