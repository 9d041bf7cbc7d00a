"""What must hold in every plan people choose, and what in particular ones."""

from __future__ import annotations

from contract import render_schema, resolver_files
from expected import CALLERS_KEY, GLOBAL_RUNS, MADE_KEY, RUNS
from paths import API, REPOSITORY
from plans import Plan

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
        "FUNCTION_TIMEOUT_SECONDS",
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
        places = (f"lambdas/{crate}/src/config.rs", "lambdas/platform/src/settings.rs")
        source = "".join((REPOSITORY / place).read_text() for place in places)
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
    # AppSync reads the id as an expression; anchored, it admits nobody whose id only holds it.
    assert (provider["issuer"], provider["client_id"]) == ("https://login.example.com/", "^(?:chat-web)$")


def test_resolvers_are_the_files_and_each_has_its_data_source(sample: Plan) -> None:
    planned = {
        f"{each.values['type']}.{each.values['field']}": each.values for each in sample.of("aws_appsync_resolver")
    }
    assert {key: values["code"] for key, values in planned.items()} == {
        path.stem: path.read_text() for path in resolver_files(API)
    }
    assert {key: values["data_source"] for key, values in planned.items()} == {
        "Query.getLlmResponse": "data_source_function",
        "Mutation.sendMessage": "none",
        "Subscription.onSendMessage": "none",
    }
    assert all(values["runtime"] == [{"name": "APPSYNC_JS", "runtime_version": "1.0.0"}] for values in planned.values())


def test_keys_rotate_by_the_quarter_and_somebody_is_told_in_time(sample: Plan) -> None:
    # The plans are pinned to 2099-05-15.
    keys = {each.address.split('"')[1]: each.values["expires"] for each in sample.of("aws_appsync_api_key")}
    assert keys == {"2099-q1": "2099-10-01T00:00:00Z", "2099-q2": "2100-01-01T00:00:00Z"}
    schedule = sample.one("module.api_key[0].aws_scheduler_schedule.expiry")
    assert schedule["schedule_expression"] == "at(2099-12-02T00:00:00)"
    assert "2100-01-01" in schedule["target"][0]["input"]
