# Answers AWS would give, shaped so that the provider's own validation accepts them. Account 123456789012, Region us-east-1.

mock_data "aws_caller_identity" {
  defaults = { account_id = "123456789012" }
}

mock_data "aws_partition" {
  defaults = { partition = "aws", dns_suffix = "amazonaws.com" }
}

mock_data "aws_vpc_endpoint_service" {
  defaults = {
    service_name       = "com.amazonaws.us-east-1.mocked"
    availability_zones = ["us-east-1a", "us-east-1b", "us-east-1c"]
  }
}

mock_data "aws_availability_zones" {
  defaults = { names = ["us-east-1a", "us-east-1b", "us-east-1c"] }
}

# A network somebody else manages, in order: what a test refuses it overrides.
mock_data "aws_subnets" {
  defaults = { ids = ["subnet-0aaa", "subnet-0bbb"] }
}

mock_data "aws_subnet" {
  defaults = {
    vpc_id               = "vpc-0aaaaaaaaaaaaaaaa"
    availability_zone    = "us-east-1a"
    availability_zone_id = "use1-az1"
    owner_id             = "123456789012"
    arn                  = "arn:aws:ec2:us-east-1:123456789012:subnet/subnet-0aaa"
  }
}

mock_data "aws_route_tables" {
  defaults = { ids = ["rtb-0aaa"] }
}

mock_data "aws_route_table" {
  defaults = { routes = [] }
}

mock_data "aws_vpc" {
  defaults = {
    enable_dns_support   = true
    enable_dns_hostnames = true
  }
}

mock_data "aws_vpcs" {
  defaults = { ids = ["vpc-0aaaaaaaaaaaaaaaa", "vpc-0123", "vpc-0456"] }
}

mock_data "aws_security_groups" {
  defaults = {
    ids     = ["sg-0123"]
    vpc_ids = ["vpc-0aaaaaaaaaaaaaaaa"]
    arns    = ["arn:aws:ec2:us-east-1:123456789012:security-group/sg-0123"]
  }
}

mock_data "aws_network_interfaces" {
  defaults = { ids = ["eni-0aaa"] }
}

mock_data "aws_vpc_endpoint" {
  defaults = {
    vpc_id       = "vpc-0aaaaaaaaaaaaaaaa"
    owner_id     = "123456789012"
    service_name = "com.amazonaws.us-east-1.appsync-api"
    dns_entry    = [{ dns_name = "vpce-0shared.appsync-api.us-east-1.vpce.amazonaws.com", hosted_zone_id = "Z0000SHARED" }]
  }
}

mock_resource "aws_kms_key" {
  defaults = {
    arn    = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"
    key_id = "00000000-0000-0000-0000-000000000000"
  }
}

mock_resource "aws_vpc" {
  defaults = { id = "vpc-0bbbbbbbbbbbbbbbb" }
}

mock_resource "aws_vpc_endpoint" {
  defaults = {
    id        = "vpce-0cccccccccccccccc"
    dns_entry = [{ dns_name = "vpce-0made.appsync-api.us-east-1.vpce.amazonaws.com", hosted_zone_id = "Z0000MADE" }]
  }
}

mock_resource "aws_security_group" {
  defaults = { id = "sg-0dddddddddddddddd" }
}

mock_resource "aws_subnet" {
  defaults = { id = "subnet-0eeeeeeeeeeeeeeee" }
}

mock_resource "aws_cloudwatch_log_group" {
  defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:mocked" }
}

mock_resource "aws_iam_role" {
  defaults = { arn = "arn:aws:iam::123456789012:role/mocked" }
}

mock_resource "aws_lambda_function" {
  defaults = { arn = "arn:aws:lambda:us-east-1:123456789012:function:mocked" }
}

mock_resource "aws_sns_topic" {
  defaults = { arn = "arn:aws:sns:us-east-1:123456789012:mocked" }
}

mock_resource "aws_sqs_queue" {
  defaults = {
    arn = "arn:aws:sqs:us-east-1:123456789012:mocked"
    url = "https://sqs.us-east-1.amazonaws.com/123456789012/mocked"
  }
}

mock_resource "aws_s3_bucket" {
  defaults = { arn = "arn:aws:s3:::mocked" }
}

mock_resource "aws_wafv2_web_acl" {
  defaults = { arn = "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/mocked/00000000-0000-0000-0000-000000000000" }
}

mock_resource "aws_scheduler_schedule" {
  defaults = { arn = "arn:aws:scheduler:us-east-1:123456789012:schedule/default/mocked" }
}

mock_resource "aws_appsync_graphql_api" {
  defaults = {
    id  = "mockedapiidmockedapiid1234"
    arn = "arn:aws:appsync:us-east-1:123456789012:apis/mockedapiidmockedapiid1234"
    uris = {
      GRAPHQL  = "https://mockedurlidmockedurlid1234.appsync-api.us-east-1.amazonaws.com/graphql"
      REALTIME = "wss://mockedurlidmockedurlid1234.appsync-realtime-api.us-east-1.amazonaws.com/graphql"
    }
  }
}

mock_resource "aws_appsync_api_key" {
  defaults = { key = "da2-mocked" }
}
