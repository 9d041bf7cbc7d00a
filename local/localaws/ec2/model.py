"""moto's EC2, corrected."""

from __future__ import annotations

import contextlib
import inspect
import ipaddress
import json
from typing import Any, ClassVar

import moto.ec2.urls
from moto.ec2.models import EC2Backend, ec2_backends
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.ec2.models.vpcs import VPCEndPoint
from moto.ec2.responses import EC2Response
from moto.logs.models import logs_backends
from moto.moto_api._internal import mock_random

from localaws import partitions
from localaws.authorization.guard import Guard
from localaws.context import Context
from localaws.logs.needs import log_needs
from localaws.patching import keep, replace, serve
from localaws.settings import ACCOUNT_ID

RANGES = {
    "CidrBlock",
    "CidrIp",
    "CidrIpv4",
    "CidrIpv6",
    "DestinationCidrBlock",
    "DestinationIpv6CidrBlock",
    "Ipv6CidrBlock",
}
"""Members that hold a range of addresses."""


class LocalEC2Response(EC2Response):
    """Takes the members of ModifyVpcEndpoint that moto drops, and ranges as AWS does."""

    def call_action(self) -> Any:
        """AWS keeps a range in its canonical form: of 10.0.0.18/16 it makes 10.0.0.0/16.

        https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html
        """
        _canonical(getattr(self, "params", {}))
        return super().call_action()

    def modify_vpc_endpoint(self) -> Any:
        """With the private name, and back to the policy that lets everything through."""
        answer = super().modify_vpc_endpoint()
        endpoint = self.ec2_backend.vpc_end_points[self._get_param("VpcEndpointId")]
        if self._get_param("PrivateDnsEnabled") is not None:
            endpoint.private_dns_enabled = self._get_bool_param("PrivateDnsEnabled")
        if self._get_bool_param("ResetPolicy"):
            endpoint.policy_document = json.dumps(endpoint.DEFAULT_POLICY)
        return answer


class LocalEC2Backend(EC2Backend):
    """EC2 of one region."""

    guard: ClassVar[Guard]

    def create_vpc_endpoint(self, *arguments: Any, **keywords: Any) -> VPCEndPoint:
        """AWS names the endpoint in the description of each of its interfaces, the one way to look for it in plural."""
        endpoint: VPCEndPoint = super().create_vpc_endpoint(*arguments, **keywords)
        for identifier in endpoint.network_interface_ids or []:
            interface = self.get_network_interface(identifier)
            interface.description = f"VPC Endpoint Interface {endpoint.id}"
            interface.interface_type = "vpc_endpoint"
        return endpoint

    def modify_vpc_endpoint(self, vpc_id: str, **keywords: Any) -> None:
        """The routes to a gateway endpoint come and go with its route tables; moto leaves them as they were made."""
        super().modify_vpc_endpoint(vpc_id, **keywords)
        endpoint = self.vpc_end_points[vpc_id]
        prefix_list = endpoint.destination_prefix_list_id
        if prefix_list is None:
            return
        for table_id in keywords["remove_route_tables"]:
            self.delete_route(table_id, None, destination_prefix_list_id=prefix_list)
        for table_id in keywords["add_route_tables"]:
            self.create_route(table_id, None, gateway_id=vpc_id, destination_prefix_list_id=prefix_list)

    def delete_vpc_endpoints(self, vpce_ids: list[str] | None = None) -> None:
        """A deleted endpoint is gone; moto lists it for ever."""
        super().delete_vpc_endpoints(vpce_ids)
        for identifier in vpce_ids or []:
            self.vpc_end_points.pop(identifier, None)

    def modify_security_group_rules(self, group_id: str, rules: dict[str, dict[str, Any]]) -> None:
        """Changes every kind of peer; moto changes IPv4 ranges."""
        super().modify_security_group_rules(group_id, rules)
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

    def create_flow_logs(self, *arguments: Any, **keywords: Any) -> Any:
        """A flow log whose role may not write when it is made stays in `Access error`.

        https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-troubleshooting.html
        """
        made, errors = super().create_flow_logs(*arguments, **keywords)
        for each in made:
            if each.deliver_logs_permission_arn:
                # moto looks for the group by its name only, so one that is given by its ARN would never be there.
                delivers = _group_exists(each) and _may_deliver(self.guard, each)
                each.deliver_logs_status = "SUCCESS" if delivers else "FAILED"
                each.deliver_logs_error_message = None if delivers else "Access error"
        return made, errors


def install(context: Context) -> None:
    """Puts ours in the place of moto's."""
    LocalEC2Backend.guard = context.guard
    serve(moto.ec2.urls, LocalEC2Response)
    keep(ec2_backends, moto.ec2.urls, LocalEC2Backend)
    _name_endpoints()
    _keep_rule_descriptions()


def _name_endpoints() -> None:
    # Patched, not subclassed: moto makes its endpoints itself and would never make ours.
    @replace(VPCEndPoint, "__init__")
    def name(original: Any, self: VPCEndPoint, *arguments: Any, **keywords: Any) -> None:
        original(self, *arguments, **keywords)
        # com.amazonaws.REGION.SERVICE becomes SERVICE.REGION.vpce.amazonaws.com.
        top, _, named = self.service_name.partition("com.amazonaws.")
        region, _, service = named.partition(".")
        domain = "amazonaws.com.cn" if top == "cn." else "amazonaws.com"
        for entry in self.dns_entries or []:
            entry["dns_name"] = f"{self.id}-{mock_random.get_random_hex(8)}.{service}.{region}.vpce.{domain}"


def _keep_rule_descriptions() -> None:
    # Patched, not subclassed: moto's groups make their rules themselves and would never make ours.
    @replace(SecurityGroupRule, "__init__")
    def create(original: Any, self: SecurityGroupRule, *arguments: Any, **keywords: Any) -> None:
        original(self, *arguments, **keywords)
        given = inspect.signature(original).bind(self, *arguments, **keywords).arguments
        peers = [given.get(name) or {} for name in ("ip_range", "source_group", "prefix_list_id")]
        self.rule_description = next((peer["Description"] for peer in peers if peer.get("Description")), None)

    SecurityGroupRule.description = property(lambda self: self.rule_description)


def _group(flow_log: Any) -> str:
    """The log group, given by its name or its ARN."""
    return str(flow_log.log_group_name or flow_log.log_destination.split(":log-group:")[1].removesuffix(":*"))


def _group_exists(flow_log: Any) -> bool:
    return _group(flow_log) in logs_backends[ACCOUNT_ID][flow_log.ec2_backend.region_name].groups


def _canonical(asked: Any) -> None:
    for name, value in asked.items() if isinstance(asked, dict) else ():
        if name in RANGES and isinstance(value, str):
            # What is no range at all is moto's to refuse.
            with contextlib.suppress(ValueError):
                asked[name] = str(ipaddress.ip_network(value, strict=False))
        for each in value if isinstance(value, list) else [value]:
            _canonical(each)


def _may_deliver(guard: Guard, flow_log: Any) -> bool:
    region = flow_log.ec2_backend.region_name
    role, source = flow_log.deliver_logs_permission_arn, partitions.arn("ec2", region, f"vpc-flow-log/{flow_log.id}")
    if not guard.assume("vpc-flow-logs.amazonaws.com", role, source).allowed:
        return False
    group = _group(flow_log)
    needs = [
        need
        for action in ("CreateLogStream", "PutLogEvents")
        for need in log_needs(action, group, f"{flow_log.id}-all", region)
    ]
    return guard.as_role(role, flow_log.id, needs, {}).allowed
