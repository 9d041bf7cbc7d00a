# Every validation is seen to refuse: one run per rule, named after what a user did wrong. tests/test_plans.py fails when a rule has no run here.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

override_data {
  target          = data.aws_subnet.existing["subnet-0aaa"]
  override_during = plan
  values          = { vpc_id = "vpc-0aaaaaaaaaaaaaaaa", availability_zone = "us-east-1a" }
}

override_data {
  target          = data.aws_subnet.existing["subnet-0bbb"]
  override_during = plan
  values          = { vpc_id = "vpc-0aaaaaaaaaaaaaaaa", availability_zone = "us-east-1b" }
}

variables {
  lambda_artifact_dir   = "tests/artifacts"
  api_key_rotation_date = "2099-05-15T12:00:00Z"
}

run "region_is_a_city" {
  command = plan
  variables {
    region = "frankfurt"
  }
  expect_failures = [var.region]
}

run "environment_in_capitals" {
  command = plan
  variables {
    environment = "Chat"
  }
  expect_failures = [var.environment]
}

run "environment_too_long" {
  command = plan
  variables {
    environment = "a-name-of-twenty-five-char"
  }
  expect_failures = [var.environment]
}

run "reserved_tag" {
  command = plan
  variables {
    tags = { "aws:owner" = "me" }
  }
  expect_failures = [var.tags]
}

run "visibility_in_lower_case" {
  command = plan
  variables {
    appsync_visibility = "private"
  }
  expect_failures = [var.appsync_visibility]
}

run "unknown_client_auth" {
  command = plan
  variables {
    client_auth = "COGNITO"
  }
  expect_failures = [var.client_auth]
}

run "oidc_without_issuer" {
  command = plan
  variables {
    client_auth    = "OIDC"
    oidc_client_id = "chat-web"
  }
  expect_failures = [var.oidc_issuer]
}

run "issuer_under_an_api_key" {
  command = plan
  variables {
    oidc_issuer = "https://login.example.com"
  }
  expect_failures = [var.oidc_issuer]
}

run "issuer_without_tls" {
  command = plan
  variables {
    client_auth    = "OIDC"
    oidc_issuer    = "http://login.example.com"
    oidc_client_id = "chat-web"
  }
  expect_failures = [var.oidc_issuer]
}

run "oidc_without_client" {
  command = plan
  variables {
    client_auth = "OIDC"
    oidc_issuer = "https://login.example.com"
  }
  expect_failures = [var.oidc_client_id]
}

run "client_that_matches_everyone" {
  command = plan
  variables {
    client_auth    = "OIDC"
    oidc_issuer    = "https://login.example.com"
    oidc_client_id = ".+"
  }
  expect_failures = [var.oidc_client_id]
}

run "client_that_is_no_expression" {
  command = plan
  variables {
    client_auth    = "OIDC"
    oidc_issuer    = "https://login.example.com"
    oidc_client_id = "chat("
  }
  expect_failures = [var.oidc_client_id]
}

run "rotation_date_without_time" {
  command = plan
  variables {
    api_key_rotation_date = "2099-05-15"
  }
  expect_failures = [var.api_key_rotation_date]
}

run "global_without_waf" {
  command = plan
  variables {
    appsync_visibility = "GLOBAL"
    create_nat_gateway = true
    enable_waf         = false
  }
  expect_failures = [var.enable_waf]
}

run "waf_limit_of_one" {
  command = plan
  variables {
    waf_rate_limit = 1
  }
  expect_failures = [var.waf_rate_limit]
}

run "model_with_a_space" {
  command = plan
  variables {
    model_id = "nova lite"
  }
  expect_failures = [var.model_id]
}

run "model_arn_of_an_agent" {
  command = plan
  variables {
    model_id = "arn:aws:bedrock:us-east-1:123456789012:agent/ABCDEFGHIJ"
  }
  expect_failures = [var.model_id]
}

run "application_profile_without_its_model" {
  command = plan
  variables {
    model_id = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghijkl"
  }
  expect_failures = [var.application_profile_model_id]
}

run "destination_that_is_no_region" {
  command = plan
  variables {
    model_destination_region_list = ["europe"]
  }
  expect_failures = [var.model_destination_region_list]
}

run "guardrail_by_name" {
  command = plan
  variables {
    guardrail_id      = "My Guardrail"
    guardrail_version = "1"
  }
  expect_failures = [var.guardrail_id]
}

run "guardrail_without_version" {
  command = plan
  variables {
    guardrail_id = "abc123"
  }
  expect_failures = [var.guardrail_version]
}

run "guardrail_version_latest" {
  command = plan
  variables {
    guardrail_id      = "abc123"
    guardrail_version = "latest"
  }
  expect_failures = [var.guardrail_version]
}

run "unknown_stream_mode" {
  command = plan
  variables {
    guardrail_stream_mode = "ASYNCHRONOUS"
  }
  expect_failures = [var.guardrail_stream_mode]
}

run "guardrail_profile_alone" {
  command = plan
  variables {
    guardrail_profile_id = "us.guardrail.v1:0"
  }
  expect_failures = [var.guardrail_profile_id]
}

run "key_by_alias" {
  command = plan
  variables {
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:alias/mine"
  }
  expect_failures = [var.kms_key_arn]
}

run "deletion_window_of_a_day" {
  command = plan
  variables {
    kms_deletion_window_days = 1
  }
  expect_failures = [var.kms_deletion_window_days]
}

run "logs_for_a_month" {
  command = plan
  variables {
    log_retention_days = 30
  }
  expect_failures = [var.log_retention_days]
}

run "alarm_address_without_at" {
  command = plan
  variables {
    alarm_email_list = ["oncall"]
  }
  expect_failures = [var.alarm_email_list]
}

run "alarm_topic_by_name" {
  command = plan
  variables {
    alarm_topic_arn = "alarms"
  }
  expect_failures = [var.alarm_topic_arn]
}

run "alarm_topic_and_addresses" {
  command = plan
  variables {
    alarm_topic_arn  = "arn:aws:sns:us-east-1:123456789012:alarms"
    alarm_email_list = ["oncall@example.com"]
  }
  expect_failures = [var.alarm_topic_arn]
}

run "first_token_alarm_of_a_millisecond" {
  command = plan
  variables {
    first_token_p95_alarm_ms = 1
  }
  expect_failures = [var.first_token_p95_alarm_ms]
}

run "unknown_architecture" {
  command = plan
  variables {
    lambda_architecture = "amd64"
  }
  expect_failures = [var.lambda_architecture]
}

run "bucket_in_capitals" {
  command = plan
  variables {
    lambda_s3_source_bucket_name = "Artifacts"
  }
  expect_failures = [var.lambda_s3_source_bucket_name]
}

run "key_prefix_with_slash" {
  command = plan
  variables {
    lambda_s3_source_bucket_key = "lambda/"
  }
  expect_failures = [var.lambda_s3_source_bucket_key]
}

run "signing_profile_for_signing_config" {
  command = plan
  variables {
    lambda_code_signing_config_arn = "arn:aws:signer:us-east-1:123456789012:/signing-profiles/mine"
  }
  expect_failures = [var.lambda_code_signing_config_arn]
}

run "log_level_that_hides_metrics" {
  command = plan
  variables {
    lambda_log_level = "WARN"
  }
  expect_failures = [var.lambda_log_level]
}

run "boundary_that_is_a_role" {
  command = plan
  variables {
    permissions_boundary_arn = "arn:aws:iam::123456789012:role/boundary"
  }
  expect_failures = [var.permissions_boundary_arn]
}

run "data_source_memory_of_64" {
  command = plan
  variables {
    data_source_memory_mb = 64
  }
  expect_failures = [var.data_source_memory_mb]
}

run "orchestrator_memory_of_64" {
  command = plan
  variables {
    orchestrator_memory_mb = 64
  }
  expect_failures = [var.orchestrator_memory_mb]
}

run "timeout_of_an_hour" {
  command = plan
  variables {
    orchestrator_timeout_seconds = 3600
  }
  expect_failures = [var.orchestrator_timeout_seconds]
}

run "data_source_concurrency_of_zero" {
  command = plan
  variables {
    data_source_reserved_concurrency = 0
  }
  expect_failures = [var.data_source_reserved_concurrency]
}

run "orchestrator_concurrency_of_zero" {
  command = plan
  variables {
    orchestrator_reserved_concurrency = 0
  }
  expect_failures = [var.orchestrator_reserved_concurrency]
}

run "system_prompt_of_a_book" {
  command = plan
  variables {
    system_prompt = join("", [for _ in range(1000) : "long "])
  }
  expect_failures = [var.system_prompt]
}

run "half_an_output_token" {
  command = plan
  variables {
    max_output_tokens = 0.5
  }
  expect_failures = [var.max_output_tokens]
}

run "temperature_of_two" {
  command = plan
  variables {
    temperature = 2
  }
  expect_failures = [var.temperature]
}

run "top_p_of_zero" {
  command = plan
  variables {
    top_p = 0
  }
  expect_failures = [var.top_p]
}

run "flush_every_millisecond" {
  command = plan
  variables {
    flush_interval_ms = 1
  }
  expect_failures = [var.flush_interval_ms]
}

run "idle_longer_than_the_run" {
  command = plan
  variables {
    idle_timeout_ms              = 30000
    orchestrator_timeout_seconds = 20
  }
  expect_failures = [var.idle_timeout_ms]
}

run "question_beyond_sns" {
  command = plan
  variables {
    max_message_chars = 100000
  }
  expect_failures = [var.max_message_chars]
}

run "vpc_of_a_host" {
  command = plan
  variables {
    vpc_cidr_block = "10.0.0.0/28"
  }
  expect_failures = [var.vpc_cidr_block]
}

run "one_zone" {
  command = plan
  variables {
    availability_zone_list = ["us-east-1a"]
  }
  expect_failures = [var.availability_zone_list]
}

run "one_subnet" {
  command = plan
  variables {
    lambda_vpc_subnet_id_list = ["subnet-0aaa"]
  }
  expect_failures = [var.lambda_vpc_subnet_id_list]
}

run "security_group_by_name" {
  command = plan
  variables {
    lambda_vpc_subnet_id_list = ["subnet-0aaa", "subnet-0bbb"]
    lambda_vpc_sg_id_list     = ["functions"]
  }
  expect_failures = [var.lambda_vpc_sg_id_list]
}

run "shared_endpoint_without_security_groups" {
  command = plan
  variables {
    lambda_vpc_subnet_id_list = ["subnet-0aaa", "subnet-0bbb"]
    sns_vpc_endpoint_id       = "vpce-0222"
  }
  expect_failures = [var.lambda_vpc_sg_id_list]
}

run "security_groups_without_subnets" {
  command = plan
  variables {
    lambda_vpc_sg_id_list = ["sg-0123"]
  }
  expect_failures = [var.lambda_vpc_sg_id_list]
}

run "clients_from_everywhere" {
  command = plan
  variables {
    client_cidr_blocks = ["0.0.0.0/0"]
  }
  expect_failures = [var.client_cidr_blocks]
}

run "clients_beyond_the_network_acl" {
  command = plan
  variables {
    client_cidr_blocks = [for number in range(19) : "10.${number}.0.0/16"]
  }
  expect_failures = [var.client_cidr_blocks]
}

run "clients_of_a_global_api" {
  command = plan
  variables {
    appsync_visibility        = "GLOBAL"
    lambda_vpc_subnet_id_list = ["subnet-0aaa", "subnet-0bbb"]
    client_cidr_blocks        = ["10.0.0.0/8"]
  }
  expect_failures = [var.client_cidr_blocks]
}

run "clients_of_a_shared_endpoint" {
  command = plan
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
  variables {
    create_nat_gateway = true
  }
  expect_failures = [var.create_nat_gateway]
}

run "nat_in_an_existing_vpc" {
  command = plan
  variables {
    appsync_visibility        = "GLOBAL"
    lambda_vpc_subnet_id_list = ["subnet-0aaa", "subnet-0bbb"]
    create_nat_gateway        = true
  }
  expect_failures = [var.create_nat_gateway]
}

run "global_without_nat" {
  command = plan
  variables {
    appsync_visibility = "GLOBAL"
  }
  expect_failures = [var.create_nat_gateway]
}

run "shared_bedrock_endpoint_without_subnets" {
  command = plan
  variables {
    bedrock_runtime_vpc_endpoint_id = "vpce-0111"
  }
  expect_failures = [var.bedrock_runtime_vpc_endpoint_id]
}

run "shared_sns_endpoint_by_name" {
  command = plan
  variables {
    lambda_vpc_subnet_id_list = ["subnet-0aaa", "subnet-0bbb"]
    lambda_vpc_sg_id_list     = ["sg-0123"]
    sns_vpc_endpoint_id       = "sns"
  }
  expect_failures = [var.sns_vpc_endpoint_id]
}

run "shared_api_endpoint_by_name" {
  command = plan
  variables {
    lambda_vpc_subnet_id_list   = ["subnet-0aaa", "subnet-0bbb"]
    lambda_vpc_sg_id_list       = ["sg-0123"]
    appsync_api_vpc_endpoint_id = "appsync-api"
  }
  expect_failures = [var.appsync_api_vpc_endpoint_id]
}

run "shared_api_endpoint_of_a_global_api" {
  command = plan
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
  variables {
    api_private_dns_vpc_id_list = ["hub"]
  }
  expect_failures = [var.api_private_dns_vpc_id_list]
}

run "private_dns_of_a_global_api" {
  command = plan
  variables {
    appsync_visibility          = "GLOBAL"
    lambda_vpc_subnet_id_list   = ["subnet-0aaa", "subnet-0bbb"]
    api_private_dns_vpc_id_list = ["vpc-0123"]
  }
  expect_failures = [var.api_private_dns_vpc_id_list]
}

# What a module refuses whoever calls it.

run "no_zip" {
  command = plan
  module {
    source = "./modules/function"
  }
  variables {
    name                     = "chat-data-source"
    description              = "Without its zip."
    partition                = "aws"
    region                   = "us-east-1"
    account_id               = "123456789012"
    artifact                 = { directory = "tests/no-such-directory", name = "data-source", bucket = "artifacts", key_prefix = "lambda" }
    architecture             = "x86_64"
    memory_mb                = 256
    timeout_seconds          = 10
    reserved_concurrency     = -1
    environment              = {}
    policy                   = "{}"
    network                  = { subnet_ids = ["subnet-0aaa"], security_group_ids = ["sg-0aaa"] }
    kms_key_arn              = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"
    log_level                = "INFO"
    log_retention_days       = 365
    on_failure_queue_arn     = null
    permissions_boundary_arn = null
    code_signing_config_arn  = null
  }
  expect_failures = [aws_s3_object.zip]
}

run "region_with_one_zone" {
  command = plan
  module {
    source = "./modules/network"
  }
  variables {
    name                     = "chat"
    partition                = "aws"
    region                   = "us-east-1"
    account_id               = "123456789012"
    cidr_block               = "10.64.0.0/20"
    availability_zones       = ["us-east-1a"]
    client_cidr_blocks       = []
    has_egress               = false
    kms_key_arn              = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"
    log_retention_days       = 365
    permissions_boundary_arn = null
  }
  expect_failures = [aws_subnet.private]
}

run "endpoint_not_offered_in_a_zone" {
  command = plan
  module {
    source = "./modules/endpoints"
  }
  variables {
    name         = "chat"
    vpc_id       = "vpc-0aaa"
    subnet_ids   = ["subnet-0aaa", "subnet-0bbb"]
    subnet_zones = ["us-east-1a", "us-east-1e"]
    services = {
      sns = { service_name = "com.amazonaws.us-east-1.sns", zones = ["us-east-1a", "us-east-1b"], policy = "{}" }
    }
    private_dns                 = true
    function_security_group_ids = ["sg-0aaa"]
    client_cidr_blocks          = []
  }
  expect_failures = [aws_vpc_endpoint.this]
}

run "rotation_held_back_too_long" {
  command = plan
  module {
    source = "./modules/api-key"
  }
  variables {
    name                     = "chat"
    api_id                   = "mockedapiidmockedapiid1234"
    date                     = "2020-01-01T00:00:00Z"
    account_id               = "123456789012"
    alarm_topic_arn          = "arn:aws:sns:us-east-1:123456789012:alarms"
    kms_key_arn              = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"
    permissions_boundary_arn = null
  }
  expect_failures = [aws_appsync_api_key.this]
}
