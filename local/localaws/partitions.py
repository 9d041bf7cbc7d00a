"""Partitions: commercial AWS, GovCloud, China and the others, whose ARNs and IAM are apart from each other."""

from __future__ import annotations

from typing import Any

import boto3
from moto.core.base_backend import BackendDict
from moto.utilities.utils import get_partition

from localaws.settings import ACCOUNT_ID


def arn(service: str, region: str, resource: str, account_id: str = ACCOUNT_ID) -> str:
    """The ARN of a resource of the Region."""
    return f"arn:{get_partition(region)}:{service}:{region}:{account_id}:{resource}"


def of_partition(backends: BackendDict[Any], region: str, account_id: str = ACCOUNT_ID) -> Any:
    """The backend of a service that a partition has once, such as IAM."""
    return backends[account_id][get_partition(region)]


def everywhere(backends: BackendDict[Any]) -> None:
    """Gives a service to every Region there is: moto knows it only where its own list of that service says so."""
    session = boto3.Session()
    partitions = session.get_available_partitions()
    backends._additional_regions = [
        region
        for partition in partitions
        for region in session.get_available_regions("sts", partition, allow_non_regional=False)
    ]
    backends.pop(ACCOUNT_ID, None)
