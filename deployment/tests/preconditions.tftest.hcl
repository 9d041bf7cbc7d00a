# What a module refuses whoever calls it. tests/test_configuration.py fails when a precondition has no run here or in model.tftest.hcl.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

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
