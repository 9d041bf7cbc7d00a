# Every validation in variables-functions.tf is seen to refuse: one run per rule, named after what a user did wrong. tests/test_configuration.py fails when a
# rule has no run here. tests/inputs holds the root's variables and nothing else (they are links), so these runs ask no provider.

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
