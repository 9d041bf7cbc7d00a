"""EC2: descriptions of every kind of security group rule and of endpoints' interfaces; deleted endpoints are gone.

Differs from AWS: only the calls of functions are walked through a network; flow logs are stored and record nothing.
"""

from __future__ import annotations

from typing import Any

from moto.ec2.models.flow_logs import FlowLogsBackend
from moto.ec2.models.security_groups import SecurityGroupBackend, SecurityGroupRule
from moto.ec2.models.vpcs import VPCBackend, VPCEndPoint
from moto.moto_api._internal import mock_random

from localaws import partitions
from localaws.authorization.actions import log_needs
from localaws.authorization.guard import Guard
from localaws.context import Context
from localaws.patching import replace
from localaws.services import Component


def install(context: Context) -> Component:
    """Patches moto's EC2."""
    _keep_rule_descriptions()
    _describe_interfaces_of_endpoints()
    _decide_flow_logs(context)

    @replace(VPCBackend, "delete_vpc_endpoints")
    def delete(original: Any, self: VPCBackend, vpce_ids: list[str] | None = None) -> None:
        original(self, vpce_ids)
        for identifier in vpce_ids or []:
            self.vpc_end_points.pop(identifier, None)

    @replace(VPCEndPoint, "__init__")
    def name(original: Any, self: VPCEndPoint, *arguments: Any, **keywords: Any) -> None:
        original(self, *arguments, **keywords)
        # com.amazonaws.REGION.SERVICE becomes SERVICE.REGION.vpce.amazonaws.com.
        top, _, named = self.service_name.partition("com.amazonaws.")
        region, _, service = named.partition(".")
        domain = "amazonaws.com.cn" if top == "cn." else "amazonaws.com"
        for entry in self.dns_entries or []:
            entry["dns_name"] = f"{self.id}-{mock_random.get_random_hex(8)}.{service}.{region}.vpce.{domain}"

    return Component()


def _describe_interfaces_of_endpoints() -> None:
    # AWS names the endpoint in the description of each of its interfaces, the one way to look for it in the plural.
    @replace(VPCBackend, "create_vpc_endpoint")
    def create(original: Any, self: VPCBackend, *arguments: Any, **keywords: Any) -> VPCEndPoint:
        endpoint: VPCEndPoint = original(self, *arguments, **keywords)
        for identifier in endpoint.network_interface_ids or []:
            interface = self.get_network_interface(identifier)
            interface.description = f"VPC Endpoint Interface {endpoint.id}"
            interface.interface_type = "vpc_endpoint"
        return endpoint


def _keep_rule_descriptions() -> None:

    @replace(SecurityGroupRule, "__init__")
    def create(original: Any, self: SecurityGroupRule, *arguments: Any, **keywords: Any) -> None:
        original(self, *arguments, **keywords)
        prefix_list = keywords.get("prefix_list_id") or {}
        peers = (self.ip_range, self.source_group, prefix_list)
        self.rule_description = next((peer["Description"] for peer in peers if peer.get("Description")), None)

    SecurityGroupRule.description = property(lambda self: self.rule_description)

    @replace(SecurityGroupBackend, "modify_security_group_rules")
    def modify(original: Any, self: SecurityGroupBackend, group_id: str, rules: dict[str, dict[str, Any]]) -> None:
        original(self, group_id, rules)
        group = self.get_security_group_by_name_or_id(group_id)
        for rule_id, change in rules.items():
            rule = group.get_rule(rule_id)
            rule.rule_description = change.get("Description")
            if change.get("CidrIpv6"):
                rule.ip_range = {"CidrIpv6": change["CidrIpv6"]}
            if change.get("PrefixListId"):
                rule.prefix_list_id = change["PrefixListId"]
            if change.get("ReferencedGroupId"):
                rule.source_group = {**rule.source_group, "GroupId": change["ReferencedGroupId"]}


def _decide_flow_logs(context: Context) -> None:
    """A flow log whose role may not write when it is made stays in `Access error`.

    https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-troubleshooting.html
    """

    @replace(FlowLogsBackend, "create_flow_logs")
    def create(original: Any, self: FlowLogsBackend, *arguments: Any, **keywords: Any) -> Any:
        made, errors = original(self, *arguments, **keywords)
        for each in made:
            if each.deliver_logs_permission_arn and not _may_deliver(context.guard, each):
                each.deliver_logs_status, each.deliver_logs_error_message = "FAILED", "Access error"
        return made, errors


def _may_deliver(guard: Guard, flow_log: Any) -> bool:
    region = flow_log.ec2_backend.region_name
    role, source = flow_log.deliver_logs_permission_arn, partitions.arn("ec2", region, f"vpc-flow-log/{flow_log.id}")
    if not guard.assume("vpc-flow-logs.amazonaws.com", role, source).allowed:
        return False
    group = flow_log.log_group_name or flow_log.log_destination.split(":log-group:")[1].removesuffix(":*")
    needs = [
        need
        for action in ("CreateLogStream", "PutLogEvents")
        for need in log_needs(action, group, f"{flow_log.id}-all", region)
    ]
    return guard.as_role(role, flow_log.id, needs, {}).allowed
