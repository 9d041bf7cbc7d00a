"""S3: who may read and write objects is decided, by policies of buckets too, and by the keys they name.

Differs from AWS: the operator's own calls are not decided, so a policy that shuts out everybody shuts out roles only;
access points, ACLs, ownership and public access blocks decide nothing; lifecycle rules have no effect.
"""

from __future__ import annotations

from localaws.context import Context
from localaws.s3 import model
from localaws.services import Component

__all__ = ["install"]


def install(_context: Context) -> Component:
    """Corrects moto's S3."""
    model.install()
    return Component()
