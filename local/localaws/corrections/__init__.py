"""Corrections to moto's control planes: what Terraform sets must come back, and what AWS refuses must be refused.

One module per service, each with an `install()` that patches moto's classes in place. Classes derived from moto's own
must live in a dotted module (moto's metaclass reads the second part of the module's name), as these do.
"""

from __future__ import annotations

import importlib
import threading

from localaws.context import Context
from localaws.corrections import awslambda, bedrock, kms, s3, sns

_ON_FIRST_USE = {"ec2": "localaws.corrections.ec2", "route53": "localaws.corrections.route53"}
"""Services whose part of moto is slow to import: corrected when their first request comes."""

_lock = threading.Lock()


def install(context: Context) -> None:
    """Applies the corrections. Called once, before moto serves its first request."""
    awslambda.install(context)
    bedrock.install()
    kms.install()
    s3.install()
    sns.install()


def install_on_first_use(service: str) -> None:
    """Applies what was put off for the service. Called before each request that moto answers."""
    with _lock:
        module = _ON_FIRST_USE.pop(service, None)
        if module:
            importlib.import_module(module).install()
