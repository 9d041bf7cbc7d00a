"""Readers: whoever calls an AppSync API and is no function, such as a browser or `make ask`.

They stand on a network of their own, which the operator declares (`POST /_local/readers`). A PRIVATE API answers them
through an endpoint only: its security groups and network ACLs must admit that network, and its policy the API.
https://docs.aws.amazon.com/appsync/latest/devguide/using-private-apis.html

Differs from AWS: the readers' network is connected to every VPC, and its resolver knows, for each API, the VPC whose
endpoint's policy admits it. A reader without an IAM identity is asked about on the API itself, whatever the field.
"""

from __future__ import annotations

import ipaddress
import logging
from typing import TYPE_CHECKING

from localaws.authorization.evaluation import Decision, Policies
from localaws.authorization.principal import Principal
from localaws.authorization.statement import Request
from localaws.http import Lost
from localaws.network.model import Endpoint, IpNetwork, Path
from localaws.network.walk import NoPath, entrances, from_readers

if TYPE_CHECKING:
    from localaws.authorization.guard import Guard

log = logging.getLogger(__name__)

NETWORK = "10.20.0.0/16"
"""Where readers stand until the operator says otherwise."""

SERVICE = "appsync-api"
ANYBODY = Principal("anonymous", "anonymous")
"""An API key or a token is no IAM identity."""


class Readers:
    """Their network, and their way to each PRIVATE API."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self.network: IpNetwork = ipaddress.ip_network(NETWORK)
        self._paths: dict[tuple[str, str], Path] = {}
        """Ways that were walked, until something in the network changes."""

    def declare(self, cidr_block: str) -> None:
        """Readers stand there from now on. Raises ValueError."""
        self.network = ipaddress.ip_network(cidr_block)
        self.forget()

    def forget(self) -> None:
        """The next way is walked anew."""
        self._paths.clear()

    def path(self, api_arn: str, host: str) -> Path:
        """The way to the API. Raises Lost, with the missing link in the log and the journal."""
        way = self._paths.get((api_arn, host))
        if way is not None:
            return way
        network = self._guard.network(api_arn.split(":")[3])
        try:
            found = entrances(network, SERVICE, host)
            if not found:
                raise NoPath("no route from the readers' network to a PRIVATE API: its name leads to no endpoint")
            chosen = next((each for each in found if self._decision(api_arn, each).allowed), found[0])
            way = from_readers(network, self.network, chosen)
        except NoPath as missing:
            log.warning("%s", missing)
            self._guard.journal.lost("readers", SERVICE, str(missing))
            raise Lost(str(missing)) from None
        self._paths[api_arn, host] = way
        return way

    def decide(self, api_arn: str, path: Path) -> Decision:
        """Whether the endpoint's policy lets a reader without an IAM identity through to the API."""
        assert path.endpoint is not None
        decision = self._decision(api_arn, path.endpoint)
        self._guard.journal.decided(decision, path)
        if not decision.allowed:
            log.warning("the policy of %s admits no reader to %s", path.endpoint.id, api_arn)
        return decision

    def _decision(self, api_arn: str, endpoint: Endpoint) -> Decision:
        facts = {"aws:sourcevpce": endpoint.id, "aws:sourcevpc": endpoint.vpc, "aws:securetransport": "true"}
        request = Request(ANYBODY, "appsync:GraphQL", api_arn, facts)
        return self._guard.evaluated(request, Policies(known_to_the_service=True), endpoint)
