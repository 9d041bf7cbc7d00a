"""What must hold in every plan people choose, and what in particular ones."""

from __future__ import annotations

import json

from contract import render_schema, resolver_files
from paths import API, DEPLOYMENT, REPOSITORY
from plans import Plan, as_list

MADE_KEY = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"
CALLERS_KEY = "arn:aws:kms:us-east-1:123456789012:key/11111111-1111-1111-1111-111111111111"
API_ARN = "arn:aws:appsync:us-east-1:123456789012:apis/mockedapiidmockedapiid1234"
RUNS = {
    "alarm_mail", "application_profile_and_guardrail", "arm64", "callers_key_bucket_topic_and_boundary", "defaults", "existing_vpc", "global", "global_oidc_existing_vpc",
    "global_profile", "oidc", "private_dns_elsewhere", "sample", "shared_endpoints",
}  # fmt: skip
GLOBAL_RUNS = {"global", "global_oidc_existing_vpc"}

# Statements that must say "*" because IAM has nothing narrower for the action; the reason is their name.
STAR_STATEMENTS = {"SendTracesWhichHaveNoResource", "FindNetworkInterfacesWhichHasNoResource"}

# Where each encrypted thing names its key.
KEY_ATTRIBUTES = {
    "aws_cloudwatch_log_group": "kms_key_id",
    "aws_lambda_function": "kms_key_arn",
    "aws_s3_object": "kms_key_id",
    "aws_scheduler_schedule": "kms_key_arn",
    "aws_sns_topic": "kms_master_key_id",
    "aws_sqs_queue": "kms_master_key_id",
}


def test_every_configuration_was_planned(plans: dict[str, Plan]) -> None:
    assert set(plans) == RUNS
    assert all(len(plan.resources) > 50 for plan in plans.values())


def test_everything_stored_is_encrypted_by_the_one_key(plans: dict[str, Plan]) -> None:
    for plan in plans.values():
        key = CALLERS_KEY if plan.name.startswith("callers_key") else MADE_KEY
        for resource in plan.of(*KEY_ATTRIBUTES):
            assert resource.values[KEY_ATTRIBUTES[resource.type]] == key, (plan.name, resource.address)
        for resource in plan.of("aws_s3_bucket_server_side_encryption_configuration"):
            default = resource.values["rule"][0]["apply_server_side_encryption_by_default"][0]
            assert default == {"kms_master_key_id": key, "sse_algorithm": "aws:kms"}, plan.name
    kinds = {resource.type for plan in plans.values() for resource in plan.of(*KEY_ATTRIBUTES)}
    assert kinds == set(KEY_ATTRIBUTES), "a kind of resource this test believes to check is in no plan"


def test_nothing_that_keeps_data_is_outside_the_rule_above(plans: dict[str, Plan]) -> None:
    keeping = {
        "aws_dynamodb_table",
        "aws_ebs_volume",
        "aws_efs_file_system",
        "aws_kinesis_stream",
        "aws_secretsmanager_secret",
        "aws_ssm_parameter",
    }
    assert not [resource.address for plan in plans.values() for resource in plan.of(*keeping)]


def test_logs_are_kept_a_year_and_made_before_their_writers(plans: dict[str, Plan]) -> None:
    for plan in plans.values():
        groups = plan.of("aws_cloudwatch_log_group")
        assert all(group.values["retention_in_days"] >= 365 for group in groups), plan.name
        names = {group.values["name"] for group in groups}
        assert {
            "/aws/lambda/bedrock-chat-data-source",
            "/aws/lambda/bedrock-chat-orchestrator",
            "/aws/appsync/apis/mockedapiidmockedapiid1234",
        } <= names, plan.name


def test_nobody_may_make_a_log_group_that_destroy_would_leave_behind(plans: dict[str, Plan]) -> None:
    for plan in plans.values():
        for document in plan.documents():
            assert "logs:CreateLogGroup" not in document.text, (plan.name, document.address)


def test_no_action_is_a_wildcard(plans: dict[str, Plan]) -> None:
    for plan in plans.values():
        for document in plan.documents():
            for statement in document.statements:
                assert "NotAction" not in statement
                assert not [action for action in as_list(statement["Action"]) if "*" in action], (
                    plan.name,
                    document.address,
                )


def test_only_listed_statements_allow_on_every_resource(plans: dict[str, Plan]) -> None:
    for plan in plans.values():
        for document in plan.documents():
            # In a key's own policy "*" is that key.
            if ".aws_kms_key." in document.address or document.attribute == "assume_role_policy":
                continue
            for statement in document.statements:
                assert "NotResource" not in statement
                if statement["Effect"] == "Allow" and statement["Sid"] not in STAR_STATEMENTS:
                    assert "*" not in as_list(statement["Resource"]), (plan.name, document.address, statement["Sid"])


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
            if plan.name in GLOBAL_RUNS
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


def test_security_group_rules_open_nothing_but_https(plans: dict[str, Plan]) -> None:
    for plan in plans.values():
        for rule in plan.of("aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"):
            values = rule.values
            assert (values["ip_protocol"], values["from_port"], values["to_port"]) == ("tcp", 443, 443), (
                plan.name,
                rule.address,
            )


def test_readers_reach_the_api_endpoint_and_no_other(plans: dict[str, Plan]) -> None:
    plan = plans["existing_vpc"]
    clients = [rule for rule in plan.of("aws_vpc_security_group_ingress_rule") if rule.values["cidr_ipv4"]]
    assert {rule.values["cidr_ipv4"] for rule in clients} == {"10.20.0.0/16", "192.168.0.0/24"}
    assert all(".client[" in rule.address for rule in clients)
    source = (DEPLOYMENT / "modules/endpoints/main.tf").read_text()
    assert 'security_group_id = aws_security_group.this["appsync-api"].id' in source


def test_endpoints_are_those_the_visibility_needs(plans: dict[str, Plan]) -> None:
    for plan in plans.values():
        services = {resource.address.split('"')[1] for resource in plan.of("aws_vpc_endpoint")}
        expected = {"bedrock-runtime", "sns"} | (set() if plan.name in GLOBAL_RUNS else {"appsync-api"})
        assert services == (set() if plan.name == "shared_endpoints" else expected), plan.name
        assert all(endpoint.values["private_dns_enabled"] for endpoint in plan.of("aws_vpc_endpoint"))


def test_the_api_endpoint_is_restricted_by_resource_and_never_by_principal(sample: Plan) -> None:
    # Calls by API key or token carry no IAM principal: a condition on one would lock every browser out.
    (statement,) = sample.statements('module.endpoints.aws_vpc_endpoint.this["appsync-api"]')
    assert statement == {
        "Sid": "ThisApiWhoeverAsks", "Effect": "Allow", "Principal": "*", "Action": "appsync:GraphQL", "Resource": [API_ARN, f"{API_ARN}/*"],
    }  # fmt: skip


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
        *(
            f"arn:aws:bedrock:{region}::foundation-model/amazon.nova-2-lite-v1:0"
            for region in ("us-east-1", "us-east-2", "us-west-2")
        ),
    ]


def test_the_guardrail_is_open_in_role_and_endpoint(plans: dict[str, Plan]) -> None:
    plan = plans["application_profile_and_guardrail"]
    for address in (
        "module.orchestrator.aws_iam_role_policy.function",
        'module.endpoints.aws_vpc_endpoint.this["bedrock-runtime"]',
    ):
        (statement,) = [each for each in plan.statements(address) if each["Action"] == "bedrock:ApplyGuardrail"]
        assert len(statement["Resource"]) == 4


def test_the_orchestrator_may_do_this_and_nothing_else(sample: Plan) -> None:
    granted = {
        (action, resource)
        for statement in sample.statements("module.orchestrator.aws_iam_role_policy.function")
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    }
    assert granted == {
        ("appsync:GraphQL", f"{API_ARN}/types/Mutation/fields/sendMessage"),
        ("sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:bedrock-chat-failed"),
        ("kms:Decrypt", MADE_KEY),
        ("kms:GenerateDataKey", MADE_KEY),
        (
            "bedrock:InvokeModelWithResponseStream",
            "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-2-lite-v1:0",
        ),
        *(
            (
                "bedrock:InvokeModelWithResponseStream",
                f"arn:aws:bedrock:{region}::foundation-model/amazon.nova-2-lite-v1:0",
            )
            for region in ("us-east-1", "us-east-2", "us-west-2")
        ),
    }


def test_the_data_source_may_do_this_and_nothing_else(sample: Plan) -> None:
    granted = {
        (action, statement["Resource"])
        for statement in sample.statements("module.data_source.aws_iam_role_policy.function")
        for action in as_list(statement["Action"])
    }
    assert granted == {
        ("sns:Publish", "arn:aws:sns:us-east-1:123456789012:bedrock-chat-questions"),
        ("kms:Decrypt", MADE_KEY),
        ("kms:GenerateDataKey", MADE_KEY),
    }


def test_every_function_may_log_trace_read_its_environment_and_join_its_subnets(sample: Plan) -> None:
    for name in ("data_source", "orchestrator"):
        function = f"bedrock-chat-{name.replace('_', '-')}"
        statements = {
            statement["Sid"]: statement
            for statement in sample.statements(f"module.{name}.aws_iam_role_policy.platform")
        }
        assert (
            statements.pop("WriteOwnLogs")["Resource"]
            == f"arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/{function}:log-stream:*"
        )
        assert statements.pop("ReadOwnEnvironment") == {
            "Sid": "ReadOwnEnvironment",
            "Effect": "Allow",
            "Action": "kms:Decrypt",
            "Resource": MADE_KEY,
        }
        deny = statements.pop("LeaveNetworkInterfacesToLambdaItself")
        assert deny["Effect"] == "Deny"
        assert deny["Condition"] == {
            "ArnEquals": {"lambda:SourceFunctionArn": f"arn:aws:lambda:us-east-1:123456789012:function:{function}"}
        }
        actions = {action for statement in statements.values() for action in as_list(statement["Action"])}
        assert actions == {
            "ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets",
            "ec2:UnassignPrivateIpAddresses", "xray:PutTelemetryRecords", "xray:PutTraceSegments",
        }  # fmt: skip


def test_only_the_publisher_writes_to_the_topic_by_tls_and_through_the_endpoint(plans: dict[str, Plan]) -> None:
    for plan in plans.values():
        statements = {
            statement["Sid"]: statement
            for statement in plan.statements("module.messaging.aws_sns_topic_policy.questions")
        }
        publisher = "arn:aws:iam::123456789012:role/bedrock-chat-data-source"
        endpoint = "vpce-0222" if plan.name == "shared_endpoints" else "vpce-0cccccccccccccccc"
        assert statements["OnlyThePublisherMayPublish"]["Principal"] == {"AWS": publisher}
        assert statements["NobodyElse"]["Condition"] == {"ArnNotEquals": {"aws:PrincipalArn": publisher}}
        assert statements["OnlyThroughTheEndpoint"]["Condition"] == {"StringNotEquals": {"aws:SourceVpce": endpoint}}
        assert statements["TlsOnly"]["Effect"] == "Deny"


def test_whoever_assumes_a_role_is_named_with_its_source(plans: dict[str, Plan]) -> None:
    for plan in plans.values():
        for role in plan.of("aws_iam_role"):
            for statement in plan.statements(role.address, "assume_role_policy"):
                service = statement["Principal"]["Service"]
                # Lambda documents no source condition for execution roles.
                assert service == "lambda.amazonaws.com" or statement["Condition"]["StringEquals"] == {
                    "aws:SourceAccount": "123456789012"
                }, role.address
        trust = plan.statements("module.api.aws_iam_role.data_source", "assume_role_policy")[0]
        assert trust["Condition"]["ArnEquals"] == {"aws:SourceArn": API_ARN}


def test_the_boundary_is_on_every_role(plans: dict[str, Plan]) -> None:
    roles = plans["callers_key_bucket_topic_and_boundary"].of("aws_iam_role")
    assert len(roles) >= 5
    assert {role.values["permissions_boundary"] for role in roles} == {"arn:aws:iam::123456789012:policy/boundary"}


def test_the_key_names_each_service_with_a_source(sample: Plan) -> None:
    services = [
        statement
        for statement in sample.statements("module.encryption[0].aws_kms_key.this")
        if "Service" in statement["Principal"]
    ]
    assert {statement["Principal"]["Service"] for statement in services} == {
        "logs.us-east-1.amazonaws.com",
        "sns.amazonaws.com",
        "cloudwatch.amazonaws.com",
    }
    assert all(statement["Condition"] for statement in services)
    assert sample.one("module.encryption[0].aws_kms_key.this")["enable_key_rotation"] is True


def test_functions_are_configured_as_the_design_says(plans: dict[str, Plan]) -> None:
    for plan in plans.values():
        for function in plan.of("aws_lambda_function"):
            values = function.values
            assert values["runtime"] == "provided.al2023"
            assert values["tracing_config"] == [{"mode": "Active"}]
            assert values["logging_config"][0]["log_format"] == "JSON"
            assert values["architectures"] == (["arm64"] if plan.name == "arm64" else ["x86_64"])
            assert values["vpc_config"][0]["subnet_ids"] and values["vpc_config"][0]["security_group_ids"]
        for config in plan.of("aws_lambda_function_event_invoke_config"):
            assert (config.values["maximum_retry_attempts"], config.values["maximum_event_age_in_seconds"]) == (0, 60)
        destination = plan.one("module.orchestrator.aws_lambda_function_event_invoke_config.this")[
            "destination_config"
        ][0]["on_failure"][0]
        assert destination["destination"] == "arn:aws:sqs:us-east-1:123456789012:bedrock-chat-failed"


def test_concurrency_is_reserved_unless_a_new_account_cannot(plans: dict[str, Plan]) -> None:
    def reserved(plan: Plan) -> dict[str, int]:
        return {
            resource.values["function_name"]: resource.values["reserved_concurrent_executions"]
            for resource in plan.of("aws_lambda_function")
        }

    assert reserved(plans["defaults"]) == {"bedrock-chat-data-source": 20, "bedrock-chat-orchestrator": 50}
    assert reserved(plans["sample"]) == {"bedrock-chat-data-source": -1, "bedrock-chat-orchestrator": -1}


def environment(plan: Plan, module: str) -> dict[str, str]:
    return plan.one(f"module.{module}.aws_lambda_function.this")["environment"][0]["variables"]


def test_the_functions_environment_is_the_agreed_one(plans: dict[str, Plan]) -> None:
    data_source = environment(plans["sample"], "data_source")
    assert set(data_source) == {"SNS_TOPIC_ARN", "MAX_MESSAGE_CHARS", "LOG_SALT", "METRICS_NAMESPACE"}
    assert data_source["SNS_TOPIC_ARN"] == "arn:aws:sns:us-east-1:123456789012:bedrock-chat-questions"
    required = {
        "APPSYNC_GRAPHQL_URL",
        "MODEL_ID",
        "MAX_OUTPUT_TOKENS",
        "IDLE_TIMEOUT_MS",
        "LOG_SALT",
        "METRICS_NAMESPACE",
    }
    assert set(environment(plans["sample"], "orchestrator")) == required
    full = environment(plans["application_profile_and_guardrail"], "orchestrator")
    assert set(full) == required | {
        "SYSTEM_PROMPT",
        "TEMPERATURE",
        "TOP_P",
        "GUARDRAIL_ID",
        "GUARDRAIL_VERSION",
        "GUARDRAIL_STREAM_MODE",
        "FLUSH_INTERVAL_MS",
    }
    assert (full["TEMPERATURE"], full["TOP_P"]) == ("0", "0.9")


def test_every_environment_name_is_one_the_function_reads(plans: dict[str, Plan]) -> None:
    plan = plans["application_profile_and_guardrail"]
    for module, crate in (("data_source", "data-source"), ("orchestrator", "orchestrator")):
        source = (REPOSITORY / "lambdas" / crate / "src/config.rs").read_text()
        assert not [name for name in environment(plan, module) if f'"{name}"' not in source], crate


def test_the_log_salt_is_stable_shared_and_different_between_stacks(plans: dict[str, Plan]) -> None:
    salts = {name: environment(plan, "orchestrator")["LOG_SALT"] for name, plan in plans.items()}
    assert salts["sample"] == environment(plans["sample"], "data_source")["LOG_SALT"] == salts["arm64"]
    assert salts["callers_key_bucket_topic_and_boundary"] != salts["sample"]
    assert all(len(salt) == 64 for salt in salts.values())


def test_zips_are_deployed_under_their_hash_from_whichever_bucket(plans: dict[str, Plan]) -> None:
    made = plans["sample"].one("module.orchestrator.aws_s3_object.zip")
    named = plans["callers_key_bucket_topic_and_boundary"].one("module.orchestrator.aws_s3_object.zip")
    assert made["bucket"] == "bedrock-chat-artifacts-123456789012-us-east-1"
    assert named["bucket"] == "callers-bucket"
    assert named["key"].removeprefix("releases/chat/") == made["key"].removeprefix("lambda/")
    assert len(made["key"].split("/")[-1]) == len("x" * 64 + ".zip")
    assert not plans["callers_key_bucket_topic_and_boundary"].of("aws_s3_bucket")


def test_the_api_tells_and_logs_as_little_as_it_can(plans: dict[str, Plan]) -> None:
    for plan in plans.values():
        api = plan.one("module.api.aws_appsync_graphql_api.this")
        assert api["visibility"] == ("GLOBAL" if plan.name in GLOBAL_RUNS else "PRIVATE")
        assert api["introspection_config"] == "DISABLED"
        assert 0 < api["query_depth_limit"] <= 5 and 0 < api["resolver_count_limit"] <= 20
        assert (api["log_config"][0]["field_log_level"], api["log_config"][0]["exclude_verbose_content"]) == (
            "ERROR",
            True,
        )
        assert [provider["authentication_type"] for provider in api["additional_authentication_provider"]] == [
            "AWS_IAM"
        ]


def test_readers_come_in_by_key_or_by_token(plans: dict[str, Plan]) -> None:
    for plan in plans.values():
        api = plan.one("module.api.aws_appsync_graphql_api.this")
        oidc = "oidc" in plan.name
        assert api["authentication_type"] == ("OPENID_CONNECT" if oidc else "API_KEY")
        assert bool(plan.of("aws_appsync_api_key", "aws_scheduler_schedule")) is not oidc
        assert api["schema"] == render_schema("OIDC" if oidc else "API_KEY"), (
            "the contract test reads another schema than AppSync gets"
        )
    provider = plans["oidc"].one("module.api.aws_appsync_graphql_api.this")["openid_connect_config"][0]
    assert (provider["issuer"], provider["client_id"]) == ("https://login.example.com/", "chat-web")


def test_resolvers_are_the_files_and_each_has_its_data_source(sample: Plan) -> None:
    planned = {
        f"{each.values['type']}.{each.values['field']}": each.values for each in sample.of("aws_appsync_resolver")
    }
    assert {key: values["code"] for key, values in planned.items()} == {
        path.stem: path.read_text() for path in resolver_files(API)
    }
    assert {key: values["data_source"] for key, values in planned.items()} == {
        "Query.getLlmResponse": "data_source_function", "Mutation.sendMessage": "none", "Subscription.onSendMessage": "none",
    }  # fmt: skip
    assert all(values["runtime"] == [{"name": "APPSYNC_JS", "runtime_version": "1.0.0"}] for values in planned.values())


def test_keys_rotate_by_the_quarter_and_somebody_is_told_in_time(sample: Plan) -> None:
    # The plans are pinned to 2099-05-15.
    keys = {each.address.split('"')[1]: each.values["expires"] for each in sample.of("aws_appsync_api_key")}
    assert keys == {"2099-q1": "2099-10-01T00:00:00Z", "2099-q2": "2100-01-01T00:00:00Z"}
    schedule = sample.one("module.api_key[0].aws_scheduler_schedule.expiry")
    assert schedule["schedule_expression"] == "at(2099-12-02T00:00:00)"
    assert "2100-01-01" in schedule["target"][0]["input"]


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
