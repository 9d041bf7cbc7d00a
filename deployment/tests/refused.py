"""Inputs that are refused at plan, each with a word of the reason, and neighbours that are right and must not be."""

from __future__ import annotations

from typing import Any

Inputs = dict[str, Any]

SUBNETS = {"lambda_vpc_subnet_id_list": ["subnet-0aaa", "subnet-0bbb"]}
GROUPS = {**SUBNETS, "lambda_vpc_sg_id_list": ["sg-0123"]}
OIDC = {"client_auth": "OIDC", "oidc_issuer": "https://login.example.com", "oidc_client_id": "chat-web"}
KEY = "arn:aws:kms:us-east-1:123456789012:key/11111111-1111-1111-1111-111111111111"
APPLICATION_PROFILE = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghijkl"
SIGNING = "arn:aws:lambda:us-east-1:123456789012:code-signing-config:csc-0123456789abcdef0"

# What is wrong, the variable that must be named, and words its refusal must say.
REFUSED: list[tuple[Inputs, str, str]] = [
    # variables.tf
    ({"region": "frankfurt"}, "region", "Region code"),
    ({"region": "us-east-1 "}, "region", "Region code"),
    ({"environment": "Chat"}, "environment", "3 to 24 characters"),
    ({"environment": "a-name-of-twenty-five-char"}, "environment", "3 to 24 characters"),
    ({"environment": "two--hyphens"}, "environment", "single hyphens"),
    ({"environment": "sg-chat"}, "environment", "must not begin with sg-"),
    ({"environment": "sthree-chat"}, "environment", "must not begin with sg-, sthree-"),
    ({"environment": "amzn-s3-demo-chat"}, "environment", "amzn-s3-demo-"),
    ({"tags": {"aws:owner": "me"}}, "tags", "reserved"),
    ({"tags": {"AWS:owner": "me"}}, "tags", "reserved"),
    ({"tags": {f"key{number}": "x" for number in range(48)}}, "tags", "at most 47"),
    ({"tags": {"": "x"}}, "tags", "keys of 1 to 128"),
    ({"tags": {"k" * 129: "x"}}, "tags", "keys of 1 to 128"),
    ({"tags": {" owner": "x"}}, "tags", "inner spaces"),
    ({"tags": {"Kostenträger": "x"}}, "tags", "AppSync takes no others"),
    ({"tags": {"owner*": "x"}}, "tags", "AppSync takes no others"),
    ({"tags": {"owner": "v" * 257}}, "tags", "values of at most 256"),
    ({"tags": {"owner": "Müller"}}, "tags", "values of at most 256"),
    ({"tags": {"owner": "a,b"}}, "tags", "values of at most 256"),
    ({"tags": {"Owner": "a", "owner": "b"}}, "tags", "differ in case"),
    ({"tags": {"application": "a"}}, "tags", "differ in case"),
    ({"permissions_boundary_arn": "arn:aws:iam::123456789012:role/boundary"}, "permissions_boundary_arn", "IAM policy"),
    ({"permissions_boundary_arn": "arn:aws:iam::123456789012:policy/mine "}, "permissions_boundary_arn", "IAM policy"),
    ({"permissions_boundary_arn": "arn:aws-cn:iam::123456789012:policy/mine"}, "permissions_boundary_arn", "partition"),
    ({"appsync_visibility": "private"}, "appsync_visibility", "PRIVATE or GLOBAL"),
    ({"client_auth": "COGNITO"}, "client_auth", "API_KEY or OIDC"),
    ({"client_auth": "OIDC", "oidc_client_id": "chat-web"}, "oidc_issuer", "required"),
    ({"oidc_issuer": "https://login.example.com"}, "oidc_issuer", "left out"),
    ({**OIDC, "oidc_issuer": "http://login.example.com"}, "oidc_issuer", "https://"),
    ({**OIDC, "oidc_issuer": "https://login.example.com "}, "oidc_issuer", "no blanks"),
    ({**OIDC, "oidc_issuer": " https://login.example.com"}, "oidc_issuer", "https://"),
    ({**OIDC, "oidc_issuer": "https://"}, "oidc_issuer", "https://"),
    (
        {**OIDC, "oidc_issuer": "https://login.example.com/.well-known/openid-configuration"},
        "oidc_issuer",
        "well-known",
    ),
    ({**OIDC, "oidc_issuer": "https://login.example.com/?tenant=1"}, "oidc_issuer", "? and #"),
    ({"client_auth": "OIDC", "oidc_issuer": "https://login.example.com"}, "oidc_client_id", "required"),
    ({"oidc_client_id": "chat-web"}, "oidc_client_id", "left out"),
    *(
        ({**OIDC, "oidc_client_id": pattern}, "oidc_client_id", "matches anything")
        for pattern in (".+", ".*", "", "chat(", "chat-web|", "[a-z]+", "[0-9a-f-]{36}", "[A-Z]{10}|x", "\\d+", "\\S+")
    ),
    ({**OIDC, "oidc_client_id": "chat-web "}, "oidc_client_id", "no blanks"),
    ({**OIDC, "oidc_client_id": "chat\u00a0web"}, "oidc_client_id", "no blanks"),
    ({"api_key_rotation_date": "2099-05-15"}, "api_key_rotation_date", "2026-11-21T00:00:00Z"),
    (
        {"appsync_visibility": "GLOBAL", "create_nat_gateway": True, "enable_waf": False},
        "enable_waf",
        "always has its WAF",
    ),
    ({"waf_rate_limit": 1}, "waf_rate_limit", "from 10 to 2000000000"),
    ({"waf_rate_limit": 100.5}, "waf_rate_limit", "whole number"),
    ({"kms_key_arn": "arn:aws:kms:us-east-1:123456789012:alias/mine"}, "kms_key_arn", "not of an alias"),
    ({"kms_key_arn": KEY.replace("us-east-1", "us-west-2")}, "kms_key_arn", "key of us-east-1"),
    ({"kms_deletion_window_days": 1}, "kms_deletion_window_days", "from 7 to 30"),
    ({"kms_deletion_window_days": 7.5}, "kms_deletion_window_days", "whole number"),
    ({"log_retention_days": 30}, "log_retention_days", "at least a year"),
    ({"alarm_email_list": ["oncall"]}, "alarm_email_list", "e-mail addresses"),
    ({"alarm_email_list": ["on\u00a0call@example.com"]}, "alarm_email_list", "visible ASCII"),
    ({"alarm_email_list": ["oncall@example.com "]}, "alarm_email_list", "visible ASCII"),
    ({"alarm_email_list": ["a@example.com", "A@example.com"]}, "alarm_email_list", "once"),
    ({"alarm_topic_arn": "alarms"}, "alarm_topic_arn", "standard SNS topic"),
    ({"alarm_topic_arn": "arn:aws:sns:us-east-1:123456789012:alarms.fifo"}, "alarm_topic_arn", "standard SNS topic"),
    ({"alarm_topic_arn": "arn:aws:sns:eu-west-1:123456789012:alarms"}, "alarm_topic_arn", "topic of us-east-1"),
    (
        {"alarm_topic_arn": "arn:aws:sns:us-east-1:123456789012:alarms", "alarm_email_list": ["a@example.com"]},
        "alarm_topic_arn",
        "exclude each other",
    ),
    ({"first_token_p95_alarm_ms": 1}, "first_token_p95_alarm_ms", "from 100 to"),
    ({"first_token_p95_alarm_ms": 100.5}, "first_token_p95_alarm_ms", "whole number"),
    ({"first_token_p95_alarm_ms": 30000}, "first_token_p95_alarm_ms", "never ring"),
    # variables-model.tf
    ({"model_id": "nova lite"}, "model_id", "must be a model id"),
    ({"model_id": "us.amazon.nova-2-lite-v1:0 "}, "model_id", "must be a model id"),
    ({"model_id": "arn:aws:bedrock:us-east-1:123456789012:agent/ABCDEFGHIJ"}, "model_id", "must be a model id"),
    ({"model_id": APPLICATION_PROFILE}, "application_profile_model_id", "required"),
    ({"application_profile_model_id": "amazon.nova-micro-v1:0"}, "application_profile_model_id", "left out"),
    (
        {"model_id": APPLICATION_PROFILE, "application_profile_model_id": "nova"},
        "application_profile_model_id",
        "system inference profile id",
    ),
    ({"model_destination_region_list": ["europe"]}, "model_destination_region_list", "Region codes"),
    ({"model_features": {"max_output_tokens": 0}}, "model_features", "at least 1"),
    ({"guardrail_id": "My Guardrail", "guardrail_version": "1"}, "guardrail_id", "guardrail's id"),
    (
        {"guardrail_id": "arn:aws:bedrock:eu-west-1:123456789012:guardrail/abc123", "guardrail_version": "1"},
        "guardrail_id",
        "guardrail of us-east-1",
    ),
    ({"guardrail_id": "abc123"}, "guardrail_version", "come together"),
    ({"guardrail_version": "1"}, "guardrail_version", "come together"),
    ({"guardrail_id": "abc123", "guardrail_version": "latest"}, "guardrail_version", "a number or DRAFT"),
    ({"guardrail_stream_mode": "ASYNCHRONOUS"}, "guardrail_stream_mode", "sync or async"),
    ({"guardrail_profile_id": "us.guardrail.v1:0"}, "guardrail_profile_id", "needs guardrail_id"),
    ({"system_prompt": "long " * 1000}, "system_prompt", "at most 2,000 characters"),
    ({"system_prompt": ""}, "system_prompt", "must hold text"),
    ({"system_prompt": " \n\t"}, "system_prompt", "must hold text"),
    ({"system_prompt": "\u00a0\u3000"}, "system_prompt", "must hold text"),
    ({"system_prompt": "Answer\u0000briefly."}, "system_prompt", "no control characters"),
    ({"system_prompt": "Answer\u001bbriefly."}, "system_prompt", "no control characters"),
    ({"max_output_tokens": 0.5}, "max_output_tokens", "a whole number from 1 to 128000"),
    ({"max_output_tokens": 128001}, "max_output_tokens", "from 1 to 128000"),
    ({"temperature": 2}, "temperature", "from 0 to 1"),
    ({"temperature": -0.1}, "temperature", "from 0 to 1"),
    ({"top_p": 0}, "top_p", "from 0.0001 to 1"),
    ({"top_p": 1.1}, "top_p", "from 0.0001 to 1"),
    # variables-functions.tf
    ({"lambda_architecture": "amd64"}, "lambda_architecture", "x86_64 or arm64"),
    *(
        ({"lambda_s3_source_bucket_name": name}, "lambda_s3_source_bucket_name", "S3 reserves")
        for name in ("a..b", "192.168.0.1", "xn--bucket", "sthree-bucket", "mine-s3alias", "mine--x-s3")
    ),
    ({"lambda_s3_source_bucket_name": "Artifacts"}, "lambda_s3_source_bucket_name", "3 to 63 characters"),
    ({"lambda_s3_source_bucket_key": "lambda/"}, "lambda_s3_source_bucket_key", "without a slash"),
    ({"lambda_s3_source_bucket_key": "../x"}, "lambda_s3_source_bucket_key", ". or .."),
    ({"lambda_s3_source_bucket_key": "a/./b"}, "lambda_s3_source_bucket_key", ". or .."),
    (
        {"lambda_code_signing_config_arn": "arn:aws:signer:us-east-1:123456789012:/signing-profiles/mine"},
        "lambda_code_signing_config_arn",
        "must look like",
    ),
    (
        {"lambda_code_signing_config_arn": SIGNING.replace("us-east-1", "us-east-2")},
        "lambda_code_signing_config_arn",
        "configuration of us-east-1",
    ),
    ({"lambda_log_level": "WARN"}, "lambda_log_level", "TRACE, DEBUG or INFO"),
    ({"data_source_memory_mb": 64}, "data_source_memory_mb", "from 128 to 10240"),
    ({"data_source_memory_mb": 256.5}, "data_source_memory_mb", "whole number"),
    ({"orchestrator_memory_mb": 64}, "orchestrator_memory_mb", "from 128 to 10240"),
    ({"orchestrator_memory_mb": 256.5}, "orchestrator_memory_mb", "whole number"),
    ({"orchestrator_timeout_seconds": 3600}, "orchestrator_timeout_seconds", "from 15 to 900"),
    ({"orchestrator_timeout_seconds": 60.5}, "orchestrator_timeout_seconds", "whole number"),
    *(
        ({name: value}, name, "a whole number of at least 1")
        for name in ("data_source_reserved_concurrency", "orchestrator_reserved_concurrency")
        for value in (0, 1.5, -2)
    ),
    ({"flush_interval_ms": 1}, "flush_interval_ms", "from 10 to 2000"),
    ({"flush_interval_ms": 33.3}, "flush_interval_ms", "whole number"),
    ({"idle_timeout_ms": 1000.5}, "idle_timeout_ms", "whole number"),
    ({"orchestrator_timeout_seconds": 900, "idle_timeout_ms": 700000}, "idle_timeout_ms", "from 1000 to 600000"),
    ({"orchestrator_timeout_seconds": 20}, "idle_timeout_ms", "never fire"),
    ({"idle_timeout_ms": 115001}, "idle_timeout_ms", "never fire"),
    ({"ui_branding": {"policy_url": "http://intranet/policy"}}, "ui_branding", "must begin with https://"),
    ({"ui_branding": {"support_url": "javascript:alert(1)"}}, "ui_branding", "must begin with https://"),
    ({"max_message_chars": 100000}, "max_message_chars", "from 1 to 50000"),
    # variables-network.tf
    ({"vpc_cidr_block": "10.0.0.0/28"}, "vpc_cidr_block", "between /16 and /24"),
    ({"vpc_cidr_block": "10.0.0.1/20"}, "vpc_cidr_block", "without host bits"),
    ({"vpc_cidr_block": "8.8.0.0/16"}, "vpc_cidr_block", "private range"),
    ({"vpc_cidr_block": "172.32.0.0/16"}, "vpc_cidr_block", "private range"),
    ({"availability_zone_list": ["us-east-1a"]}, "availability_zone_list", "two to four"),
    ({"availability_zone_list": ["us-east-1a", "us-east-1a", "us-east-1b"]}, "availability_zone_list", "different"),
    ({"availability_zone_list": ["us-west-2a", "us-west-2b"]}, "availability_zone_list", "zones of us-east-1"),
    ({"availability_zone_list": ["use1-az1", "use1-az2"]}, "availability_zone_list", "by name"),
    ({**SUBNETS, "availability_zone_list": ["us-east-1a", "us-east-1b"]}, "availability_zone_list", "have their zones"),
    ({"lambda_vpc_subnet_id_list": ["subnet-0aaa"]}, "lambda_vpc_subnet_id_list", "at least two"),
    ({"lambda_vpc_subnet_id_list": ["subnet-0aaa", "private"]}, "lambda_vpc_subnet_id_list", "subnet ids"),
    ({"lambda_vpc_subnet_id_list": ["subnet-0aaa", "subnet-0aaa"]}, "lambda_vpc_subnet_id_list", "every subnet once"),
    ({**SUBNETS, "lambda_vpc_sg_id_list": ["functions"]}, "lambda_vpc_sg_id_list", "security group ids"),
    ({**SUBNETS, "lambda_vpc_sg_id_list": ["sg-01", "sg-01"]}, "lambda_vpc_sg_id_list", "once"),
    ({**SUBNETS, "lambda_vpc_sg_id_list": [f"sg-0{n}" for n in range(6)]}, "lambda_vpc_sg_id_list", "at most five"),
    ({**SUBNETS, "sns_vpc_endpoint_id": "vpce-0222"}, "lambda_vpc_sg_id_list", "shared endpoint"),
    ({"lambda_vpc_sg_id_list": ["sg-0123"]}, "lambda_vpc_sg_id_list", "existing VPC"),
    ({"client_cidr_blocks": ["0.0.0.0/0"]}, "client_cidr_blocks", "/8 or smaller"),
    ({"client_cidr_blocks": ["2001:db8::/32"]}, "client_cidr_blocks", "IPv4"),
    ({"client_cidr_blocks": ["10.20.0.0/16 "]}, "client_cidr_blocks", "IPv4"),
    ({"client_cidr_blocks": ["10.20.0.1/16"]}, "client_cidr_blocks", "without host bits"),
    ({"client_cidr_blocks": ["10.20.0.0/16", "10.20.0.0/16"]}, "client_cidr_blocks", "overlap each other"),
    ({"client_cidr_blocks": ["10.20.3.0/24", "10.20.0.0/16"]}, "client_cidr_blocks", "overlap each other"),
    ({"client_cidr_blocks": ["10.64.0.0/20"]}, "client_cidr_blocks", "whole VPC"),
    ({"client_cidr_blocks": [f"10.{n}.0.0/16" for n in range(7)]}, "client_cidr_blocks", "at most 6 ranges"),
    (
        {"client_cidr_dns": False, "client_cidr_blocks": [f"10.{n}.0.0/16" for n in range(19)]},
        "client_cidr_blocks",
        "or 18 with",
    ),
    (
        {**SUBNETS, "appsync_visibility": "GLOBAL", "client_cidr_blocks": ["10.0.0.0/8"]},
        "client_cidr_blocks",
        "GLOBAL API does not have",
    ),
    (
        {**GROUPS, "appsync_api_vpc_endpoint_id": "vpce-0333", "client_cidr_blocks": ["10.0.0.0/8"]},
        "client_cidr_blocks",
        "own security group",
    ),
    ({"create_nat_gateway": True}, "create_nat_gateway", "PRIVATE API does not need"),
    (
        {**SUBNETS, "appsync_visibility": "GLOBAL", "create_nat_gateway": True},
        "create_nat_gateway",
        "only in the VPC this stack makes",
    ),
    ({"appsync_visibility": "GLOBAL"}, "create_nat_gateway", "needs a NAT path"),
    ({"bedrock_runtime_vpc_endpoint_id": "vpce-0111"}, "bedrock_runtime_vpc_endpoint_id", "endpoint id"),
    ({**GROUPS, "sns_vpc_endpoint_id": "sns"}, "sns_vpc_endpoint_id", "endpoint id"),
    ({**GROUPS, "appsync_api_vpc_endpoint_id": "appsync-api"}, "appsync_api_vpc_endpoint_id", "endpoint id"),
    (
        {**GROUPS, "appsync_visibility": "GLOBAL", "appsync_api_vpc_endpoint_id": "vpce-0333"},
        "appsync_api_vpc_endpoint_id",
        "cannot serve a GLOBAL API",
    ),
    ({"api_private_dns_vpc_id_list": ["hub"]}, "api_private_dns_vpc_id_list", "VPC ids"),
    ({"api_private_dns_vpc_id_list": ["vpc-01", "vpc-01"]}, "api_private_dns_vpc_id_list", "each once"),
    (
        {**SUBNETS, "appsync_visibility": "GLOBAL", "api_private_dns_vpc_id_list": ["vpc-0123"]},
        "api_private_dns_vpc_id_list",
        "GLOBAL API does not have",
    ),
]

ACCEPTED: list[Inputs] = [
    {},
    {
        "ui_branding": {
            "product_name": "Ask us",
            "notice": {"en": "Answers may be wrong.", "de": "Antworten können falsch sein."},
            "policy_url": "https://intranet.example/ai-policy",
            "support_url": "mailto:help@example.com",
            "suggestions": {"en": ["What is a VPC endpoint?"]},
        }
    },
    {"region": "eusc-de-east-1"},
    {"region": "us-iso-east-1"},
    {"region": "us-gov-west-1", "permissions_boundary_arn": "arn:aws-us-gov:iam::123456789012:policy/mine"},
    {"tags": {"CostCenter": "4711", "team:name": "a b", "Name": "chat", "Owner": "me@example.com", "Empty": ""}},
    {"tags": {f"key{number}": "x" for number in range(47)}},
    *(
        {**OIDC, "oidc_client_id": pattern}
        for pattern in (
            "client",
            "chat-web|chat-mobile",
            "^chat-web$",
            "0oa1b2c3d4E5F6",
            "chat-(web|app)",
            "1-a.apps.example",
        )
    ),
    {**OIDC, "oidc_issuer": "https://login.example.com/"},
    {**OIDC, "oidc_issuer": "https://127.0.0.1:8443/realms/chat"},
    {"kms_key_arn": KEY},
    {"lambda_code_signing_config_arn": SIGNING},
    {"system_prompt": "Answer <briefly> & kindly.\n\tAlways."},
    {"temperature": 0, "top_p": 1},
    {"idle_timeout_ms": 115000},
    {"vpc_cidr_block": "172.31.0.0/16"},
    {"vpc_cidr_block": "100.64.0.0/20"},
    {"availability_zone_list": ["us-east-1a", "us-east-1c"]},
    # A corporate network the VPC's range is a part of, a subnet of the VPC (Client VPN, a tunnel), and neighbours.
    {"client_cidr_blocks": ["10.0.0.0/8"]},
    {"client_cidr_blocks": ["10.64.0.0/23", "10.20.0.0/16", "10.21.0.0/16"]},
    {"client_cidr_blocks": [f"10.{n}.0.0/16" for n in range(6)]},
    {"client_cidr_blocks": [f"10.{n}.0.0/16" for n in range(18)], "client_cidr_dns": False},
    {**SUBNETS, "client_cidr_blocks": [f"10.{n}.0.0/16" for n in range(30)]},
]
