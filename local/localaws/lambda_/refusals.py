"""Lambda: what CreateFunction and UpdateFunctionConfiguration look at beyond their own members."""

from __future__ import annotations

import json

from localaws import partitions
from localaws.authorization.actions import Need
from localaws.authorization.guard import Guard
from localaws.operations import Operation
from localaws.refusals import Refused, Rule
from localaws.settings import ACCOUNT_ID

ENVIRONMENT_BYTES = 4096
UNSUPPORTED_ZONES = {"use1-az3"}
"""https://github.com/keboola/developer-portal/issues/81"""

INVALID = "InvalidParameterValueException"
INTERFACE_ACTIONS = ("CreateNetworkInterface", "DeleteNetworkInterface", "DescribeNetworkInterfaces")
"""https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions"""


def environment_size(operation: Operation, guard: Guard) -> None:  # noqa: ARG001 - a rule's signature
    """4 KB of the JSON text. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
    variables = (operation.parameters.get("Environment") or {}).get("Variables") or {}
    text = json.dumps(variables, ensure_ascii=False, separators=(",", ":"))
    if variables and len(text.encode()) > ENVIRONMENT_BYTES:
        raise Refused(
            INVALID,
            "Lambda was unable to configure your environment variables because the environment variables you have "
            f"provided exceeded the 4KB limit. Bytes measured: {len(text.encode())}",
        )


def trust(operation: Operation, guard: Guard) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html"""
    role = operation.parameters.get("Role")
    if role and not guard.assume("lambda.amazonaws.com", role, None).allowed:
        raise Refused(INVALID, "The role defined for the function cannot be assumed by Lambda.")


def zones(operation: Operation, guard: Guard) -> None:  # noqa: ARG001 - a rule's signature
    """https://github.com/keboola/developer-portal/issues/81"""
    wanted = (operation.parameters.get("VpcConfig") or {}).get("SubnetIds") or []
    if not wanted:
        return
    from moto.ec2.models import ec2_backends  # noqa: PLC0415 - slow to import, and most functions are in no VPC

    ec2 = ec2_backends[ACCOUNT_ID][operation.region]
    known = {subnet.id: subnet for zone in ec2.subnets.values() for subnet in zone.values()}
    for each in wanted:
        if each in known and known[each].availability_zone_id in UNSUPPORTED_ZONES:
            raise Refused(INVALID, "The provided subnets contain availability zone Lambda doesn't support.")


def network_interfaces(operation: Operation, guard: Guard) -> None:
    """Lambda makes the interfaces in the function's role, and tries its rights at once.

    https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
    """
    from localaws.lambda_.errors import LambdaError  # noqa: PLC0415 - Lambda is installed by then
    from localaws.lambda_.function import find  # noqa: PLC0415

    asked = operation.parameters
    config = asked.get("VpcConfig") or {}
    subnets = config.get("SubnetIds") or []
    role = asked.get("Role")
    if subnets and not role:
        try:
            role = find(asked["FunctionName"], operation.region, None).role
        except LambdaError:
            return
    if not subnets or not role:
        return
    prefix = partitions.arn("ec2", operation.region, "").removesuffix(":")
    placed = [f"{prefix}:subnet/{each}" for each in subnets]
    placed += [f"{prefix}:security-group/{each}" for each in config.get("SecurityGroupIds") or []]
    interface = f"{prefix}:network-interface/*"
    for action in INTERFACE_ACTIONS:
        resources = {"CreateNetworkInterface": [interface, *placed], "DeleteNetworkInterface": [interface]}
        needs = [Need(f"ec2:{action}", resource) for resource in resources.get(action, ["*"])]
        if not guard.as_role(role, "AWSLambda", needs, {}).allowed:
            message = f"The provided execution role does not have permissions to call {action} on EC2"
            raise Refused(INVALID, message)


RULES: dict[str, tuple[Rule, ...]] = {
    "CreateFunction": (environment_size, trust, zones, network_interfaces),
    "UpdateFunctionConfiguration": (environment_size, trust, zones, network_interfaces),
}
