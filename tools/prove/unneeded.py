"""Permissions that no scenario misses, each with a reason out of a closed list, and its source.

Everything listed is checked as well: the call it is for is put to the engine, allowed with it and refused without.
An entry that a scenario comes to need, or that no policy has any longer, fails the proof; so does a longer list.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from parts import Part

PREFIX = "bedrock-chat"
"""The sample's, in names that policies hold."""

MAXIMUM = 56
"""Permissions in all profiles together, each counted once."""

IAM = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
KMS = "https://docs.aws.amazon.com/kms/latest/developerguide/"
LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg/"


class Reason(Enum):
    """Why a permission may stay that no scenario misses."""

    ADMINISTRATION = "whoever administers the key, with IAM policies of their own, and Terraform"
    AWS_ITSELF = "an AWS service uses it by itself, at a moment that local AWS does not have"
    DETOUR = "without it calls succeed, too, but over the Internet by the NAT gateway"
    TWICE = "given for another purpose as well: without both the scenario fails"
    UNSETTLED = "AWS's documentation leaves open whether it asks for this"


@dataclass(frozen=True)
class Unneeded:
    """Some parts of one statement."""

    label: str
    sid: str
    details: Sequence[str]
    """Actions, or resources as the security review writes them; empty: the whole statement."""
    reason: Reason
    source: str
    twin: str = ""
    """For what is given twice: the other one, a part of the same label."""
    only: str = ""
    """The one profile it is meant for, where a scenario of the others misses it."""

    def names(self) -> set[tuple[str, str]]:
        """Label and name of every part meant."""
        if not self.details:
            return {(self.label, self.sid)}
        return {
            (self.label, f"{self.sid}: {'on ' if detail.startswith('arn:') else ''}{detail}") for detail in self.details
        }


ENCRYPTED_TOPICS = "https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html"
ENVIRONMENT = f"{LAMBDA}configuration-envvars-encryption.html"
KEY = "policy of encryption.kms_key"
PROJECT = "arn:aws:bedrock:us-east-1:<account>:project/default"
INTERFACES = ("ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses")

UNNEEDED = (
    Unneeded(
        KEY,
        "AdministrationByIamPoliciesOfThisAccount",
        (
            "kms:CancelKeyDeletion",
            "kms:CreateAlias",
            "kms:DeleteAlias",
            "kms:DescribeKey",
            "kms:DisableKey",
            "kms:DisableKeyRotation",
            "kms:EnableKey",
            "kms:EnableKeyRotation",
            "kms:GetKeyPolicy",
            "kms:GetKeyRotationStatus",
            "kms:ListGrants",
            "kms:ListKeyPolicies",
            "kms:ListKeyRotations",
            "kms:ListResourceTags",
            "kms:PutKeyPolicy",
            "kms:RevokeGrant",
            "kms:RotateKeyOnDemand",
            "kms:ScheduleKeyDeletion",
            "kms:TagResource",
            "kms:UntagResource",
            "kms:UpdateAlias",
            "kms:UpdateKeyDescription",
        ),
        Reason.ADMINISTRATION,
        f"{KMS}key-policy-default.html",
    ),
    Unneeded(
        KEY,
        "UseByIamPoliciesOfThisAccount",
        ("kms:Encrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo"),
        Reason.ADMINISTRATION,
        f"{KMS}key-policy-default.html",
    ),
    Unneeded(KEY, "GrantsThatAwsServicesAskFor", (), Reason.AWS_ITSELF, ENVIRONMENT),
    Unneeded(
        KEY,
        "LogGroupsOfThisStack",
        ("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"),
        Reason.AWS_ITSELF,
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
    ),
    Unneeded(
        "policy of endpoint endpoints.vpc_endpoint[bedrock-runtime]",
        "OnlyTheOrchestratorFromItsModel",
        (PROJECT,),
        Reason.UNSETTLED,
        "https://docs.aws.amazon.com/bedrock/latest/userguide/projects.html",
    ),
    Unneeded(
        "role orchestrator",
        "CallTheProfile",
        (PROJECT,),
        Reason.UNSETTLED,
        "https://docs.aws.amazon.com/bedrock/latest/userguide/projects.html",
    ),
    Unneeded(
        "role api-key-expires",
        "ReadTheScheduleAndWriteTheTopic",
        ("kms:Decrypt", "kms:GenerateDataKey"),
        Reason.AWS_ITSELF,
        "https://docs.aws.amazon.com/scheduler/latest/UserGuide/encryption-rest.html",
    ),
    Unneeded(
        "role api-key-expires",
        "RingTheAlarm",
        (),
        Reason.AWS_ITSELF,
        "https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html",
    ),
    Unneeded(
        "trust of role api-key-expires",
        "SchedulerOfThisAccount",
        (),
        Reason.AWS_ITSELF,
        "https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html",
    ),
    Unneeded(
        "role flow-logs",
        "WriteFlowLogs",
        ("logs:DescribeLogStreams", "arn:aws:logs:us-east-1:<account>:log-group:/aws/vpc/bedrock-chat/flow-logs"),
        Reason.AWS_ITSELF,
        "https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html",
    ),
    Unneeded(
        "endpoint",
        "endpoints.vpc_endpoint[bedrock-runtime]",
        (),
        Reason.DETOUR,
        "https://docs.aws.amazon.com/bedrock/latest/userguide/vpc-interface-endpoints.html",
        only="global",
    ),
    *(
        unneeded
        for role, encrypts in (("role data-source", "EncryptThem"), ("role orchestrator", "EncryptIt"))
        for unneeded in (
            Unneeded(
                role,
                "SendTracesWhichHaveNoResource",
                ("xray:PutTelemetryRecords", "xray:PutTraceSegments"),
                Reason.AWS_ITSELF,
                f"{LAMBDA}services-xray.html",
            ),
            Unneeded(
                role,
                "DetachFromTheSubnets",
                INTERFACES,
                Reason.AWS_ITSELF,
                f"{LAMBDA}configuration-vpc.html#configuration-vpc-permissions",
            ),
            Unneeded(
                role,
                "FindNetworkInterfacesWhichHasNoResource",
                ("ec2:DescribeSubnets",),
                Reason.AWS_ITSELF,
                f"{LAMBDA}configuration-vpc.html#configuration-vpc-permissions",
            ),
            Unneeded(role, encrypts, ("kms:Decrypt",), Reason.TWICE, ENCRYPTED_TOPICS, "ReadOwnEnvironment"),
            Unneeded(role, "ReadOwnEnvironment", (), Reason.TWICE, ENVIRONMENT, f"{encrypts}: kms:Decrypt"),
        )
    ),
)


def listed(part: Part, prefix: str, profile: str) -> Unneeded | None:
    """The entry that lists a part; `prefix` is the stack's own, in names that the policies hold."""
    name = (part.label, part.name.replace(prefix, PREFIX))
    return next((each for each in UNNEEDED if name in each.names() and each.only in ("", profile)), None)


def stale(seen: Iterable[tuple[str, str]]) -> list[str]:
    """Entries that no profile has."""
    met = set(seen)
    return [f"{label}, {name}" for each in UNNEEDED for label, name in sorted(each.names()) if (label, name) not in met]


def count() -> int:
    """How many permissions are listed."""
    return len({name for each in UNNEEDED for name in each.names()})
