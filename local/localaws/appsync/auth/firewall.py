"""The web ACL in front of an API, asked before anybody's credentials are looked at.

https://docs.aws.amazon.com/appsync/latest/devguide/WAF-Integration.html: of the real-time protocol it sees only the
start of a subscription.
"""

from __future__ import annotations

import logging

from localaws.appsync.auth.caller import Unauthorized
from localaws.appsync.control.models import GraphqlApi
from localaws.wafv2.firewall import Firewall
from localaws.wafv2.managed import Inspected

log = logging.getLogger(__name__)

PATH = "/graphql"
"""Every API's path on AWS."""


def check(
    firewall: Firewall, api: GraphqlApi, address: str, headers: dict[str, str], body: bytes, query: str = ""
) -> None:
    """Raises Unauthorized where the web ACL blocks the request."""
    blamed = firewall.blocks(api.arn, api.region, Inspected(address, PATH, query, headers, body))
    if blamed is not None:
        log.warning("web ACL rule %s blocked a request to %s", blamed, api.api_id)
        raise Unauthorized("403 Forbidden", error_type="WAFForbiddenException", status=403)
