"""Texts AWS shows to people: each field takes its own characters, and a plan checks none of them."""

from __future__ import annotations

import re

from plans import Plan

PRINTABLE = r"[\t\n\r\u0020-\u007E\u00A1-\u00FF]"
EC2 = r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{0,255}"
# From the services' API models; where one names a length only, the characters are those every service takes.
ACCEPTED = {
    ("aws_appsync_api_key", "description"): rf"{PRINTABLE}{{0,255}}",
    ("aws_cloudwatch_metric_alarm", "alarm_description"): rf"{PRINTABLE}{{0,1024}}",
    ("aws_default_security_group", "description"): EC2,
    ("aws_iam_role", "description"): rf"{PRINTABLE}{{0,1000}}",
    ("aws_kms_key", "description"): rf"{PRINTABLE}{{0,8192}}",
    ("aws_lambda_function", "description"): rf"{PRINTABLE}{{0,256}}",
    ("aws_network_interface", "description"): EC2,
    ("aws_route53_zone", "comment"): rf"{PRINTABLE}{{0,256}}",
    ("aws_scheduler_schedule", "description"): rf"{PRINTABLE}{{0,512}}",
    ("aws_security_group", "description"): EC2,
    ("aws_sns_topic", "display_name"): r"[\u0020-\u007E]{0,100}",
    ("aws_vpc_security_group_egress_rule", "description"): EC2,
    ("aws_vpc_security_group_ingress_rule", "description"): EC2,
    ("aws_wafv2_web_acl", "description"): r"[\w+=:#@/\-,.][\w+=:#@/\-,.\s]{1,254}[\w+=:#@/\-,.]",
}
FIELDS = ("alarm_description", "comment", "description", "display_name")
NAMES = {
    "aws_iam_role": r"[\w+=,.@-]{1,64}",
    "aws_lambda_function": r"[a-zA-Z0-9_-]{1,64}",
    "aws_s3_bucket": r"(?!xn--|sthree-|amzn-s3-demo-)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
    "aws_security_group": r"(?!sg-)[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{1,255}",
    "aws_sns_topic": r"[a-zA-Z0-9_-]{1,256}",
    "aws_sqs_queue": r"[a-zA-Z0-9_-]{1,80}",
    "aws_wafv2_web_acl": r"[\w-]{1,128}",
}


def test_every_text_holds_only_what_its_field_takes(plans: dict[str, Plan]) -> None:
    seen = set()
    for plan in plans.values():
        for resource in plan.resources:
            for field in FIELDS:
                text = resource.values.get(field)
                if isinstance(text, str):
                    seen.add((resource.type, field))
                    rule = ACCEPTED.get((resource.type, field))
                    assert rule, f"{resource.type}.{field}: say here which characters it takes"
                    assert re.fullmatch(rule, text), (plan.name, resource.address, text)
    assert ("aws_vpc_security_group_ingress_rule", "description") in seen and len(seen) >= 8


def test_every_name_is_one_its_service_takes(plans: dict[str, Plan]) -> None:
    for plan in plans.values():
        for resource in plan.of(*NAMES):
            name = resource.values.get("bucket" if resource.type == "aws_s3_bucket" else "name")
            name = resource.values.get("function_name", name)
            assert re.fullmatch(NAMES[resource.type], name), (plan.name, resource.address, name)


def test_a_zip_carries_none_of_the_tags_that_everything_else_carries(plans: dict[str, Plan]) -> None:
    # An object holds ten tags where everything else holds fifty, and a caller's bucket may forbid to tag.
    for plan in plans.values():
        for zip_object in plan.of("aws_s3_object"):
            assert zip_object.values["override_provider"] == [{"default_tags": [{"tags": {}}]}], plan.name
            assert not zip_object.values.get("tags")
