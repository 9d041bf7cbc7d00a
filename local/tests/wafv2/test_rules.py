"""Web ACLs as they act on requests."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from localaws.wafv2.managed import Inspected
from localaws.wafv2.rules import Rates, verdict

BASELINE = "https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html"
ORDER = "https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-processing-order.html"
RATES = "https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based.html"
OVERRIDES = "https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-rule-group-override-options.html"
APPSYNC = "https://docs.aws.amazon.com/appsync/latest/devguide/WAF-Integration.html"

COMMON, BAD_INPUTS = "AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet"
SIGNED = {
    "NotStatement": {
        "Statement": {
            "ByteMatchStatement": {
                "SearchString": base64.b64encode(b"AWS4-HMAC-SHA256 ").decode(),
                "PositionalConstraint": "STARTS_WITH",
                "FieldToMatch": {"SingleHeader": {"Name": "authorization"}},
                "TextTransformations": [{"Priority": 0, "Type": "NONE"}],
            }
        }
    }
}


def request(**members: Any) -> Inspected:
    headers = {"user-agent": "browser", **members.pop("headers", {})}
    whole = {"address": "192.0.2.1", "path": "/graphql", "query": "", "body": b"{}", **members}
    return Inspected(headers=headers, **whole)


def managed(group: str, priority: int = 1, **members: Any) -> dict[str, Any]:
    rule = {key: members.pop(key) for key in ("OverrideAction",) if key in members}
    statement = {"VendorName": "AWS", "Name": group, **members}
    return {"Name": group[:5], "Priority": priority, "Statement": {"ManagedRuleGroupStatement": statement}, **rule}


def blocked(*rules: dict[str, Any], asked: Inspected | None = None, **members: Any) -> str | None:
    return verdict("acl", rules, {"Allow": {}}, asked or request(**members), Rates())


@pytest.mark.documented(BASELINE)
@pytest.mark.parametrize(
    ("members", "rule"),
    [
        ({}, None),
        ({"headers": {"user-agent": ""}}, "NoUserAgent_HEADER"),
        ({"headers": {"user-agent": "Nessus"}}, "UserAgent_BadBots_HEADER"),
        ({"query": "q" * 2048}, None),
        ({"query": "q" * 2049}, "SizeRestrictions_QUERYSTRING"),
        ({"headers": {"cookie": "c" * 10240}}, None),
        ({"headers": {"cookie": "c" * 10241}}, "SizeRestrictions_Cookie_HEADER"),
        ({"body": b"b" * 8192}, None),
        ({"body": b"b" * 8193}, "SizeRestrictions_BODY"),
        ({"path": "p" * 1024}, None),
        ({"path": "p" * 1025}, "SizeRestrictions_URIPATH"),
    ],
)
def test_the_common_rules(members: dict[str, Any], rule: str | None) -> None:
    assert blocked(managed(COMMON), **members) == (rule and f"acl/AWSMa/{rule}")


@pytest.mark.documented(BASELINE)
@pytest.mark.parametrize("attack", ["${jndi:ldap://x/a}", "%24%7Bjndi:ldap://x/a}"])
def test_log4j_in_every_place(attack: str) -> None:
    rule = managed(BAD_INPUTS)
    assert blocked(rule, headers={"x": attack}) == "acl/AWSMa/Log4JRCE_HEADER"
    assert blocked(rule, query=attack) == "acl/AWSMa/Log4JRCE_QUERYSTRING"
    assert blocked(rule, body=attack.encode()) == "acl/AWSMa/Log4JRCE_BODY"
    assert blocked(rule, path=attack) == "acl/AWSMa/Log4JRCE_URIPATH"
    assert blocked(rule, body=b"What does ${name} mean in a shell?") is None


@pytest.mark.documented(APPSYNC)
def test_of_a_body_only_the_first_8_kilobytes_are_read() -> None:
    rule = managed(BAD_INPUTS)
    assert blocked(rule, body=b" " * 8192 + b"${jndi:ldap://x/a}") is None


@pytest.mark.documented(OVERRIDES)
def test_overrides_and_scope_take_rules_out() -> None:
    counting = [{"Name": "SizeRestrictions_BODY", "ActionToUse": {"Count": {}}}]
    long = {"body": b"b" * 9000}
    assert blocked(managed(COMMON, RuleActionOverrides=counting), **long) is None
    assert blocked(managed(COMMON, RuleActionOverrides=counting), headers={"user-agent": ""}, **long)
    assert blocked(managed(COMMON, ExcludedRules=[{"Name": "SizeRestrictions_BODY"}]), **long) is None
    assert blocked(managed(COMMON, OverrideAction={"Count": {}}), **long) is None
    scoped = managed(BAD_INPUTS, ScopeDownStatement=SIGNED)
    attack = {"body": b"${jndi:ldap://x/a}"}
    assert blocked(scoped, **attack)
    assert blocked(scoped, headers={"authorization": "AWS4-HMAC-SHA256 Credential=x"}, **attack) is None


@pytest.mark.documented(RATES)
def test_more_requests_than_the_limit_are_blocked_until_the_window_has_passed() -> None:
    now = 0.0
    rates = Rates(lambda: now)
    content = {"Limit": 3, "AggregateKeyType": "IP", "ScopeDownStatement": SIGNED}
    rule = {"Name": "rate", "Priority": 1, "Action": {"Block": {}}, "Statement": {"RateBasedStatement": content}}

    def ask(address: str = "192.0.2.1", **headers: str) -> str | None:
        return verdict("acl", [rule], {"Allow": {}}, request(address=address, headers=headers), rates)

    assert [ask() for _ in range(3)] == [None] * 3
    assert ask() == "acl/rate"
    assert ask("192.0.2.2") is None
    assert ask(authorization="AWS4-HMAC-SHA256 x") is None
    now = 300.5
    assert ask() is None


@pytest.mark.documented(ORDER)
def test_rules_are_asked_by_priority_until_one_ends_it() -> None:
    allow = {"Name": "let", "Priority": 0, "Action": {"Allow": {}}, "Statement": SIGNED}
    long = {"body": b"b" * 9000}
    assert blocked(managed(COMMON), allow, **long) is None
    assert blocked(managed(COMMON), {**allow, "Priority": 2}, **long)
    assert blocked(managed(COMMON), {**allow, "Action": {"Count": {}}}, **long)
    assert verdict("acl", [], {"Block": {}}, request(), Rates()) == "acl/default"


def test_what_is_not_evaluated_blocks() -> None:
    unknown = {"Name": "x", "Priority": 1, "Action": {"Block": {}}, "Statement": {"GeoMatchStatement": {}}}
    assert blocked(unknown) == "acl/unsupported"
    assert blocked(managed("AWSManagedRulesSQLiRuleSet")) == "acl/unsupported"
