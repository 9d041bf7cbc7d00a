"""Corrections to moto's control planes: what Terraform sets must come back, and what AWS refuses must be refused.

One module per service, each with an `install()` that patches moto's classes in place. Classes derived from moto's own
must live in a dotted module (moto's metaclass reads the second part of the module's name), as these do.
"""

from __future__ import annotations

from localaws.context import Context
from localaws.corrections import awslambda, bedrock, ec2, kms, s3, sns


def install(context: Context) -> None:
    """Applies every correction. Called once, before moto serves its first request."""
    awslambda.install(context)
    bedrock.install()
    ec2.install()
    kms.install()
    s3.install()
    sns.install()
