"""Route 53: a zone created with a VPC is private, whether or not the request says so.

Differs from AWS: of the records only aliases of VPC endpoints lead anywhere, and only for functions.
"""

from __future__ import annotations

from typing import Any

from moto.route53.responses import Route53

from localaws.context import Context
from localaws.patching import replace
from localaws.services import Component


def install(_context: Context) -> Component:
    """Patches moto's Route 53."""

    @replace(Route53, "create_hosted_zone")
    def create(original: Any, self: Route53) -> Any:
        if self._get_param("VPC.VPCId"):
            self.params["HostedZoneConfig"] = {**(self.params.get("HostedZoneConfig") or {}), "PrivateZone": True}
        return original(self)

    return Component()
