"""EC2: security groups and endpoints."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from localaws.authorization.guard import Guard
from localaws.operations import Operation
from localaws.refusals import Refused, Rule
from localaws.settings import ACCOUNT_ID

_DESCRIPTION = re.compile(r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{0,255}")


def rule_descriptions(operation: Operation, guard: Guard) -> None:  # noqa: ARG001 - a rule's signature
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html"""
    asked = operation.parameters
    rules = [each.get("SecurityGroupRule") or {} for each in asked.get("SecurityGroupRules") or []]
    texts = [rule.get("Description") for rule in rules]
    for permission in asked.get("IpPermissions") or []:
        for peers in ("IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs"):
            texts += [peer.get("Description") for peer in permission.get(peers) or []]
    for text in texts:
        if text is not None and not _DESCRIPTION.fullmatch(text):
            raise Refused(
                "InvalidParameterValue",
                "Invalid rule description. Valid descriptions are strings less than 256 characters from the following "
                "set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*",
            )


def group_name(operation: Operation, guard: Guard) -> None:  # noqa: ARG001 - a rule's signature
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html"""
    name = operation.parameters.get("GroupName", "")
    if name.startswith("sg-"):
        message = f"Value ({name}) for parameter GroupName is invalid. Group names may not be in the format sg-*."
        raise Refused("InvalidParameterValue", message)


def group_description(operation: Operation, guard: Guard) -> None:  # noqa: ARG001 - a rule's signature
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html"""
    if not _DESCRIPTION.fullmatch(operation.parameters.get("Description", "")):
        raise Refused(
            "InvalidParameterValue",
            "Invalid security group description. Valid descriptions are strings less than 256 characters from the "
            "following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*",
        )


def private_dns(operation: Operation, guard: Guard) -> None:  # noqa: ARG001 - a rule's signature
    """https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html"""
    asked, ec2 = operation.parameters, _ec2(operation)
    mine = ec2.vpc_end_points.get(asked.get("VpcEndpointId", ""))
    vpc = ec2.vpcs.get(mine.vpc_id if mine else asked.get("VpcId"))
    if vpc is None or not asked.get("PrivateDnsEnabled"):
        return
    name = mine.service_name if mine else asked["ServiceName"]
    if not (_true(vpc.enable_dns_support) and _true(vpc.enable_dns_hostnames)):
        raise Refused(
            "InvalidParameter",
            "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true "
            f"for {vpc.id}",
        )
    for endpoint in list(ec2.vpc_end_points.values()):
        same = (endpoint.vpc_id, endpoint.service_name) == (vpc.id, name) and endpoint is not mine
        if same and _true(endpoint.private_dns_enabled):
            service = ".".join(reversed(name.split(".")))
            raise Refused(
                "InvalidParameter",
                "private-dns-enabled cannot be set because there is already a conflicting DNS domain for "
                f"{service} in the VPC {vpc.id}",
            )


def endpoint_subnets(operation: Operation, guard: Guard) -> None:  # noqa: ARG001 - a rule's signature
    """https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html"""
    asked = operation.parameters
    _one_per_zone(_ec2(operation), asked.get("SubnetIds") or [], asked.get("VpcId"))


def more_endpoint_subnets(operation: Operation, guard: Guard) -> None:  # noqa: ARG001 - a rule's signature
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html"""
    ec2, asked = _ec2(operation), operation.parameters
    endpoint = ec2.vpc_end_points.get(asked["VpcEndpointId"])
    if endpoint is None or not asked.get("AddSubnetIds"):
        return
    kept = [each for each in endpoint.subnet_ids or [] if each not in (asked.get("RemoveSubnetIds") or [])]
    added = [each for each in asked["AddSubnetIds"] if each not in kept]
    _one_per_zone(ec2, kept + added, endpoint.vpc_id)


def gateway_routes(operation: Operation, guard: Guard) -> None:  # noqa: ARG001 - a rule's signature
    """One route to a service per table. https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html"""
    ec2, asked = _ec2(operation), operation.parameters
    mine = ec2.vpc_end_points.get(asked.get("VpcEndpointId", ""))
    service = mine.service_name if mine else asked.get("ServiceName")
    wanted = {*(asked.get("RouteTableIds") or ()), *(asked.get("AddRouteTableIds") or ())}
    for endpoint in list(ec2.vpc_end_points.values()):
        prefix_list = endpoint.destination_prefix_list_id
        taken = wanted & set(endpoint.route_table_ids or ()) if endpoint.service_name == service else set()
        if prefix_list and taken and endpoint is not mine:
            message = f"route table {min(taken)} already has a route with destination-prefix-list-id {prefix_list}"
            raise Refused("RouteAlreadyExists", message)


def _one_per_zone(ec2: Any, subnet_ids: list[str], vpc_id: str | None) -> None:
    known = {subnet.id: subnet for zone in ec2.subnets.values() for subnet in zone.values()}
    subnets = [known[each] for each in subnet_ids if each in known]
    for subnet in subnets:
        if subnet.vpc_id != vpc_id:
            raise Refused("InvalidSubnet", f"The subnet {subnet.id} does not belong to the VPC {vpc_id}")
    zones = Counter(subnet.availability_zone for subnet in subnets)
    for subnet in subnets:
        if zones[subnet.availability_zone] > 1:
            message = f"Found another VPC endpoint subnet in the availability zone of {subnet.id}"
            raise Refused("DuplicateSubnetsInSameZone", message)


def _ec2(operation: Operation) -> Any:
    from moto.ec2.models import ec2_backends  # noqa: PLC0415 - slow to import

    return ec2_backends[ACCOUNT_ID][operation.region]


def _true(value: Any) -> bool:
    return str(value).lower() == "true"


RULES: dict[str, tuple[Rule, ...]] = {
    "AuthorizeSecurityGroupEgress": (rule_descriptions,),
    "AuthorizeSecurityGroupIngress": (rule_descriptions,),
    "CreateSecurityGroup": (group_name, group_description),
    "CreateVpcEndpoint": (endpoint_subnets, private_dns, gateway_routes),
    "ModifySecurityGroupRules": (rule_descriptions,),
    "ModifyVpcEndpoint": (more_endpoint_subnets, private_dns, gateway_routes),
}
