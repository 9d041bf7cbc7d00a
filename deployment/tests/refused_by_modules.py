"""What a module refuses whoever calls it: the module, its inputs, what AWS answers, and words of the refusal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

ACCOUNT = "123456789012"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/00000000-0000-0000-0000-000000000000"
VPC = "vpc-0aaaaaaaaaaaaaaaa"


@dataclass(frozen=True)
class Case:
    """One plan of one module."""

    module: str
    inputs: dict[str, Any]
    words: str
    """Empty where nothing is wrong and the plan must succeed."""
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)


COMMON = {
    "partition": "aws",
    "region": "us-east-1",
    "account_id": ACCOUNT,
    "artifacts": {"directory": "tests/artifacts", "bucket": "artifacts", "key_prefix": "lambda"},
    "architecture": "x86_64",
    "network": {"subnet_ids": [], "subnet_arns": [], "security_group_ids": [], "security_group_arns": []},
    "kms_key_arn": KEY,
    "log_level": "INFO",
    "log_retention_days": 365,
    "permissions_boundary_arn": None,
    "code_signing_config_arn": None,
}


def function(words: str, **inputs: Any) -> Case:
    return Case(
        "function",
        {
            "name": "chat-data-source",
            "description": "A function.",
            "artifact_name": "data-source",
            "memory_mb": 256,
            "timeout_seconds": 10,
            "reserved_concurrency": -1,
            "environment": {},
            "environment_stand_ins": {},
            "policy": "{}",
            "on_failure_queue_arn": None,
            "common": COMMON,
            **inputs,
        },
        words,
    )


def measured(text: str) -> dict[str, str]:
    return {"environment": {"SYSTEM_PROMPT": text}}


def network(words: str, zones: list[str]) -> Case:
    return Case(
        "network",
        {
            "name": "chat",
            "partition": "aws",
            "region": "us-east-1",
            "account_id": ACCOUNT,
            "cidr_block": "10.64.0.0/20",
            "availability_zones": zones,
            "usable_zones": ["us-east-1a", "us-east-1b"],
            "client_cidr_blocks": [],
            "client_cidr_dns": True,
            "has_egress": False,
            "kms_key_arn": KEY,
            "log_retention_days": 365,
            "permissions_boundary_arn": None,
        },
        words,
    )


def existing(words: str, answers: dict[str, dict[str, Any]] | None = None, **inputs: Any) -> Case:
    return Case(
        "existing-network",
        {
            "account_id": ACCOUNT,
            "subnet_ids": ["subnet-0aaa", "subnet-0bbb"],
            "security_group_ids": ["sg-0123"],
            "shared_endpoint_ids": {},
            "created_services": ["bedrock-runtime", "sns", "appsync-api"],
            "private_dns": True,
            "is_private": True,
            "api_private_dns_vpc_ids": [],
            **inputs,
        },
        words,
        {**SECOND_SUBNET, **(answers or {})},
    )


def subnet(name: str, **changes: Any) -> dict[str, dict[str, Any]]:
    zone = {"a": ("us-east-1a", "use1-az1"), "b": ("us-east-1b", "use1-az2")}[name[-1]]
    return {
        f'data.aws_subnet.this["{name}"]': {
            "vpc_id": VPC,
            "availability_zone": zone[0],
            "availability_zone_id": zone[1],
            "owner_id": ACCOUNT,
            "arn": f"arn:aws:ec2:us-east-1:{ACCOUNT}:subnet/{name}",
            **changes,
        }
    }


def endpoint(service: str, **changes: Any) -> dict[str, dict[str, Any]]:
    return {
        f'data.aws_vpc_endpoint.shared["{service}"]': {
            "id": "vpce-0333",
            "vpc_id": VPC,
            "owner_id": ACCOUNT,
            "service_name": f"com.amazonaws.us-east-1.{service}",
            "dns_entry": [{"dns_name": "vpce-0333.example", "hosted_zone_id": "Z1"}],
            **changes,
        }
    }


def model(words: str, model_id: str, **inputs: Any) -> Case:
    return Case(
        "model",
        {
            "application_profile_model_id": None,
            "destination_regions": [],
            "guardrail_id": None,
            "guardrail_profile_id": None,
            "partition": "aws",
            "region": "us-east-1",
            "account_id": ACCOUNT,
            "model_id": model_id,
            **inputs,
        },
        words,
    )


SECOND_SUBNET = subnet("subnet-0bbb")
TWO_ACCOUNTS = {**subnet("subnet-0aaa", owner_id="999999999999"), **subnet("subnet-0bbb", owner_id="999999999999")}
HUB = {"shared_endpoint_ids": {"appsync-api": "vpce-0333"}, "created_services": ["bedrock-runtime", "sns"]}
NOVA = "us.amazon.nova-2-lite-v1:0"
MISTRAL = "mistral.mistral-7b-instruct-v0:2"
SONNET = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
PROMPT = {"request": {"has_system_prompt": True}}
BOTH = {"request": {"has_temperature_with_top_p": True}}

CASES = [
    function("Run `make package`", common={**COMMON, "artifacts": {**COMMON["artifacts"], "directory": "tests/none"}}),  # type: ignore[dict-item]
    # {"SYSTEM_PROMPT":"…"} is 20 bytes around the text.
    function("", **measured("x" * 4076)),
    function("takes 4097 bytes", **measured("x" * 4077)),
    function("takes 4520 bytes", **measured("あ" * 1500)),
    function("takes 4098 bytes", **measured("あ" * 1300 + "\n" * 89)),
    function("", **measured('"' * 2000)),
    function("takes 4100 bytes", **measured('"' * 2000 + "😀" * 20)),
    function("", **measured("<" * 2000)),
    function(
        "takes 4121 bytes",
        environment={"SYSTEM_PROMPT": "x" * 4000},
        environment_stand_ins={"LOG_SALT": "s" * 87},
    ),
    network("Fewer than two zones of us-east-1", zones=["us-east-1a"]),
    network("us-east-1e in availability_zone_list does not offer Lambda", zones=["us-east-1a", "us-east-1e"]),
    Case(
        "endpoints",
        {
            "name": "chat",
            "vpc_id": VPC,
            "subnet_ids": ["subnet-0aaa", "subnet-0bbb"],
            "subnet_zones": ["us-east-1a", "us-east-1e"],
            "services": {"sns": {"service_name": "x.sns", "zones": ["us-east-1a", "us-east-1b"], "policy": "{}"}},
            "private_dns": True,
            "function_security_group_ids": ["sg-0aaa"],
            "client_cidr_blocks": [],
        },
        "does not offer the sns endpoint in us-east-1e",
    ),
    Case(
        "api-key",
        {
            "name": "chat",
            "api_id": "mockedapiidmockedapiid1234",
            "date": "2020-01-01T00:00:00Z",
            "account_id": ACCOUNT,
            "alarm_topic_arn": f"arn:aws:sns:us-east-1:{ACCOUNT}:alarms",
            "kms_key_arn": KEY,
            "permissions_boundary_arn": None,
        },
        "would have expired",
    ),
    Case(
        "private-dns",
        {
            "name": "chat",
            "vpc_ids": ["vpc-0123", "vpc-0dead"],
            "hosts": {"graphql": "a.example", "realtime": "b.example"},
            "endpoint_dns": {"dns_name": "vpce.example", "hosted_zone_id": "Z1"},
        },
        "do not exist in this account and Region: vpc-0dead",
    ),
    existing(""),
    existing(
        "do not exist in this account and Region: subnet-0bbb", {"data.aws_subnets.named": {"ids": ["subnet-0aaa"]}}
    ),
    existing(f"two VPCs: {VPC} (subnet-0aaa); vpc-0b (subnet-0bbb)", subnet("subnet-0bbb", vpc_id="vpc-0b")),
    existing(
        "two subnets of one zone: subnet-0aaa, subnet-0bbb (us-east-1a)",
        subnet("subnet-0bbb", availability_zone="us-east-1a"),
    ),
    existing("does not offer Lambda: subnet-0bbb", subnet("subnet-0bbb", availability_zone_id="use1-az3")),
    existing(
        "public subnets: subnet-0bbb (by rtb-0b)",
        {
            'data.aws_route_tables.own["subnet-0bbb"]': {"ids": ["rtb-0b"]},
            'data.aws_route_table.this["rtb-0b"]': {"routes": [{"cidr_block": "0.0.0.0/0", "gateway_id": "igw-01"}]},
        },
    ),
    existing(
        "public subnets: subnet-0bbb (by rtb-0main)",
        {
            'data.aws_route_tables.own["subnet-0bbb"]': {"ids": []},
            f'data.aws_route_tables.main["{VPC}"]': {"ids": ["rtb-0main"]},
            'data.aws_route_table.this["rtb-0main"]': {"routes": [{"cidr_block": "0.0.0.0/0", "gateway_id": "igw-01"}]},
        },
    ),
    existing(
        "",
        {
            'data.aws_route_tables.own["subnet-0bbb"]': {"ids": ["rtb-0b"]},
            'data.aws_route_table.this["rtb-0b"]': {
                "routes": [{"cidr_block": "0.0.0.0/0", "nat_gateway_id": "nat-01"}]
            },
        },
    ),
    existing(
        "Turn on enableDnsSupport and enableDnsHostnames",
        {f'data.aws_vpc.this["{VPC}"]': {"enable_dns_support": True, "enable_dns_hostnames": False}},
    ),
    existing("subnets of another account: subnet-0aaa (account 999999999999)", TWO_ACCOUNTS),
    existing("subnets of another account", TWO_ACCOUNTS, is_private=False),
    existing("", TWO_ACCOUNTS, is_private=False, created_services=[]),
    existing(
        "security groups that do not exist in this account and Region: sg-0dead",
        security_group_ids=["sg-0123", "sg-0dead"],
    ),
    existing(
        "security groups of another VPC: sg-0123 (vpc-0b)",
        {"data.aws_security_groups.named[0]": {"ids": ["sg-0123"], "vpc_ids": ["vpc-0b"], "arns": ["arn:x"]}},
    ),
    existing(
        "do not exist in this account and Region, or are no interface endpoints: vpce-0333 (appsync-api)",
        {'data.aws_network_interfaces.endpoint["appsync-api"]': {"ids": []}},
        **HUB,
    ),
    existing(
        "is of com.amazonaws.us-east-1.appsync, not appsync-api",
        endpoint("appsync-api", service_name="com.amazonaws.us-east-1.appsync"),
        **HUB,
    ),
    existing(
        "in another VPC than lambda_vpc_subnet_id_list: vpce-0333 (sns, vpc-0b)",
        endpoint("sns", vpc_id="vpc-0b"),
        shared_endpoint_ids={"sns": "vpce-0333"},
        created_services=["bedrock-runtime", "appsync-api"],
    ),
    existing("is of another account: vpce-0333", endpoint("appsync-api", owner_id="999999999999"), **HUB),
    existing(
        f"add the functions' VPC to api_private_dns_vpc_id_list: {VPC}", endpoint("appsync-api", vpc_id="vpc-0b"), **HUB
    ),
    existing("", endpoint("appsync-api", vpc_id="vpc-0b"), api_private_dns_vpc_ids=[VPC], **HUB),
    existing(f"must not name {VPC}", api_private_dns_vpc_ids=[VPC]),
    model("cannot be called from us-east-1", "eu.amazon.nova-2-lite-v1:0"),
    model("The geography sa. is not in", "sa.amazon.nova-2-lite-v1:0"),
    model(
        "The geography of mars.", f"arn:aws:bedrock:us-east-1:{ACCOUNT}:inference-profile/mars.amazon.nova-2-lite-v1:0"
    ),
    model("another Region than us-east-1", "arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-micro-v1:0"),
    model("takes no system prompt", MISTRAL, **PROMPT),
    model("", MISTRAL),
    model("", MISTRAL, features={"accepts_system_prompt": True}, **PROMPT),
    model("takes no system prompt", f"arn:aws:bedrock:us-east-1::foundation-model/{MISTRAL}", **PROMPT),
    model("takes no system prompt", "amazon.titan-text-express-v1", **PROMPT),
    model("", NOVA, **PROMPT),
    model("cannot be streamed", "ai21.j2-ultra-v1"),
    model("cannot be streamed", "cohere.embed-english-v3"),
    model("cannot be streamed", "made.up-model-v1", features={"streams": False}),
    model("takes temperature or top_p, not both", SONNET, **BOTH),
    model("takes temperature or top_p, not both", "global.anthropic.claude-haiku-4-5-20251001-v1:0", **BOTH),
    model("", "anthropic.claude-3-haiku-20240307-v1:0", **BOTH),
    model("", SONNET, features={"accepts_temperature_with_top_p": True}, **BOTH),
    model("writes at most 4096 tokens", "anthropic.claude-3-haiku-20240307-v1:0", request={"max_output_tokens": 4097}),
    model("", "anthropic.claude-3-5-sonnet-20240620-v1:0", request={"max_output_tokens": 8192}),
    model(
        "writes at most 5000 tokens", NOVA, features={"max_output_tokens": 5000}, request={"max_output_tokens": 5001}
    ),
    model("cannot be called by its own id", "anthropic.claude-sonnet-4-5-20250929-v1:0"),
    model("", "anthropic.claude-sonnet-4-5-20250929-v1:0", features={"needs_profile": False}),
    model(
        "takes temperature or top_p, not both",
        f"arn:aws:bedrock:us-east-1:{ACCOUNT}:application-inference-profile/abcdefghijkl",
        application_profile_model_id=SONNET,
        **BOTH,
    ),
    model("", f"arn:aws:bedrock:us-east-1:{ACCOUNT}:provisioned-model/abcdefghijkl", **BOTH),
]
