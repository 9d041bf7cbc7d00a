"""Every way that docs/deployment.md describes is walked: routes, network ACL and security groups, there and back.

An ACL knows no connections, so each way is two: the packet to a port, and the reply to the port it came from.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

import pytest

from plans import Plan

API, FUNCTIONS = "sg-0a91", "sg-0dddddddddddddddd"
INSIDE = "10.64.0.10"
EPHEMERAL = (1024, 40000, 65535)


@dataclass(frozen=True)
class Way:
    """From whom to what: an address, a protocol and a port, and the plan it is documented for."""

    name: str
    plan: str
    client: str
    protocol: str
    port: int


DOCUMENTED = [
    Way("VPN or Direct Connect: HTTPS and WebSocket", "documented_ways_in", "10.20.3.4", "tcp", 443),
    Way("VPN or Direct Connect: DNS to the Resolver inbound endpoint", "documented_ways_in", "10.20.3.4", "udp", 53),
    Way("VPN or Direct Connect: DNS with long answers", "documented_ways_in", "10.20.3.4", "tcp", 53),
    Way("other VPCs: peering", "documented_ways_in", "10.30.9.9", "tcp", 443),
    Way("Client VPN: its interfaces stand in subnets of the VPC", "documented_ways_in", "10.64.1.7", "tcp", 443),
    Way("Client VPN: DNS to the Resolver inbound endpoint", "documented_ways_in", "10.64.1.7", "udp", 53),
    Way("a tunnel for one developer", "documented_ways_in", "10.64.0.99", "tcp", 443),
]


def acl_allows(plan: Plan, side: str, peer: str, protocol: str, port: int) -> bool:
    (acl,) = plan.of("aws_default_network_acl")
    for rule in sorted(acl.values[side], key=lambda rule: rule["rule_no"]):
        fits = rule["protocol"] == "-1" or (
            rule["protocol"] == protocol and rule["from_port"] <= port <= rule["to_port"]
        )
        if fits and ipaddress.ip_address(peer) in ipaddress.ip_network(rule["cidr_block"]):
            return rule["action"] == "allow"
    return False


def groups_admit(plan: Plan, group: str, peer: str, port: int) -> bool:
    return any(
        rule.values["security_group_id"] == group
        and rule.values["from_port"] <= port <= rule.values["to_port"]
        and rule.values.get("cidr_ipv4")
        and ipaddress.ip_address(peer) in ipaddress.ip_network(rule.values["cidr_ipv4"])
        for rule in plan.of("aws_vpc_security_group_ingress_rule")
    )


@pytest.mark.parametrize("way", DOCUMENTED, ids=lambda way: way.name)
def test_a_documented_way_in_is_open_there_and_back(plans: dict[str, Plan], way: Way) -> None:
    plan = plans[way.plan]
    assert acl_allows(plan, "ingress", way.client, way.protocol, way.port), "the network ACL stops the question"
    for port in EPHEMERAL:
        assert acl_allows(plan, "egress", way.client, way.protocol, port), "the network ACL stops the reply"
    # The Resolver endpoint's group is the operator's own; the API endpoint's is made here.
    assert way.port == 53 or groups_admit(plan, API, way.client, way.port), (
        "the endpoint's group does not admit the reader"
    )


def test_nobody_else_comes_in(plans: dict[str, Plan]) -> None:
    for client in ("10.21.0.1", "192.168.0.1", "8.8.8.8"):
        for protocol, port in (("tcp", 443), ("tcp", 53), ("udp", 53), ("tcp", 22)):
            assert not acl_allows(plans["documented_ways_in"], "ingress", client, protocol, port)
        assert not groups_admit(plans["documented_ways_in"], API, client, 443)
    for port in (22, 80, 444, 3389):
        assert not acl_allows(plans["documented_ways_in"], "ingress", "10.20.3.4", "tcp", port)


def test_routes_to_the_readers_can_be_added_from_outside(plans: dict[str, Plan]) -> None:
    # Terraform takes away every route it does not know from a table that lists its routes in itself.
    for plan in plans.values():
        for table in plan.of("aws_route_table", "aws_default_route_table"):
            assert not table.values.get("route"), (plan.name, table.address)


def test_the_functions_reach_the_endpoints_and_nothing_answers_elsewhere(sample: Plan) -> None:
    for rule in sample.of("aws_vpc_security_group_egress_rule"):
        back = [
            each
            for each in sample.of("aws_vpc_security_group_ingress_rule")
            if each.values["security_group_id"] == rule.values["referenced_security_group_id"]
            and each.values["referenced_security_group_id"] == FUNCTIONS
        ]
        assert back, rule.address
    assert acl_allows(sample, "ingress", INSIDE, "tcp", 443) and acl_allows(sample, "egress", INSIDE, "tcp", 40000)


def test_a_global_api_is_reached_by_nat_there_and_back(plans: dict[str, Plan]) -> None:
    plan = plans["global"]
    routes = {route.address.split(".")[3].split("[")[0]: route.values for route in plan.of("aws_route")}
    assert {name: route["destination_cidr_block"] for name, route in routes.items()} == {
        "internet": "0.0.0.0/0",
        "nat": "0.0.0.0/0",
    }
    assert len([route for route in plan.of("aws_route") if "nat" in route.address]) == len(plan.of("aws_nat_gateway"))
    service = "52.1.2.3"
    assert acl_allows(plan, "egress", service, "tcp", 443)
    assert all(acl_allows(plan, "ingress", service, "tcp", port) for port in EPHEMERAL)
    assert not acl_allows(plan, "ingress", service, "tcp", 443) and not acl_allows(plan, "ingress", service, "udp", 53)
