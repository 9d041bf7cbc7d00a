"""The network as moto's EC2 and Route 53 hold it, read anew for each call: a rule taken away is gone at once."""

from __future__ import annotations

import ipaddress
from typing import Any

from moto.ec2.models import ec2_backends
from moto.route53.models import route53_backends

from localaws import partitions
from localaws.network.model import Acl, Endpoint, Entry, Group, IpNetwork, Network, Route, Rule, Subnet, Vpc


def network(account_id: str, region: str) -> Network:
    """Everything in the region."""
    ec2 = ec2_backends[account_id][region]
    subnets = {subnet.id: _subnet(ec2, subnet) for zone in ec2.subnets.values() for subnet in zone.values()}
    endpoints = {endpoint.id: _endpoint(endpoint) for endpoint in list(ec2.vpc_end_points.values())}
    return Network(
        vpcs={
            vpc.id: Vpc(vpc.id, _true(vpc.enable_dns_support), _true(vpc.enable_dns_hostnames))
            for vpc in list(ec2.vpcs.values())
        },
        subnets=subnets,
        groups={
            group.id: Group(group.id, _rules(group.ingress_rules), _rules(group.egress_rules))
            for groups in list(ec2.groups.values())
            for group in list(groups.values())
        },
        endpoints=endpoints,
        gateways={
            gateway.id: gateway.subnet_id for gateway in list(ec2.nat_gateways.values()) if gateway.state == "available"
        },
        names=_names(region, ec2),
    )


def _subnet(ec2: Any, subnet: Any) -> Subnet:
    tables = list(ec2.route_tables.values())
    table = next((each for each in tables if subnet.id in each._associations.values()), None) or next(
        (each for each in tables if each.vpc_id == subnet.vpc_id and each.main_association_id), None
    )
    routes = [route for route in map(_route, table.routes if table else ()) if route]
    for endpoint in list(ec2.vpc_end_points.values()):
        if table and endpoint.destination_prefix_list_id and table.id in (endpoint.route_table_ids or ()):
            routes.append(Route(endpoint.destination_prefix_list_id, endpoint.id))
    acls = list(ec2.network_acls.values())
    acl = next((each for each in acls if any(a.subnet_id == subnet.id for a in each.associations)), None)
    return Subnet(
        id=subnet.id,
        vpc=subnet.vpc_id,
        range=ipaddress.ip_network(str(subnet.cidr_block)),
        acl=Acl(acl.id, tuple(map(_entry, acl.entries))) if acl else Acl("acl-none", ()),
        routes=tuple(routes),
        table=table.id if table else "rtb-none",
    )


def _entry(entry: Any) -> Entry:
    ports = (entry.port_range_from, entry.port_range_to)
    return Entry(
        number=int(entry.rule_number),
        allows=entry.rule_action == "allow",
        outward=_true(entry.egress),
        protocol=str(entry.protocol),
        range=ipaddress.ip_network(entry.cidr_block or entry.ipv6_cidr_block),
        ports=None if None in ports else (int(ports[0]), int(ports[1])),
    )


def _route(route: Any) -> Route | None:
    destination: IpNetwork | str
    if route.destination_prefix_list is not None:
        destination = route.destination_prefix_list.id
    elif route.destination_cidr_block:
        destination = ipaddress.ip_network(route.destination_cidr_block)
    else:
        return None
    if route.local:
        return Route(destination, "local")
    target = route.vpc_endpoint_id or route.gateway_id or route.nat_gateway_id
    return Route(destination, str(target)) if target else None


def _rules(rules: list[Any]) -> tuple[Rule, ...]:
    return tuple(
        Rule(
            protocol=rule.ip_protocol or "-1",
            ports=None if rule.from_port is None or rule.to_port is None else (int(rule.from_port), int(rule.to_port)),
            ranges=tuple(ipaddress.ip_network(rule.ip_range[key]) for key in _RANGES if rule.ip_range.get(key)),
            groups=tuple(filter(None, [rule.source_group.get("GroupId")])),
            prefix_lists=tuple(filter(None, [rule.prefix_list_id])),
            id=rule.id,
        )
        for rule in list(rules)
    )


_RANGES = ("CidrIp", "CidrIpv4", "CidrIpv6")


def _endpoint(endpoint: Any) -> Endpoint:
    return Endpoint(
        id=endpoint.id,
        kind=str(endpoint.vpc_endpoint_type or "Gateway").capitalize(),
        vpc=endpoint.vpc_id,
        service=endpoint.service_name.rsplit(".", maxsplit=1)[-1],
        private_dns=_true(endpoint.private_dns_enabled),
        subnets=tuple(endpoint.subnet_ids or ()),
        groups=tuple(endpoint.security_group_ids or ()),
        prefix_list=endpoint.destination_prefix_list_id,
        policy=endpoint.policy_document,
    )


def _names(region: str, ec2: Any) -> dict[tuple[str, str], str]:
    """Hosts of private zones that are an alias of an endpoint, for every VPC the zone belongs to."""
    entrances = {
        entry["dns_name"].rstrip("."): endpoint.id
        for endpoint in list(ec2.vpc_end_points.values())
        for entry in endpoint.dns_entries or []
    }
    names: dict[tuple[str, str], str] = {}
    for zone in list(partitions.of_partition(route53_backends, region).zones.values()):
        for record in list(zone.rrsets):
            alias = getattr(record, "alias_target", None) or {}
            endpoint = entrances.get(str(alias.get("DNSName", "")).rstrip("."))
            if record.type == "A" and endpoint:
                names.update({(vpc["vpc_id"], record.name.rstrip(".")): endpoint for vpc in zone.vpcs})
    return names


def _true(value: Any) -> bool:
    return str(value).lower() == "true"
