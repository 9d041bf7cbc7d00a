"""What a call meets on its way, as plain values."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
IpNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class Rule:
    """One rule of a security group, one peer or several."""

    protocol: str
    """`tcp`, `udp`, …, or `-1` for all."""
    ports: tuple[int, int] | None
    """First and last; None for all."""
    ranges: tuple[IpNetwork, ...] = ()
    groups: tuple[str, ...] = ()
    prefix_lists: tuple[str, ...] = ()
    id: str = ""

    def opens(self, port: int) -> bool:
        """Whether TCP on this port is meant."""
        if self.protocol == "-1":
            return True
        return self.protocol in ("tcp", "6") and (self.ports is None or self.ports[0] <= port <= self.ports[1])


@dataclass(frozen=True)
class Group:
    """A security group: stateful, so answers need no rule."""

    id: str
    inward: tuple[Rule, ...]
    outward: tuple[Rule, ...]


@dataclass(frozen=True)
class Entry:
    """One entry of a network ACL."""

    number: int
    allows: bool
    outward: bool
    protocol: str
    """`6` or `tcp`, …, or `-1`."""
    range: IpNetwork
    ports: tuple[int, int] | None


@dataclass(frozen=True)
class Acl:
    """A network ACL: stateless, so answers need entries of their own; the lowest number that fits decides."""

    id: str
    entries: tuple[Entry, ...]

    def closed(self, peer: Address, ports: tuple[int, int], *, outward: bool) -> bool:
        """Whether TCP to or from the peer is refused on any of the ports."""
        mine = sorted(
            (
                entry
                for entry in self.entries
                if entry.outward is outward and entry.protocol in ("-1", "6", "tcp") and peer in entry.range
            ),
            key=lambda entry: entry.number,
        )
        first, last = ports
        # Only these ports need a look: from one of them to the next every port has the same verdict.
        edges = {first} | {edge for e in mine if e.ports for edge in (e.ports[0], e.ports[1] + 1)}
        return not all(_verdict(mine, port) for port in edges if first <= port <= last)


def _verdict(entries: list[Entry], port: int) -> bool:
    for entry in entries:
        if entry.protocol == "-1" or entry.ports is None or entry.ports[0] <= port <= entry.ports[1]:
            return entry.allows
    return False


@dataclass(frozen=True)
class Route:
    """One route: a range or a prefix list, and where it leads (`local`, `vpce-…`, `nat-…`, `igw-…`)."""

    destination: IpNetwork | str
    target: str


@dataclass(frozen=True)
class Subnet:
    """A subnet with the ACL and the route table that apply to it."""

    id: str
    vpc: str
    range: IpNetwork
    acl: Acl
    routes: tuple[Route, ...]
    table: str

    @property
    def address(self) -> Address:
        """An address of the subnet that AWS would hand out; the first four are reserved."""
        return self.range[10]


@dataclass(frozen=True)
class Endpoint:
    """A VPC endpoint."""

    id: str
    kind: str
    """`Interface` or `Gateway`."""
    vpc: str
    service: str
    """The last part of its service name, such as `sns` or `appsync-api`."""
    private_dns: bool
    subnets: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    prefix_list: str | None = None
    policy: str | None = None


@dataclass(frozen=True)
class Vpc:
    """A VPC's DNS settings. Private DNS of endpoints needs both."""

    id: str
    dns_support: bool
    dns_hostnames: bool


@dataclass(frozen=True)
class Network:
    """Everything there is in one region."""

    vpcs: Mapping[str, Vpc] = field(default_factory=dict)
    subnets: Mapping[str, Subnet] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)
    gateways: Mapping[str, str] = field(default_factory=dict)
    """NAT gateways, each with the subnet it stands in."""
    names: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(VPC, host) of private zones, with the endpoint the host is an alias of."""


@dataclass(frozen=True)
class Origin:
    """Where a call starts: a function in its subnets."""

    name: str
    vpc: str
    subnets: tuple[str, ...]
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Path:
    """The way a call took."""

    kind: str
    """`endpoint`, `gateway` or `internet`."""
    endpoint: Endpoint | None
    address: str
    """The caller's address, as the service sees it on a private way."""
    steps: tuple[str, ...]
    """What let the call through, in order."""
    rules: tuple[str, ...] = ()
    """The rules of security groups among it."""
