"""What calls on buckets and objects need.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from moto.s3.models import s3_backends
from moto.utilities.utils import get_partition

from localaws.authorization.actions import Need, Needs
from localaws.kms.needs import key_arn, key_needs
from localaws.operations import Operation
from localaws.settings import ACCOUNT_ID


def holder(arn: str) -> str:
    """The bucket of an object, or the bucket itself."""
    return arn.partition("/")[0]


def policy(arn: str) -> Any:
    """The bucket's policy; an object has that of its bucket."""
    bucket = _bucket(arn.split(":")[1], holder(arn).rpartition(":")[2])
    return bucket.policy.decode() if bucket and bucket.policy else None


def _bucket(partition: str, name: str) -> Any:
    return s3_backends[ACCOUNT_ID][partition].buckets.get(name)


def _on_object(action: str, *of_key: str) -> Callable[[Operation], Iterator[Need]]:
    def needs(operation: Operation) -> Iterator[Need]:
        asked = operation.parameters
        partition = get_partition(operation.region)
        arn = f"arn:{partition}:s3:::{asked['Bucket']}"
        yield Need(f"s3:{action}Version" if asked.get("VersionId") else f"s3:{action}", f"{arn}/{asked['Key']}")
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
        rule = _encryption(_bucket(partition, asked["Bucket"]))
        key = key_arn(asked.get("SSEKMSKeyId") or rule.get("key"), operation.region)
        context = {"aws:s3:arn": arn if rule.get("by_bucket") else f"{arn}/{asked['Key']}"}
        yield from key_needs(key, "s3", operation.region, context, *of_key)

    return needs


def _on_bucket(action: str) -> Callable[[Operation], Iterator[Need]]:
    def needs(operation: Operation) -> Iterator[Need]:
        yield Need(f"s3:{action}", f"arn:{get_partition(operation.region)}:s3:::{operation.parameters['Bucket']}")

    return needs


def _encryption(bucket: Any) -> dict[str, Any]:
    """The key that the bucket's objects are encrypted with unless they say otherwise."""
    rule = (bucket.encryption or {}).get("Rule", {}) if bucket else {}
    default = rule.get("ApplyServerSideEncryptionByDefault", {})
    return {"key": default.get("KMSMasterKeyID"), "by_bucket": str(rule.get("BucketKeyEnabled")).lower() == "true"}


NEEDS: dict[str, Needs] = {
    "DeleteObject": _on_object("DeleteObject"),
    "GetBucketLocation": _on_bucket("GetBucketLocation"),
    "GetObject": _on_object("GetObject", "Decrypt"),
    "HeadBucket": _on_bucket("ListBucket"),
    "HeadObject": _on_object("GetObject", "Decrypt"),
    "ListObjectVersions": _on_bucket("ListBucketVersions"),
    "ListObjectsV2": _on_bucket("ListBucket"),
    "PutObject": _on_object("PutObject", "GenerateDataKey"),
}
