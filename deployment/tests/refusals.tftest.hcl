# Every validation is seen to refuse: one run per rule, named after what a user did wrong. tests/test_configuration.py fails when a rule has no run here.
# tests/inputs holds the root's variables and nothing else (they are links), so these runs ask no provider.

run "region_is_a_city" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    region = "frankfurt"
  }
  expect_failures = [var.region]
}

run "environment_in_capitals" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    environment = "Chat"
  }
  expect_failures = [var.environment]
}

run "environment_too_long" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    environment = "a-name-of-twenty-five-char"
  }
  expect_failures = [var.environment]
}

run "reserved_tag" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    tags = { "aws:owner" = "me" }
  }
  expect_failures = [var.tags]
}

run "visibility_in_lower_case" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    appsync_visibility = "private"
  }
  expect_failures = [var.appsync_visibility]
}

run "unknown_client_auth" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    client_auth = "COGNITO"
  }
  expect_failures = [var.client_auth]
}

run "oidc_without_issuer" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    client_auth    = "OIDC"
    oidc_client_id = "chat-web"
  }
  expect_failures = [var.oidc_issuer]
}

run "issuer_under_an_api_key" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    oidc_issuer = "https://login.example.com"
  }
  expect_failures = [var.oidc_issuer]
}

run "issuer_without_tls" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    client_auth    = "OIDC"
    oidc_issuer    = "http://login.example.com"
    oidc_client_id = "chat-web"
  }
  expect_failures = [var.oidc_issuer]
}

run "oidc_without_client" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    client_auth = "OIDC"
    oidc_issuer = "https://login.example.com"
  }
  expect_failures = [var.oidc_client_id]
}

run "client_that_matches_everyone" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    client_auth    = "OIDC"
    oidc_issuer    = "https://login.example.com"
    oidc_client_id = ".+"
  }
  expect_failures = [var.oidc_client_id]
}

run "client_that_is_no_expression" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    client_auth    = "OIDC"
    oidc_issuer    = "https://login.example.com"
    oidc_client_id = "chat("
  }
  expect_failures = [var.oidc_client_id]
}

run "rotation_date_without_time" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    api_key_rotation_date = "2099-05-15"
  }
  expect_failures = [var.api_key_rotation_date]
}

run "global_without_waf" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    appsync_visibility = "GLOBAL"
    create_nat_gateway = true
    enable_waf         = false
  }
  expect_failures = [var.enable_waf]
}

run "waf_limit_of_one" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    waf_rate_limit = 1
  }
  expect_failures = [var.waf_rate_limit]
}

run "model_with_a_space" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    model_id = "nova lite"
  }
  expect_failures = [var.model_id]
}

run "model_arn_of_an_agent" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    model_id = "arn:aws:bedrock:us-east-1:123456789012:agent/ABCDEFGHIJ"
  }
  expect_failures = [var.model_id]
}

run "application_profile_without_its_model" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    model_id = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghijkl"
  }
  expect_failures = [var.application_profile_model_id]
}

run "destination_that_is_no_region" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    model_destination_region_list = ["europe"]
  }
  expect_failures = [var.model_destination_region_list]
}

run "guardrail_by_name" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    guardrail_id      = "My Guardrail"
    guardrail_version = "1"
  }
  expect_failures = [var.guardrail_id]
}

run "guardrail_without_version" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    guardrail_id = "abc123"
  }
  expect_failures = [var.guardrail_version]
}

run "guardrail_version_latest" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    guardrail_id      = "abc123"
    guardrail_version = "latest"
  }
  expect_failures = [var.guardrail_version]
}

run "unknown_stream_mode" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    guardrail_stream_mode = "ASYNCHRONOUS"
  }
  expect_failures = [var.guardrail_stream_mode]
}

run "guardrail_profile_alone" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    guardrail_profile_id = "us.guardrail.v1:0"
  }
  expect_failures = [var.guardrail_profile_id]
}

run "key_by_alias" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:alias/mine"
  }
  expect_failures = [var.kms_key_arn]
}

run "deletion_window_of_a_day" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    kms_deletion_window_days = 1
  }
  expect_failures = [var.kms_deletion_window_days]
}

run "logs_for_a_month" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    log_retention_days = 30
  }
  expect_failures = [var.log_retention_days]
}

run "alarm_address_without_at" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    alarm_email_list = ["oncall"]
  }
  expect_failures = [var.alarm_email_list]
}

run "alarm_topic_by_name" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    alarm_topic_arn = "alarms"
  }
  expect_failures = [var.alarm_topic_arn]
}

run "alarm_topic_and_addresses" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    alarm_topic_arn  = "arn:aws:sns:us-east-1:123456789012:alarms"
    alarm_email_list = ["oncall@example.com"]
  }
  expect_failures = [var.alarm_topic_arn]
}

run "first_token_alarm_of_a_millisecond" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    first_token_p95_alarm_ms = 1
  }
  expect_failures = [var.first_token_p95_alarm_ms]
}

run "unknown_architecture" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    lambda_architecture = "amd64"
  }
  expect_failures = [var.lambda_architecture]
}

run "bucket_in_capitals" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    lambda_s3_source_bucket_name = "Artifacts"
  }
  expect_failures = [var.lambda_s3_source_bucket_name]
}

run "key_prefix_with_slash" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    lambda_s3_source_bucket_key = "lambda/"
  }
  expect_failures = [var.lambda_s3_source_bucket_key]
}

run "signing_profile_for_signing_config" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    lambda_code_signing_config_arn = "arn:aws:signer:us-east-1:123456789012:/signing-profiles/mine"
  }
  expect_failures = [var.lambda_code_signing_config_arn]
}

run "log_level_that_hides_metrics" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    lambda_log_level = "WARN"
  }
  expect_failures = [var.lambda_log_level]
}

run "boundary_that_is_a_role" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    permissions_boundary_arn = "arn:aws:iam::123456789012:role/boundary"
  }
  expect_failures = [var.permissions_boundary_arn]
}

run "data_source_memory_of_64" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    data_source_memory_mb = 64
  }
  expect_failures = [var.data_source_memory_mb]
}

run "orchestrator_memory_of_64" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    orchestrator_memory_mb = 64
  }
  expect_failures = [var.orchestrator_memory_mb]
}

run "timeout_of_an_hour" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    orchestrator_timeout_seconds = 3600
  }
  expect_failures = [var.orchestrator_timeout_seconds]
}

run "data_source_concurrency_of_zero" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    data_source_reserved_concurrency = 0
  }
  expect_failures = [var.data_source_reserved_concurrency]
}

run "orchestrator_concurrency_of_zero" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    orchestrator_reserved_concurrency = 0
  }
  expect_failures = [var.orchestrator_reserved_concurrency]
}

run "system_prompt_of_a_book" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    system_prompt = join("", [for _ in range(1000) : "long "])
  }
  expect_failures = [var.system_prompt]
}

run "half_an_output_token" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    max_output_tokens = 0.5
  }
  expect_failures = [var.max_output_tokens]
}

run "temperature_of_two" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    temperature = 2
  }
  expect_failures = [var.temperature]
}

run "top_p_of_zero" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    top_p = 0
  }
  expect_failures = [var.top_p]
}

run "flush_every_millisecond" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    flush_interval_ms = 1
  }
  expect_failures = [var.flush_interval_ms]
}

run "idle_longer_than_the_run" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    idle_timeout_ms              = 30000
    orchestrator_timeout_seconds = 20
  }
  expect_failures = [var.idle_timeout_ms]
}

run "question_beyond_sns" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    max_message_chars = 100000
  }
  expect_failures = [var.max_message_chars]
}

run "vpc_of_a_host" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    vpc_cidr_block = "10.0.0.0/28"
  }
  expect_failures = [var.vpc_cidr_block]
}

run "one_zone" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    availability_zone_list = ["us-east-1a"]
  }
  expect_failures = [var.availability_zone_list]
}

run "one_subnet" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    lambda_vpc_subnet_id_list = ["subnet-0aaa"]
  }
  expect_failures = [var.lambda_vpc_subnet_id_list]
}

run "security_group_by_name" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    lambda_vpc_subnet_id_list = ["subnet-0aaa", "subnet-0bbb"]
    lambda_vpc_sg_id_list     = ["functions"]
  }
  expect_failures = [var.lambda_vpc_sg_id_list]
}

run "shared_endpoint_without_security_groups" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    lambda_vpc_subnet_id_list = ["subnet-0aaa", "subnet-0bbb"]
    sns_vpc_endpoint_id       = "vpce-0222"
  }
  expect_failures = [var.lambda_vpc_sg_id_list]
}

run "security_groups_without_subnets" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    lambda_vpc_sg_id_list = ["sg-0123"]
  }
  expect_failures = [var.lambda_vpc_sg_id_list]
}

run "clients_from_everywhere" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    client_cidr_blocks = ["0.0.0.0/0"]
  }
  expect_failures = [var.client_cidr_blocks]
}

run "clients_beyond_the_network_acl" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    client_cidr_blocks = [for number in range(19) : "10.${number}.0.0/16"]
  }
  expect_failures = [var.client_cidr_blocks]
}

run "clients_of_a_global_api" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    appsync_visibility        = "GLOBAL"
    lambda_vpc_subnet_id_list = ["subnet-0aaa", "subnet-0bbb"]
    client_cidr_blocks        = ["10.0.0.0/8"]
  }
  expect_failures = [var.client_cidr_blocks]
}

run "clients_of_a_shared_endpoint" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    lambda_vpc_subnet_id_list   = ["subnet-0aaa", "subnet-0bbb"]
    lambda_vpc_sg_id_list       = ["sg-0123"]
    appsync_api_vpc_endpoint_id = "vpce-0333"
    client_cidr_blocks          = ["10.0.0.0/8"]
  }
  expect_failures = [var.client_cidr_blocks]
}

run "nat_for_a_private_api" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    create_nat_gateway = true
  }
  expect_failures = [var.create_nat_gateway]
}

run "nat_in_an_existing_vpc" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    appsync_visibility        = "GLOBAL"
    lambda_vpc_subnet_id_list = ["subnet-0aaa", "subnet-0bbb"]
    create_nat_gateway        = true
  }
  expect_failures = [var.create_nat_gateway]
}

run "global_without_nat" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    appsync_visibility = "GLOBAL"
  }
  expect_failures = [var.create_nat_gateway]
}

run "shared_bedrock_endpoint_without_subnets" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    bedrock_runtime_vpc_endpoint_id = "vpce-0111"
  }
  expect_failures = [var.bedrock_runtime_vpc_endpoint_id]
}

run "shared_sns_endpoint_by_name" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    lambda_vpc_subnet_id_list = ["subnet-0aaa", "subnet-0bbb"]
    lambda_vpc_sg_id_list     = ["sg-0123"]
    sns_vpc_endpoint_id       = "sns"
  }
  expect_failures = [var.sns_vpc_endpoint_id]
}

run "shared_api_endpoint_by_name" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    lambda_vpc_subnet_id_list   = ["subnet-0aaa", "subnet-0bbb"]
    lambda_vpc_sg_id_list       = ["sg-0123"]
    appsync_api_vpc_endpoint_id = "appsync-api"
  }
  expect_failures = [var.appsync_api_vpc_endpoint_id]
}

run "shared_api_endpoint_of_a_global_api" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    appsync_visibility          = "GLOBAL"
    lambda_vpc_subnet_id_list   = ["subnet-0aaa", "subnet-0bbb"]
    lambda_vpc_sg_id_list       = ["sg-0123"]
    appsync_api_vpc_endpoint_id = "vpce-0333"
  }
  expect_failures = [var.appsync_api_vpc_endpoint_id]
}

run "private_dns_by_name" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    api_private_dns_vpc_id_list = ["hub"]
  }
  expect_failures = [var.api_private_dns_vpc_id_list]
}

run "private_dns_of_a_global_api" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    appsync_visibility          = "GLOBAL"
    lambda_vpc_subnet_id_list   = ["subnet-0aaa", "subnet-0bbb"]
    api_private_dns_vpc_id_list = ["vpc-0123"]
  }
  expect_failures = [var.api_private_dns_vpc_id_list]
}
