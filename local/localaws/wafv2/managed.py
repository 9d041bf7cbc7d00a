"""The rules of AWS's managed groups whose criteria AWS publishes.

https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html

Differs from AWS: of AWSManagedRulesCommonRuleSet the rules on the User-Agent and on sizes act, of
AWSManagedRulesKnownBadInputsRuleSet those on Log4j; the other rules' patterns are not published and match nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote


@dataclass(frozen=True)
class Inspected:
    """What a web ACL sees of one request."""

    address: str
    path: str
    query: str
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def seen_body(self) -> bytes:
        """AppSync hands WAF the first 8 KB. https://docs.aws.amazon.com/appsync/latest/devguide/WAF-Integration.html"""
        return self.body[:BODY_BYTES]


BODY_BYTES = 8192
QUERY_BYTES = 2048
COOKIE_BYTES = 10240
PATH_BYTES = 1024

_BAD_BOTS = re.compile(r"scanner|nessus|sqlmap|nikto", re.IGNORECASE)
_LOG4J = re.compile(r"\$\{jndi:", re.IGNORECASE)
"""AWS publishes one example, `${jndi:ldap://example.com/}`; its rules know disguises of it that this one does not."""


def _log4j(text: str) -> bool:
    return _LOG4J.search(unquote(text)) is not None


Rule = Callable[[Inspected], bool]

GROUPS: dict[str, dict[str, Rule]] = {
    "AWSManagedRulesCommonRuleSet": {
        "NoUserAgent_HEADER": lambda request: not request.headers.get("user-agent"),
        "UserAgent_BadBots_HEADER": lambda request: bool(_BAD_BOTS.search(request.headers.get("user-agent", ""))),
        "SizeRestrictions_QUERYSTRING": lambda request: len(request.query.encode()) > QUERY_BYTES,
        "SizeRestrictions_Cookie_HEADER": lambda request: (
            len(request.headers.get("cookie", "").encode()) > COOKIE_BYTES
        ),
        "SizeRestrictions_BODY": lambda request: len(request.body) > BODY_BYTES,
        "SizeRestrictions_URIPATH": lambda request: len(request.path.encode()) > PATH_BYTES,
    },
    "AWSManagedRulesKnownBadInputsRuleSet": {
        "Log4JRCE_HEADER": lambda request: any(_log4j(value) for value in request.headers.values()),
        "Log4JRCE_QUERYSTRING": lambda request: _log4j(request.query),
        "Log4JRCE_BODY": lambda request: _log4j(request.seen_body.decode(errors="replace")),
        "Log4JRCE_URIPATH": lambda request: _log4j(request.path),
    },
}
