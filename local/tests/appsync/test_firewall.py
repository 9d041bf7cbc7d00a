"""A web ACL in front of an API: asked before credentials are looked at."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator

import pytest
from conftest import Local

from appsync.support import Api, send

WAF = "https://docs.aws.amazon.com/appsync/latest/devguide/WAF-Integration.html"


@pytest.fixture
def guarded(local: Local, make_api: Callable[..., Api]) -> Iterator[Api]:
    """An API with the common rules in front."""
    api, waf = make_api(), local.client("wafv2")
    shown = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "m"}
    rule = {
        "Name": "common",
        "Priority": 1,
        "OverrideAction": {"None": {}},
        "VisibilityConfig": shown,
        "Statement": {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}},
    }
    acl = waf.create_web_acl(
        Name=f"acl-{uuid.uuid4().hex[:8]}",
        Scope="REGIONAL",
        DefaultAction={"Allow": {}},
        VisibilityConfig=shown,
        Rules=[rule],
    )["Summary"]
    waf.associate_web_acl(WebACLArn=acl["ARN"], ResourceArn=api.arn)
    yield api
    waf.disassociate_web_acl(ResourceArn=api.arn)
    waf.delete_web_acl(Name=acl["Name"], Scope="REGIONAL", Id=acl["Id"], LockToken=acl["LockToken"])


@pytest.mark.documented(WAF)
def test_a_request_without_user_agent_is_blocked_whoever_asks(guarded: Api) -> None:
    body = b'{"query": "{ plain }"}'
    silent = {"content-type": "application/json", "user-agent": ""}
    answer = send(guarded.url, body, silent)
    assert answer.status == 403
    assert answer.body == {"errors": [{"errorType": "WAFForbiddenException", "message": "403 Forbidden"}]}
    assert send(guarded.url, body, {**silent, "user-agent": "browser"}).status == 401, "now credentials are looked at"
    assert guarded.ask("{ plain }").status == 200


@pytest.mark.documented(WAF)
def test_a_long_body_is_blocked(guarded: Api) -> None:
    assert guarded.ask("{ plain } # " + "x" * 9000).status == 403
