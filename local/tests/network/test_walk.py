"""Every link between a function and a service, taken away alone."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import replace
from typing import Any

import pytest

from localaws.network.model import Acl, Endpoint, Entry, Group, Network, Origin, Route, Rule, Subnet, Vpc
from localaws.network.walk import NoPath, from_readers, walk

NACLS = "https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html"
EPHEMERAL = "https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports"
PRIVATE_DNS = "https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html"
GATEWAYS = "https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html"
NAT = "https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-scenarios.html"

net = ipaddress.ip_network
ANY, HERE, THERE = net("0.0.0.0/0"), net("10.0.0.0/24"), net("10.0.1.0/24")
ALL = (
    Entry(100, allows=True, outward=False, protocol="-1", range=ANY, ports=None),
    Entry(100, allows=True, outward=True, protocol="-1", range=ANY, ports=None),
)


def https(**peers: Any) -> tuple[Rule, ...]:
    return (Rule("tcp", (443, 443), **peers),)


LOCAL = Route(net("10.0.0.0/16"), "local")
FUNCTION = Origin("orchestrator", "vpc-1", ("subnet-a",), ("sg-f",))
NETWORK = Network(
    vpcs={"vpc-1": Vpc("vpc-1", dns_support=True, dns_hostnames=True)},
    subnets={
        "subnet-a": Subnet("subnet-a", "vpc-1", HERE, Acl("acl-a", ALL), (LOCAL,), "rtb-a"),
        "subnet-b": Subnet("subnet-b", "vpc-1", THERE, Acl("acl-b", ALL), (LOCAL,), "rtb-b"),
    },
    groups={
        "sg-f": Group("sg-f", (), https(groups=("sg-e",))),
        "sg-e": Group("sg-e", https(groups=("sg-f",)), ()),
    },
    endpoints={"vpce-1": Endpoint("vpce-1", "Interface", "vpc-1", "sns", True, ("subnet-b",), ("sg-e",))},
)


def with_acl(subnet: str, *entries: Entry) -> Network:
    changed = replace(NETWORK.subnets[subnet], acl=Acl(f"acl-{subnet[-1]}", entries))
    return replace(NETWORK, subnets={**NETWORK.subnets, subnet: changed})


def with_endpoint(**members: Any) -> Network:
    return replace(NETWORK, endpoints={"vpce-1": replace(NETWORK.endpoints["vpce-1"], **members)})


def with_group(name: str, **rules: Any) -> Network:
    return replace(NETWORK, groups={**NETWORK.groups, name: replace(NETWORK.groups[name], **rules)})


def entry(number: int, *, allows: bool, outward: bool, first: int, last: int, range_: Any = ANY) -> Entry:
    return Entry(number, allows, outward, "6", range_, (first, last))


def test_a_call_takes_the_endpoint_that_the_name_leads_to() -> None:
    path = walk(NETWORK, FUNCTION, "sns")
    assert path.endpoint is not None
    assert (path.kind, path.endpoint.id, path.address) == ("endpoint", "vpce-1", "10.0.0.10")
    assert path.steps == ("name leads to vpce-1", "sg-f lets out", "sg-e lets in")


@pytest.mark.documented(PRIVATE_DNS)
@pytest.mark.parametrize(
    "network",
    [
        replace(NETWORK, endpoints={}),
        with_endpoint(private_dns=False),
        with_endpoint(service="sqs"),
        with_endpoint(vpc="vpc-2"),
        replace(NETWORK, vpcs={"vpc-1": Vpc("vpc-1", dns_support=True, dns_hostnames=False)}),
        replace(NETWORK, vpcs={"vpc-1": Vpc("vpc-1", dns_support=False, dns_hostnames=True)}),
    ],
)
def test_without_private_dns_a_name_leads_out_of_the_vpc(network: Network) -> None:
    with pytest.raises(NoPath, match="no route from orchestrator to sns: its name leads to no endpoint in vpc-1"):
        walk(network, FUNCTION, "sns")


def test_a_private_zone_leads_to_an_endpoint_too() -> None:
    network = replace(with_endpoint(private_dns=False), names={("vpc-1", "x.example"): "vpce-1"})
    assert walk(network, FUNCTION, "sns", "x.example").kind == "endpoint"
    with pytest.raises(NoPath):
        walk(network, FUNCTION, "sns", "y.example")
    with pytest.raises(NoPath):
        walk(replace(network, names={("vpc-2", "x.example"): "vpce-1"}), FUNCTION, "sns", "x.example")


@pytest.mark.parametrize(
    ("network", "missing"),
    [
        (with_group("sg-f", outward=()), "sg-f lets nothing out to vpce-1 on 443"),
        (with_group("sg-f", outward=https(groups=("sg-x",))), "sg-f lets nothing out to vpce-1 on 443"),
        (with_group("sg-f", outward=(Rule("tcp", (80, 80), (ANY,)),)), "sg-f lets nothing out"),
        (with_group("sg-f", outward=(Rule("udp", (443, 443), (ANY,)),)), "sg-f lets nothing out"),
        (with_group("sg-f", outward=https(ranges=(HERE,))), "sg-f lets nothing out"),
        (with_group("sg-e", inward=()), "endpoint vpce-1 admits nobody only"),
        (with_group("sg-e", inward=https(groups=("sg-x",))), "endpoint vpce-1 admits sg-x only"),
        (with_group("sg-e", inward=https(ranges=(THERE,))), "endpoint vpce-1 admits 10.0.1.0/24 only"),
        (with_endpoint(subnets=()), "vpce-1 is in no subnet"),
        (with_endpoint(subnets=("subnet-x",)), "there is no subnet subnet-x"),
    ],
)
def test_groups_must_agree_on_both_sides(network: Network, missing: str) -> None:
    with pytest.raises(NoPath, match=re.escape(missing)):
        walk(network, FUNCTION, "sns")


def test_groups_may_name_ranges_instead() -> None:
    network = with_group("sg-f", outward=https(ranges=(THERE,)))
    assert walk(network, FUNCTION, "sns").kind == "endpoint"
    network = with_group("sg-e", inward=(Rule("-1", None, ranges=(HERE,)),))
    assert walk(network, FUNCTION, "sns").kind == "endpoint"


@pytest.mark.documented(NACLS)
@pytest.mark.parametrize(
    ("subnet", "outward", "ports", "missing"),
    [
        ("subnet-a", True, (443, 443), "network ACL acl-a lets nothing out of subnet-a to subnet-b on 443"),
        ("subnet-b", False, (443, 443), "network ACL acl-b lets nothing into subnet-b from subnet-a on 443"),
        ("subnet-b", True, (1024, 65535), "network ACL acl-b lets no answers out of subnet-b to subnet-a"),
        ("subnet-a", False, (1024, 65535), "network ACL acl-a lets no answers into subnet-a from subnet-b"),
        # One closed port in the middle of the ephemeral range is enough.
        ("subnet-a", False, (3389, 3389), "network ACL acl-a lets no answers into subnet-a from subnet-b"),
    ],
)
def test_network_acls_must_let_both_directions_through(
    subnet: str, outward: bool, ports: tuple[int, int], missing: str
) -> None:
    first, last = ports
    refusal = entry(50, allows=False, outward=outward, first=first, last=last)
    with pytest.raises(NoPath, match=re.escape(missing)):
        walk(with_acl(subnet, refusal, *ALL), FUNCTION, "sns")
    # A higher number comes too late.
    assert walk(with_acl(subnet, replace(refusal, number=150), *ALL), FUNCTION, "sns").kind == "endpoint"


@pytest.mark.documented(EPHEMERAL)
def test_exactly_the_needed_entries_are_enough() -> None:
    needed = (
        entry(1, allows=True, outward=True, first=443, last=443, range_=THERE),
        entry(2, allows=True, outward=False, first=1024, last=65535, range_=THERE),
    )
    assert walk(with_acl("subnet-a", *needed), FUNCTION, "sns").kind == "endpoint"
    short = replace(needed[1], ports=(32768, 65535))
    with pytest.raises(NoPath, match="no answers into subnet-a"):
        walk(with_acl("subnet-a", needed[0], short), FUNCTION, "sns")


def test_within_one_subnet_no_network_acl_stands_in_the_way() -> None:
    network = with_endpoint(subnets=("subnet-a",))
    closed = replace(network.subnets["subnet-a"], acl=Acl("acl-a", ()))
    assert walk(replace(network, subnets={**network.subnets, "subnet-a": closed}), FUNCTION, "sns")


GATEWAY = Endpoint("vpce-2", "Gateway", "vpc-1", "dynamodb", private_dns=False, prefix_list="pl-1")


def with_gateway(*routes: Route, **rules: Any) -> Network:
    network = with_group("sg-f", outward=rules.get("outward", https(prefix_lists=("pl-1",))))
    subnet = replace(network.subnets["subnet-a"], routes=(LOCAL, *routes))
    return replace(
        network,
        endpoints={**network.endpoints, "vpce-2": GATEWAY},
        subnets={**network.subnets, "subnet-a": rules.get("subnet", subnet)},
    )


@pytest.mark.documented(GATEWAYS)
def test_a_gateway_endpoint_needs_a_route_and_a_rule_for_its_prefix_list() -> None:
    route = Route("pl-1", "vpce-2")
    path = walk(with_gateway(route), FUNCTION, "dynamodb")
    assert (path.kind, path.endpoint) == ("gateway", GATEWAY)
    assert walk(with_gateway(route, outward=https(ranges=(ANY,))), FUNCTION, "dynamodb").kind == "gateway"
    with pytest.raises(NoPath, match="rtb-a has no route out of it"):
        walk(with_gateway(), FUNCTION, "dynamodb")
    with pytest.raises(NoPath, match="sg-f lets nothing out to the prefix list of vpce-2"):
        walk(with_gateway(route, outward=https(groups=("sg-e",))), FUNCTION, "dynamodb")
    two = replace(FUNCTION, subnets=("subnet-a", "subnet-b"))
    with pytest.raises(NoPath, match="route table rtb-b of subnet-b has no route to vpce-2"):
        walk(with_gateway(route), two, "dynamodb")
    closed = replace(NETWORK.subnets["subnet-a"], routes=(route,), acl=Acl("acl-a", ALL[:1]))
    with pytest.raises(NoPath, match="acl-a lets nothing out of subnet-a on 443"):
        walk(with_gateway(route, subnet=closed), FUNCTION, "dynamodb")


def with_nat(private: str = "nat-1", public: str = "igw-1", **members: Any) -> Network:
    network = with_group("sg-f", outward=members.get("outward", https(ranges=(ANY,))))
    subnets = {
        "subnet-a": replace(network.subnets["subnet-a"], routes=(LOCAL, Route(ANY, private))),
        "subnet-b": replace(network.subnets["subnet-b"], routes=(LOCAL, Route(ANY, public)), **members.get("b", {})),
    }
    return replace(network, endpoints={}, subnets=subnets, gateways={"nat-1": "subnet-b"})


@pytest.mark.documented(NAT)
def test_the_internet_is_reached_through_nat_only() -> None:
    path = walk(with_nat(), FUNCTION, "appsync-api")
    assert (path.kind, path.endpoint) == ("internet", None)
    assert path.steps == ("rtb-a leads to nat-1", "rtb-b leads to igw-1", "sg-f lets out")
    for network, missing in (
        (with_nat(private="igw-1"), "rtb-a leads to igw-1, which needs a public address a function has not"),
        (with_nat(private="nat-2"), "rtb-a leads to nat-2, which is gone"),
        (with_nat(public="nat-1"), "rtb-b has no route to the Internet"),
        (with_nat(outward=https(groups=("sg-e",))), "sg-f lets nothing out to the Internet on 443"),
        (with_nat(b={"acl": Acl("acl-b", ALL[:1])}), "acl-b lets nothing out of subnet-b on 443"),
        (with_nat(b={"acl": Acl("acl-b", ALL[1:])}), "acl-b lets no answers into subnet-b"),
    ):
        with pytest.raises(NoPath, match=re.escape(missing)):
            walk(network, FUNCTION, "appsync-api")


def test_the_most_specific_route_decides() -> None:
    network = with_nat()
    narrow = Route(net("52.0.0.0/8"), "vgw-1")
    subnet = replace(network.subnets["subnet-a"], routes=(Route(ANY, "nat-1"), narrow))
    with pytest.raises(NoPath, match="rtb-a leads to vgw-1"):
        walk(replace(network, subnets={**network.subnets, "subnet-a": subnet}), FUNCTION, "sns")


def test_readers_come_from_a_network_the_endpoint_admits() -> None:
    readers = net("192.168.0.0/16")
    endpoint = NETWORK.endpoints["vpce-1"]
    opened = with_group("sg-e", inward=https(ranges=(readers,)))
    assert from_readers(opened, readers, endpoint).steps == ("sg-e lets in",)
    assert from_readers(opened, net("192.168.7.0/24"), endpoint)
    with pytest.raises(NoPath, match="sg-e of vpce-1 does not admit it on 443"):
        from_readers(NETWORK, readers, endpoint)
    with pytest.raises(NoPath, match="does not admit it"):
        from_readers(opened, net("192.0.0.0/8"), endpoint)
    closed = replace(opened.subnets["subnet-b"], acl=Acl("acl-b", ALL[:1]))
    with pytest.raises(NoPath, match="lets no answers out to the readers' network"):
        from_readers(replace(opened, subnets={**opened.subnets, "subnet-b": closed}), readers, endpoint)
