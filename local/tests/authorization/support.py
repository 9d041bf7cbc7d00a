"""Roles, policies and refusals, for tests that call through the SDKs."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from conftest import ACCOUNT, Local


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any, resource: Any = "*", **elements: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **elements}


class Session:
    """A role and the credentials of a session of it."""

    def __init__(self, local: Local, *statements: dict[str, Any], boundary: str | None = None) -> None:
        self._local = local
        self.name = f"r-{uuid.uuid4().hex[:12]}"
        trust = document({"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"})
        limit = {"PermissionsBoundary": boundary} if boundary else {}
        iam = local.client("iam")
        created = iam.create_role(RoleName=self.name, AssumeRolePolicyDocument=trust, **limit)
        self.arn = created["Role"]["Arn"]
        self.may(*statements)
        given = local.client("sts").assume_role(RoleArn=self.arn, RoleSessionName="run")["Credentials"]
        self._keys = {
            "aws_access_key_id": given["AccessKeyId"],
            "aws_secret_access_key": given["SecretAccessKey"],
            "aws_session_token": given["SessionToken"],
        }

    def may(self, *statements: dict[str, Any]) -> None:
        if statements:
            iam = self._local.client("iam")
            iam.put_role_policy(RoleName=self.name, PolicyName="rights", PolicyDocument=document(*statements))

    def client(self, service: str) -> Any:
        return self._local.client(service, **self._keys)


def refused(call: Callable[..., Any], **arguments: Any) -> tuple[str, str, int]:
    """Code, message and status of the refusal."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response
    return error["Error"]["Code"], error["Error"]["Message"], error["ResponseMetadata"]["HTTPStatusCode"]
