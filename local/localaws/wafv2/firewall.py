"""Finds the web ACL in front of a resource and asks it."""

from __future__ import annotations

from moto.wafv2.models import wafv2_backends

from localaws.settings import ACCOUNT_ID
from localaws.wafv2.managed import Inspected
from localaws.wafv2.rules import Rates, verdict


class Firewall:
    """Keeps the rates; ACLs are moto's."""

    def __init__(self) -> None:
        self._rates = Rates()

    def blocks(self, resource_arn: str, region: str, request: Inspected) -> str | None:
        """The rule that blocks a request to the resource, or None."""
        acl = wafv2_backends[ACCOUNT_ID][region].get_web_acl_for_resource(resource_arn)
        if acl is None:
            return None
        return verdict(acl.name, [rule.to_dict() for rule in acl.rules], acl.default_action, request, self._rates)

    def forget(self) -> None:
        """Nobody has asked anything yet."""
        self._rates = Rates()
