"""Walks from a function to a service: name, subnet, route, security groups both ways, network ACLs both ways.

https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html
https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-scenarios.html

Differs from AWS: a call must get through from every subnet of the function to every subnet of the endpoint, so what
would fail there from time to time fails here always.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from localaws.network.model import (
    Acl,
    Address,
    Endpoint,
    Group,
    IpNetwork,
    Network,
    Origin,
    Path,
    Route,
    Rule,
    Subnet,
)

HTTPS = 443
EPHEMERAL = (1024, 65535)
"""The ports Lambda's connections come from, by AWS's page on network ACLs."""

PUBLIC = ipaddress.ip_address("52.94.0.1")
"""An address of a public AWS endpoint; it stands for all of them."""


class NoPath(Exception):  # noqa: N818 - a finding, not a fault
    """The call gets nowhere; the message names the missing link."""


def walk(network: Network, origin: Origin, service: str, host: str | None = None) -> Path:
    """The way from a function to a service (`sns`, `appsync-api`, …). Raises NoPath."""
    try:
        endpoint = resolved(network, origin.vpc, service, host)
        if endpoint is not None:
            return _to_interface(network, origin, endpoint)
        gateway = _gateway(network, origin, service)
        if gateway is not None:
            return _to_gateway(network, origin, gateway)
        return _to_internet(network, origin)
    except NoPath as missing:
        raise NoPath(f"no route from {origin.name} to {service}: {missing}") from None


def resolved(network: Network, vpc: str, service: str, host: str | None = None) -> Endpoint | None:
    """The interface endpoint that the service's name leads to inside the VPC."""
    named = network.endpoints.get(network.names.get((vpc, host or ""), ""))
    if named is not None:
        return named
    settings = network.vpcs.get(vpc)
    if settings is None or not (settings.dns_support and settings.dns_hostnames):
        return None
    return next(
        (
            endpoint
            for endpoint in network.endpoints.values()
            if endpoint.kind == "Interface"
            and endpoint.vpc == vpc
            and endpoint.service == service
            and endpoint.private_dns
        ),
        None,
    )


def entrances(network: Network, service: str, host: str) -> list[Endpoint]:
    """Every interface endpoint that a name of the service leads to in some VPC."""
    found = {vpc: resolved(network, vpc, service, host) for vpc in network.vpcs}
    return list({endpoint.id: endpoint for endpoint in found.values() if endpoint}.values())


def from_readers(network: Network, range_: IpNetwork, endpoint: Endpoint) -> Path:
    """The way from the readers' network, connected by VPN or Direct Connect, to an endpoint. Raises NoPath."""
    into = _admitting(_groups(network, endpoint.groups), range_)
    if into is None:
        shown = ", ".join(endpoint.groups)
        raise NoPath(f"no route from the readers' network {range_}: {shown} of {endpoint.id} does not admit it on 443")
    for subnet in _subnets(network, endpoint.subnets):
        for peer in (range_[0], range_[-1]):
            if subnet.acl.closed(peer, (HTTPS, HTTPS), outward=False):
                raise NoPath(f"{_acl(subnet)} lets nothing in from the readers' network {range_} on 443")
            if subnet.acl.closed(peer, EPHEMERAL, outward=True):
                raise NoPath(f"{_acl(subnet)} lets no answers out to the readers' network {range_}")
    return Path("endpoint", endpoint, str(range_[0]), (f"{into[0]} lets in",), (into[1].id,))


def _to_interface(network: Network, origin: Origin, endpoint: Endpoint) -> Path:
    if not endpoint.subnets:
        raise NoPath(f"{endpoint.id} is in no subnet")
    sources, targets = _groups(network, origin.groups), _groups(network, endpoint.groups)
    steps: list[str] = []
    rules: dict[str, None] = {}
    for here in _subnets(network, origin.subnets):
        for there in _subnets(network, endpoint.subnets):
            out = _first(sources, there.address, {group.id for group in targets}, set(), outward=True)
            if out is None:
                shown = ", ".join(origin.groups) or "no group"
                raise NoPath(f"{shown} lets nothing out to {endpoint.id} on 443")
            into = _first(targets, here.address, {group.id for group in sources}, set(), outward=False)
            if into is None:
                raise NoPath(f"endpoint {endpoint.id} admits {_admitted(targets)} only")
            _through_acls(here, there)
            steps = [f"{out[0]} lets out", f"{into[0]} lets in"]
            rules |= {out[1].id: None, into[1].id: None}
    first = network.subnets[origin.subnets[0]]
    return Path("endpoint", endpoint, str(first.address), (f"name leads to {endpoint.id}", *steps), tuple(rules))


def _through_acls(here: Subnet, there: Subnet) -> None:
    if here.id == there.id:
        return  # A network ACL stands at the subnet's edge.
    source, target = here.address, there.address
    checks = (
        (here.acl, target, (HTTPS, HTTPS), True, f"lets nothing out of {here.id} to {there.id} on 443"),
        (there.acl, source, (HTTPS, HTTPS), False, f"lets nothing into {there.id} from {here.id} on 443"),
        (there.acl, source, EPHEMERAL, True, f"lets no answers out of {there.id} to {here.id}"),
        (here.acl, target, EPHEMERAL, False, f"lets no answers into {here.id} from {there.id}"),
    )
    _check(checks)


def _check(checks: Iterable[tuple[Acl, Address, tuple[int, int], bool, str]]) -> None:
    for acl, peer, ports, outward, complaint in checks:
        if acl.closed(peer, ports, outward=outward):
            raise NoPath(f"network ACL {acl.id} {complaint}")


def _gateway(network: Network, origin: Origin, service: str) -> Endpoint | None:
    routed = {route.target for subnet in _subnets(network, origin.subnets) for route in subnet.routes}
    return next(
        (
            endpoint
            for endpoint in network.endpoints.values()
            if endpoint.kind == "Gateway" and endpoint.service == service and endpoint.id in routed
        ),
        None,
    )


def _to_gateway(network: Network, origin: Origin, endpoint: Endpoint) -> Path:
    lists = {endpoint.prefix_list} if endpoint.prefix_list else set()
    out = _first(_groups(network, origin.groups), PUBLIC, set(), lists, outward=True)
    if out is None:
        raise NoPath(f"{', '.join(origin.groups)} lets nothing out to the prefix list of {endpoint.id} on 443")
    for subnet in _subnets(network, origin.subnets):
        if not any(route.target == endpoint.id for route in subnet.routes):
            raise NoPath(f"route table {subnet.table} of {subnet.id} has no route to {endpoint.id}")
        _public_acl(subnet)
    first = network.subnets[origin.subnets[0]]
    steps = (f"{first.table} leads to {endpoint.id}", f"{out[0]} lets out")
    return Path("gateway", endpoint, str(first.address), steps, (out[1].id,))


def _to_internet(network: Network, origin: Origin) -> Path:
    way: list[str] = []
    for subnet in _subnets(network, origin.subnets):
        route = _longest(subnet.routes)
        if route is None:
            raise NoPath(f"its name leads to no endpoint in {origin.vpc}, and {subnet.table} has no route out of it")
        if not route.target.startswith("nat-"):
            raise NoPath(f"{subnet.table} leads to {route.target}, which needs a public address a function has not")
        public = network.subnets.get(network.gateways.get(route.target, ""))
        if public is None:
            raise NoPath(f"{subnet.table} leads to {route.target}, which is gone")
        onward = _longest(public.routes)
        if onward is None or not onward.target.startswith("igw-"):
            raise NoPath(f"{route.target} stands in {public.id}, whose {public.table} has no route to the Internet")
        _through_nat(subnet, public)
        way = [f"{subnet.table} leads to {route.target}", f"{public.table} leads to {onward.target}"]
    out = _first(_groups(network, origin.groups), PUBLIC, set(), set(), outward=True)
    if out is None:
        raise NoPath(f"{', '.join(origin.groups)} lets nothing out to the Internet on 443")
    return Path("internet", None, "", (*way, f"{out[0]} lets out"), (out[1].id,))


def _through_nat(subnet: Subnet, public: Subnet) -> None:
    _public_acl(subnet)
    _public_acl(public)
    if subnet.id != public.id:
        checks = (
            (public.acl, subnet.address, (HTTPS, HTTPS), False, f"lets nothing into {public.id} from {subnet.id}"),
            (public.acl, subnet.address, EPHEMERAL, True, f"lets no answers out of {public.id} to {subnet.id}"),
        )
        _check(checks)


def _public_acl(subnet: Subnet) -> None:
    checks = (
        (subnet.acl, PUBLIC, (HTTPS, HTTPS), True, f"lets nothing out of {subnet.id} on 443"),
        (subnet.acl, PUBLIC, EPHEMERAL, False, f"lets no answers into {subnet.id}"),
    )
    _check(checks)


def _longest(routes: tuple[Route, ...]) -> Route | None:
    """The most specific route for a public address."""
    fitting = [route for route in routes if not isinstance(route.destination, str) and PUBLIC in route.destination]
    return max(fitting, key=lambda route: route.destination.prefixlen, default=None)  # type: ignore[union-attr]


def _first(
    groups: list[Group], peer: Address, peer_groups: set[str], prefix_lists: set[str], *, outward: bool
) -> tuple[str, Rule] | None:
    """The group with a rule for HTTPS with the peer, and the rule."""
    for group in groups:
        for rule in group.outward if outward else group.inward:
            if rule.opens(HTTPS) and (
                peer_groups & set(rule.groups)
                or prefix_lists & set(rule.prefix_lists)
                or any(peer in each for each in rule.ranges)
            ):
                return group.id, rule
    return None


def _admitting(groups: list[Group], range_: IpNetwork) -> tuple[str, Rule] | None:
    """The group with a rule for HTTPS from the whole range, and the rule."""
    for group in groups:
        for rule in group.inward:
            if rule.opens(HTTPS) and any(range_[0] in each and range_[-1] in each for each in rule.ranges):
                return group.id, rule
    return None


def _admitted(groups: list[Group]) -> str:
    peers = [
        *(peer for group in groups for rule in group.inward for peer in rule.groups),
        *(str(peer) for group in groups for rule in group.inward for peer in rule.ranges),
    ]
    return ", ".join(peers) or "nobody"


def _groups(network: Network, ids: Iterable[str]) -> list[Group]:
    return [network.groups[each] for each in ids if each in network.groups]


def _subnets(network: Network, ids: Iterable[str]) -> list[Subnet]:
    found = []
    for each in ids:
        if each not in network.subnets:
            raise NoPath(f"there is no subnet {each}")
        found.append(network.subnets[each])
    return found


def _acl(subnet: Subnet) -> str:
    return f"network ACL {subnet.acl.id} of {subnet.id}"
