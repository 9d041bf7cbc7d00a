# What AWS is asked before anything is planned.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

# Not every zone offers every endpoint service: zones are chosen by what they offer.
data "aws_vpc_endpoint_service" "this" {
  for_each = local.created_endpoint_services

  service      = each.key
  service_type = "Interface"
}

data "aws_subnet" "existing" {
  for_each = toset(var.lambda_vpc_subnet_id_list)

  id = each.value
}

data "aws_vpc_endpoint" "shared_api" {
  for_each = toset(var.appsync_api_vpc_endpoint_id[*])

  id = each.value
}
