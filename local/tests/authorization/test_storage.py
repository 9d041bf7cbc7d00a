"""Buckets and keys: policies of buckets and grants of keys have an effect."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError
from conftest import ACCOUNT, REGION, Local

from authorization.support import Session, allow, document, refused

BUCKETS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html"
S3_KEYS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html"
GRANTS = "https://docs.aws.amazon.com/kms/latest/developerguide/grants.html"
ROOT = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}


@pytest.fixture
def bucket(local: Local) -> str:
    name = f"b-{uuid.uuid4().hex[:12]}"
    local.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    local.client("s3").put_object(Bucket=name, Key="k", Body=b"held")
    return name


def key(local: Local, *statements: dict[str, Any]) -> str:
    made = local.client("kms").create_key(Policy=document(*(statements or [allow("kms:*", Principal=ROOT)])))
    arn: str = made["KeyMetadata"]["Arn"]
    return arn


@pytest.mark.documented(BUCKETS)
def test_a_role_reads_the_objects_it_may(local: Local, bucket: str) -> None:
    caller = Session(local, allow("s3:GetObject", f"arn:aws:s3:::{bucket}/k"))
    assert caller.client("s3").get_object(Bucket=bucket, Key="k")["Body"].read() == b"held"
    code, message, status = refused(caller.client("s3").put_object, Bucket=bucket, Key="k", Body=b"new")
    assert (code, status) == ("AccessDenied", 403)
    assert f"not authorized to perform: s3:PutObject on resource: arn:aws:s3:::{bucket}/k" in message
    assert refused(caller.client("s3").list_objects_v2, Bucket=bucket)[0] == "AccessDenied"


@pytest.mark.documented(BUCKETS)
def test_a_buckets_policy_allows_and_denies(local: Local, bucket: str) -> None:
    caller, objects = Session(local), f"arn:aws:s3:::{bucket}/*"
    s3 = local.client("s3")
    s3.put_bucket_policy(Bucket=bucket, Policy=document(allow("s3:GetObject", objects, Principal={"AWS": caller.arn})))
    assert caller.client("s3").get_object(Bucket=bucket, Key="k")
    plain = {**allow("s3:*", objects, Principal="*"), "Effect": "Deny"}
    only_tls = {**plain, "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    caller.may(allow("s3:GetObject", objects))
    s3.put_bucket_policy(Bucket=bucket, Policy=document(only_tls))
    client = caller.client("s3")
    assert client.get_object(Bucket=bucket, Key="k")
    client.meta.events.register("before-sign.s3", _in_the_clear, unique_id="clear")
    try:
        with pytest.raises(ClientError, match="explicit deny in a resource-based policy"):
            client.get_object(Bucket=bucket, Key="k")
    finally:
        client.meta.events.unregister("before-sign.s3", _in_the_clear, unique_id="clear")


def _in_the_clear(request: Any, **_: Any) -> None:
    request.headers["x-local-transport"] = "http"


@pytest.mark.documented(S3_KEYS)
def test_an_encrypted_bucket_needs_its_key_through_s3(local: Local, bucket: str) -> None:
    cmk = key(local)
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": cmk}
    rules = [{"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}]
    local.client("s3").put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules})
    objects = allow("s3:PutObject", f"arn:aws:s3:::{bucket}/*")
    caller = Session(local, objects)
    put = {"Bucket": bucket, "Key": "new", "Body": b"b"}
    assert f"kms:GenerateDataKey on resource: {cmk}" in refused(caller.client("s3").put_object, **put)[1]
    for context, may in ((f"arn:aws:s3:::{bucket}/new", False), (f"arn:aws:s3:::{bucket}", True)):
        via = {"kms:ViaService": f"s3.{REGION}.amazonaws.com", "kms:EncryptionContext:aws:s3:arn": context}
        caller.may(objects, allow("kms:GenerateDataKey", cmk, Condition={"StringEquals": via}))
        if may:
            caller.client("s3").put_object(**put)
        else:
            assert refused(caller.client("s3").put_object, **put)[0] == "AccessDenied"


@pytest.mark.documented(GRANTS)
def test_a_grant_allows_what_it_names_until_it_is_revoked(local: Local) -> None:
    kms, cmk = local.client("kms"), key(local, allow("kms:CreateGrant", Principal=ROOT))
    caller = Session(local)
    encrypt = {"KeyId": cmk, "Plaintext": b"p", "EncryptionContext": {"for": "this"}}
    code, message, _ = refused(caller.client("kms").encrypt, **encrypt)
    assert (code, "kms:Encrypt" in message) == ("AccessDeniedException", True)
    grant = kms.create_grant(
        KeyId=cmk,
        GranteePrincipal=caller.arn,
        Operations=["Encrypt"],
        Constraints={"EncryptionContextSubset": {"for": "this"}},
    )
    caller.client("kms").encrypt(**encrypt)
    other = {**encrypt, "EncryptionContext": {"for": "that"}}
    assert refused(caller.client("kms").encrypt, **other)[0] == "AccessDeniedException"
    held = {"KeyId": cmk, "NumberOfBytes": 32, "EncryptionContext": {"for": "this"}}
    assert refused(caller.client("kms").generate_data_key, **held)[0] == "AccessDeniedException"
    kms.revoke_grant(KeyId=cmk, GrantId=grant["GrantId"])
    assert refused(caller.client("kms").encrypt, **encrypt)[0] == "AccessDeniedException"


@pytest.mark.documented(GRANTS)
def test_a_grant_for_an_exact_context_admits_no_more(local: Local) -> None:
    cmk, caller = key(local), Session(local)
    exactly = {"EncryptionContextEquals": {"a": "1"}}
    local.client("kms").create_grant(
        KeyId=cmk, GranteePrincipal=caller.arn, Operations=["Encrypt"], Constraints=exactly
    )
    for context, may in (({"a": "1"}, True), ({"a": "1", "b": "2"}, False), ({}, False)):
        asked = {"KeyId": cmk, "Plaintext": b"p", "EncryptionContext": context}
        if may:
            caller.client("kms").encrypt(**asked)
        else:
            assert refused(caller.client("kms").encrypt, **asked)[0] == "AccessDeniedException"


@pytest.mark.documented(GRANTS)
def test_a_deny_outweighs_a_grant(local: Local) -> None:
    cmk, caller = key(local), Session(local, {**allow("kms:Encrypt"), "Effect": "Deny"})
    local.client("kms").create_grant(KeyId=cmk, GranteePrincipal=caller.arn, Operations=["Encrypt"])
    message = refused(caller.client("kms").encrypt, KeyId=cmk, Plaintext=b"p")[1]
    assert message.endswith("with an explicit deny in an identity-based policy")
