"""S3: names of buckets, and principals in their policies."""

from __future__ import annotations

from localaws.authorization.guard import Guard
from localaws.authorization.stored import strangers
from localaws.operations import Operation
from localaws.refusals import Refused, Rule

RESERVED = ("xn--", "sthree-", "amzn-s3-demo-")


def bucket_name(operation: Operation, guard: Guard) -> None:  # noqa: ARG001 - a rule's signature
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"""
    if operation.parameters["Bucket"].startswith(RESERVED):
        raise Refused("InvalidBucketName", "The specified bucket is not valid.")


def bucket_principals(operation: Operation, guard: Guard) -> None:  # noqa: ARG001 - a rule's signature
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"""
    if any(strangers(operation.parameters.get("Policy") or "{}", operation.region)):
        raise Refused("MalformedPolicy", "Invalid principal in policy")


RULES: dict[str, tuple[Rule, ...]] = {
    "CreateBucket": (bucket_name,),
    "PutBucketPolicy": (bucket_principals,),
}
