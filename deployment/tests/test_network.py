"""What leads in and out, in every plan: endpoints, rules, names, the Internet only where the API is global."""

from __future__ import annotations

import json

from expected import API_ARN, GLOBAL_RUNS
from plans import Plan


def test_nothing_leads_to_the_internet_unless_the_api_is_global(plans: dict[str, Plan]) -> None:
    for plan in plans.values():
        ways_out = plan.of(
            "aws_internet_gateway", "aws_nat_gateway", "aws_eip", "aws_route", "aws_egress_only_internet_gateway"
        )
        open_rules = [
            resource.address
            for resource in plan.resources
            if resource.values.get("cidr_ipv4") == "0.0.0.0/0" or resource.values.get("cidr_ipv6")
        ]
        if plan.name == "global":
            assert {resource.type for resource in ways_out} == {
                "aws_internet_gateway",
                "aws_nat_gateway",
                "aws_eip",
                "aws_route",
            }
        else:
            assert not ways_out, plan.name
        expected = (
            ["module.function_security_group[0].aws_vpc_security_group_egress_rule.internet[0]"]
            # Under shared_subnets the groups are the caller's own.
            if plan.name in GLOBAL_RUNS - {"shared_subnets"}
            else []
        )
        assert open_rules == expected, plan.name
        if plan.name not in GLOBAL_RUNS:
            everything = json.dumps([resource.values for resource in plan.resources])
            assert "0.0.0.0/0" not in everything and "::/0" not in everything, plan.name


def test_the_default_security_group_is_closed_and_no_address_is_public(plans: dict[str, Plan]) -> None:
    for plan in plans.values():
        for group in plan.of("aws_default_security_group"):
            assert not group.values.get("ingress") and not group.values.get("egress"), plan.name
        assert all(subnet.values["map_public_ip_on_launch"] is False for subnet in plan.of("aws_subnet"))
    assert plans["sample"].of("aws_default_security_group") and plans["sample"].of("aws_flow_log")


def test_the_network_acl_admits_the_vpc_and_the_readers(plans: dict[str, Plan]) -> None:
    def rules(plan: Plan, direction: str) -> set[tuple[str, str, int, int]]:
        (acl,) = plan.of("aws_default_network_acl")
        assert {rule["action"] for rule in acl.values[direction]} == {"allow"}
        return {
            (rule["cidr_block"], rule["protocol"], rule["from_port"], rule["to_port"]) for rule in acl.values[direction]
        }

    inside = ("10.64.0.0/20", "-1", 0, 0)
    assert rules(plans["sample"], "ingress") == rules(plans["sample"], "egress") == {inside}
    assert rules(plans["private_dns_elsewhere"], "ingress") == {
        inside,
        ("10.20.0.0/16", "tcp", 443, 443),
        ("10.20.0.0/16", "tcp", 53, 53),
        ("10.20.0.0/16", "udp", 53, 53),
    }
    assert rules(plans["private_dns_elsewhere"], "egress") == {
        inside,
        ("10.20.0.0/16", "tcp", 1024, 65535),
        ("10.20.0.0/16", "udp", 1024, 65535),
    }
    assert rules(plans["global"], "ingress") == {inside, ("0.0.0.0/0", "tcp", 1024, 65535)}
    assert rules(plans["global"], "egress") == {inside, ("0.0.0.0/0", "tcp", 443, 443)}
    assert not plans["existing_vpc"].of("aws_default_network_acl")


def test_security_group_rules_open_nothing_but_https(plans: dict[str, Plan]) -> None:
    for plan in plans.values():
        for rule in plan.of("aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"):
            values = rule.values
            assert (values["ip_protocol"], values["from_port"], values["to_port"]) == ("tcp", 443, 443), (
                plan.name,
                rule.address,
            )


def test_functions_and_endpoints_admit_each_other_and_nobody_else(sample: Plan) -> None:
    endpoints = {"sg-0a91", "sg-0bed", "sg-0505"}
    out = sample.of("aws_vpc_security_group_egress_rule")
    into = sample.of("aws_vpc_security_group_ingress_rule")
    functions = "sg-0dddddddddddddddd"
    assert {rule.values["security_group_id"] for rule in out} == {functions}
    assert {rule.values["referenced_security_group_id"] for rule in out} == endpoints
    assert {rule.values["security_group_id"] for rule in into} == endpoints
    assert {rule.values["referenced_security_group_id"] for rule in into} == {functions}


def test_readers_reach_the_api_endpoint_and_no_other(plans: dict[str, Plan]) -> None:
    plan = plans["existing_vpc"]
    clients = [rule for rule in plan.of("aws_vpc_security_group_ingress_rule") if rule.values["cidr_ipv4"]]
    assert {rule.values["cidr_ipv4"] for rule in clients} == {"10.20.0.0/16", "192.168.0.0/24"}
    assert {rule.values["security_group_id"] for rule in clients} == {"sg-0a91"}, "not the appsync-api endpoint's group"


def test_endpoints_are_those_the_visibility_needs(plans: dict[str, Plan]) -> None:
    for plan in plans.values():
        services = {resource.address.split('"')[1] for resource in plan.of("aws_vpc_endpoint")}
        expected = {"bedrock-runtime", "sns"} | (set() if plan.name in GLOBAL_RUNS else {"appsync-api"})
        assert services == (set() if plan.name.startswith("shared_") else expected), plan.name
        assert all(endpoint.values["private_dns_enabled"] for endpoint in plan.of("aws_vpc_endpoint"))


def test_the_api_endpoint_is_restricted_by_resource_and_never_by_principal(sample: Plan) -> None:
    # Calls by API key or token carry no IAM principal: a condition on one would lock every browser out.
    (statement,) = sample.statements('module.endpoints.aws_vpc_endpoint.this["appsync-api"]')
    assert statement == {
        "Sid": "ThisApiWhoeverAsks",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "appsync:GraphQL",
        "Resource": [API_ARN, f"{API_ARN}/*"],
    }


def test_the_other_endpoints_serve_one_function_and_one_purpose(sample: Plan) -> None:
    (publish,) = sample.statements('module.endpoints.aws_vpc_endpoint.this["sns"]')
    assert (publish["Action"], publish["Resource"]) == (
        "sns:Publish",
        "arn:aws:sns:us-east-1:123456789012:bedrock-chat-questions",
    )
    assert publish["Condition"] == {
        "ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/bedrock-chat-data-source"}
    }
    (stream,) = sample.statements('module.endpoints.aws_vpc_endpoint.this["bedrock-runtime"]')
    assert stream["Action"] == "bedrock:InvokeModelWithResponseStream"
    assert stream["Condition"] == {
        "ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/bedrock-chat-orchestrator"}
    }
    assert stream["Resource"] == [
        "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-2-lite-v1:0",
        "arn:aws:bedrock:us-east-1:123456789012:project/default",
        *(
            f"arn:aws:bedrock:{region}::foundation-model/amazon.nova-2-lite-v1:0"
            for region in ("us-east-1", "us-east-2", "us-west-2")
        ),
    ]


def test_a_waf_stands_before_every_global_api_and_where_it_is_asked_for(plans: dict[str, Plan]) -> None:
    for plan in plans.values():
        wanted = plan.name in GLOBAL_RUNS or plan.name.startswith("callers_key")
        assert bool(plan.of("aws_wafv2_web_acl")) is wanted, plan.name
        assert bool(plan.of("aws_wafv2_web_acl_association")) is wanted, plan.name
        for logging in plan.of("aws_wafv2_web_acl_logging_configuration"):
            hidden = {
                field["single_header"][0]["name"]
                for field in logging.values["redacted_fields"]
                if field["single_header"]
            }
            assert {"authorization", "x-api-key", "sec-websocket-protocol"} <= hidden
            assert any(field["query_string"] for field in logging.values["redacted_fields"])


def test_private_zones_carry_both_host_names(plans: dict[str, Plan]) -> None:
    for name, target in (("private_dns_elsewhere", "vpce-0made"), ("shared_endpoints", "vpce-0shared")):
        zones = {zone.values["name"] for zone in plans[name].of("aws_route53_zone")}
        assert zones == {
            "mockedurlidmockedurlid1234.appsync-api.us-east-1.amazonaws.com",
            "mockedurlidmockedurlid1234.appsync-realtime-api.us-east-1.amazonaws.com",
        }
        assert all(
            record.values["alias"][0]["name"].startswith(target) for record in plans[name].of("aws_route53_record")
        )
    assert not plans["sample"].of("aws_route53_zone")
