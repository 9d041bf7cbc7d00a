"""moto's Route 53, corrected."""

from __future__ import annotations

from typing import Any

import moto.route53.urls
from moto.route53.responses import Route53

from localaws.patching import serve


class LocalRoute53(Route53):
    """Knows a private zone by its VPC."""

    def create_hosted_zone(self) -> Any:
        """A zone with a VPC is private."""
        if self._get_param("VPC.VPCId"):
            self.params["HostedZoneConfig"] = {**(self.params.get("HostedZoneConfig") or {}), "PrivateZone": True}
        return super().create_hosted_zone()


def install() -> None:
    """Puts ours in the place of moto's."""
    serve(moto.route53.urls, LocalRoute53)
