# Every validation in variables.tf is seen to refuse: one run per rule, named after what a user did wrong. tests/test_configuration.py fails when a
# rule has no run here. tests/inputs holds the root's variables and nothing else (they are links), so these runs ask no provider.

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
