# The configurations people really choose, planned against a mocked AWS. `terraform test` proves that each plans;
# tests/test_plans.py reads the same plans (terraform test -json -verbose) and holds every resource in them against the rules of the house.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

# What policies must tell apart gets names of its own; everything else shares the mock's.
override_resource {
  target          = module.data_source.aws_iam_role.this
  override_during = plan
  values          = { arn = "arn:aws:iam::123456789012:role/bedrock-chat-data-source" }
}

override_resource {
  target          = module.orchestrator.aws_iam_role.this
  override_during = plan
  values          = { arn = "arn:aws:iam::123456789012:role/bedrock-chat-orchestrator" }
}

override_resource {
  target          = module.data_source.aws_lambda_function.this
  override_during = plan
  values          = { arn = "arn:aws:lambda:us-east-1:123456789012:function:bedrock-chat-data-source" }
}

override_resource {
  target          = module.orchestrator.aws_lambda_function.this
  override_during = plan
  values          = { arn = "arn:aws:lambda:us-east-1:123456789012:function:bedrock-chat-orchestrator" }
}

override_resource {
  target          = module.data_source.aws_cloudwatch_log_group.this
  override_during = plan
  values          = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/bedrock-chat-data-source" }
}

override_resource {
  target          = module.orchestrator.aws_cloudwatch_log_group.this
  override_during = plan
  values          = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/bedrock-chat-orchestrator" }
}

override_resource {
  target          = module.messaging.aws_sns_topic.questions
  override_during = plan
  values          = { arn = "arn:aws:sns:us-east-1:123456789012:bedrock-chat-questions" }
}

override_resource {
  target          = module.messaging.aws_sqs_queue.dead_letter["undelivered"]
  override_during = plan
  values = { arn = "arn:aws:sqs:us-east-1:123456789012:bedrock-chat-undelivered",
  url = "https://sqs.us-east-1.amazonaws.com/123456789012/bedrock-chat-undelivered" }
}

override_resource {
  target          = module.messaging.aws_sqs_queue.dead_letter["failed"]
  override_during = plan
  values = { arn = "arn:aws:sqs:us-east-1:123456789012:bedrock-chat-failed",
  url = "https://sqs.us-east-1.amazonaws.com/123456789012/bedrock-chat-failed" }
}

override_resource {
  target          = module.endpoints.aws_security_group.this["appsync-api"]
  override_during = plan
  values          = { id = "sg-0a91" }
}

override_resource {
  target          = module.endpoints.aws_security_group.this["bedrock-runtime"]
  override_during = plan
  values          = { id = "sg-0bed" }
}

override_resource {
  target          = module.endpoints.aws_security_group.this["sns"]
  override_during = plan
  values          = { id = "sg-0505" }
}

override_data {
  target          = module.existing_network[0].data.aws_subnet.this["subnet-0bbb"]
  override_during = plan
  values = {
    vpc_id               = "vpc-0aaaaaaaaaaaaaaaa"
    availability_zone    = "us-east-1b"
    availability_zone_id = "use1-az2"
    owner_id             = "123456789012"
    arn                  = "arn:aws:ec2:us-east-1:123456789012:subnet/subnet-0bbb"
  }
}

override_data {
  target          = module.existing_network[0].data.aws_vpc_endpoint.shared["bedrock-runtime"]
  override_during = plan
  values          = { id = "vpce-0111", vpc_id = "vpc-0aaaaaaaaaaaaaaaa", service_name = "com.amazonaws.us-east-1.bedrock-runtime" }
}

override_data {
  target          = module.existing_network[0].data.aws_vpc_endpoint.shared["sns"]
  override_during = plan
  values          = { id = "vpce-0222", vpc_id = "vpc-0aaaaaaaaaaaaaaaa", service_name = "com.amazonaws.us-east-1.sns" }
}

variables {
  lambda_artifact_dir = "tests/artifacts"
  # Pinned, so that a plan is the same on every day this runs; a date long past would be refused.
  api_key_rotation_date = "2099-05-15T12:00:00Z"
}

# sample.tfvars as it is: the Makefile passes it to `terraform test`, and the other runs change only what they name.
run "sample" {
  command = plan

  assert {
    condition     = output.graphql_url == "https://mockedurlidmockedurlid1234.appsync-api.us-east-1.amazonaws.com/graphql"
    error_message = "graphql_url is not the API's own."
  }
  assert {
    condition     = output.realtime_url == "wss://mockedurlidmockedurlid1234.appsync-realtime-api.us-east-1.amazonaws.com/graphql"
    error_message = "realtime_url is not the API's own."
  }
  assert {
    condition     = output.client_auth == "API_KEY" && output.oidc_issuer == null && output.oidc_client_id == null
    error_message = "The sample's readers use an API key."
  }
  assert {
    condition     = output.api_key != null
    error_message = "The API key is not handed out."
  }
  assert {
    condition     = output.function_names == { "data-source" = "bedrock-chat-data-source", "orchestrator" = "bedrock-chat-orchestrator" }
    error_message = "Tests and operators find the functions by these names."
  }
  assert {
    condition     = output.dashboard_url == "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#dashboards/dashboard/bedrock-chat"
    error_message = "dashboard_url does not lead to the dashboard."
  }
  assert {
    condition     = output.dead_letter_queue_urls["failed"] == "https://sqs.us-east-1.amazonaws.com/123456789012/bedrock-chat-failed"
    error_message = "An operator cannot find the failed questions."
  }
  assert {
    condition     = join(" ", local.availability_zones) == "us-east-1a us-east-1b"
    error_message = "The first two zones that offer every endpoint service are not the ones chosen."
  }
}

# What a stack gets that says nothing: the sample turns reserved concurrency off for new accounts, the defaults do not.
run "defaults" {
  command = plan

  variables {
    region                            = null
    environment                       = null
    model_id                          = null
    data_source_reserved_concurrency  = null
    orchestrator_reserved_concurrency = null
  }
}

run "oidc" {
  command = plan

  variables {
    client_auth    = "OIDC"
    oidc_issuer    = "https://login.example.com/"
    oidc_client_id = "chat-web"
  }

  assert {
    condition     = output.api_key == null && output.oidc_issuer == "https://login.example.com/" && output.oidc_client_id == "chat-web"
    error_message = "Under OIDC there is no key, and the UI needs issuer and client."
  }
}

run "global" {
  command = plan

  variables {
    appsync_visibility = "GLOBAL"
    create_nat_gateway = true
  }
}

run "global_oidc_existing_vpc" {
  command = plan

  variables {
    appsync_visibility        = "GLOBAL"
    client_auth               = "OIDC"
    oidc_issuer               = "https://login.example.com"
    oidc_client_id            = "chat-web"
    lambda_vpc_subnet_id_list = ["subnet-0aaa", "subnet-0bbb"]
  }
}

run "existing_vpc" {
  command = plan

  variables {
    lambda_vpc_subnet_id_list = ["subnet-0aaa", "subnet-0bbb"]
    lambda_vpc_sg_id_list     = ["sg-0123"]
    client_cidr_blocks        = ["10.20.0.0/16", "192.168.0.0/24"]
  }
}

# Subnets and groups another account shares through RAM: only a GLOBAL API, and only with that account's endpoints.
run "shared_subnets" {
  command = plan

  override_data {
    target          = module.existing_network[0].data.aws_subnet.this["subnet-0aaa"]
    override_during = plan
    values = {
      vpc_id               = "vpc-0aaaaaaaaaaaaaaaa"
      availability_zone    = "us-east-1a"
      availability_zone_id = "use1-az1"
      owner_id             = "999999999999"
      arn                  = "arn:aws:ec2:us-east-1:999999999999:subnet/subnet-0aaa"
    }
  }
  override_data {
    target          = module.existing_network[0].data.aws_subnet.this["subnet-0bbb"]
    override_during = plan
    values = {
      vpc_id               = "vpc-0aaaaaaaaaaaaaaaa"
      availability_zone    = "us-east-1b"
      availability_zone_id = "use1-az2"
      owner_id             = "999999999999"
      arn                  = "arn:aws:ec2:us-east-1:999999999999:subnet/subnet-0bbb"
    }
  }
  override_data {
    target          = module.existing_network[0].data.aws_security_groups.named[0]
    override_during = plan
    values = {
      ids     = ["sg-0123"]
      vpc_ids = ["vpc-0aaaaaaaaaaaaaaaa"]
      arns    = ["arn:aws:ec2:us-east-1:999999999999:security-group/sg-0123"]
    }
  }

  variables {
    appsync_visibility              = "GLOBAL"
    lambda_vpc_subnet_id_list       = ["subnet-0aaa", "subnet-0bbb"]
    lambda_vpc_sg_id_list           = ["sg-0123"]
    bedrock_runtime_vpc_endpoint_id = "vpce-0111"
    sns_vpc_endpoint_id             = "vpce-0222"
  }
}

run "shared_endpoints" {
  command = plan

  variables {
    lambda_vpc_subnet_id_list       = ["subnet-0aaa", "subnet-0bbb"]
    lambda_vpc_sg_id_list           = ["sg-0123"]
    bedrock_runtime_vpc_endpoint_id = "vpce-0111"
    sns_vpc_endpoint_id             = "vpce-0222"
    appsync_api_vpc_endpoint_id     = "vpce-0333"
    api_private_dns_vpc_id_list     = ["vpc-0aaaaaaaaaaaaaaaa"]
  }
}

run "private_dns_elsewhere" {
  command = plan

  variables {
    api_private_dns_vpc_id_list = ["vpc-0123", "vpc-0456"]
    client_cidr_blocks          = ["10.20.0.0/16"]
  }
}

# Every way in that docs/deployment.md describes: an office, a peered VPC, and a subnet of the VPC itself (Client VPN, a tunnel).
run "documented_ways_in" {
  command = plan

  variables {
    client_cidr_blocks          = ["10.20.0.0/16", "10.30.0.0/16", "10.64.0.0/23"]
    api_private_dns_vpc_id_list = ["vpc-0123"]
  }
}

run "global_profile" {
  command = plan

  variables {
    model_id = "global.amazon.nova-2-lite-v1:0"
  }
}

run "application_profile_and_guardrail" {
  command = plan

  variables {
    model_id                     = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghijkl"
    application_profile_model_id = "us.amazon.nova-2-lite-v1:0"
    guardrail_id                 = "abc123"
    guardrail_version            = "1"
    guardrail_profile_id         = "us.guardrail.v1:0"
    system_prompt                = "Answer briefly."
    temperature                  = 0
    top_p                        = 0.9
    flush_interval_ms            = 100
  }
}

run "arm64" {
  command = plan

  variables {
    lambda_architecture = "arm64"
  }
}

run "callers_key_bucket_topic_and_boundary" {
  command = plan

  variables {
    kms_key_arn                    = "arn:aws:kms:us-east-1:123456789012:key/11111111-1111-1111-1111-111111111111"
    lambda_s3_source_bucket_name   = "callers-bucket"
    lambda_s3_source_bucket_key    = "releases/chat"
    alarm_topic_arn                = "arn:aws:sns:us-east-1:123456789012:callers-alarms"
    permissions_boundary_arn       = "arn:aws:iam::123456789012:policy/boundary"
    lambda_code_signing_config_arn = "arn:aws:lambda:us-east-1:123456789012:code-signing-config:csc-0123456789abcdef0"
    enable_waf                     = true
  }
}

run "alarm_mail" {
  command = plan

  variables {
    alarm_email_list = ["oncall@example.com"]
  }
}
