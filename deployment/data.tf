# What AWS is asked before anything is planned.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

# Not every zone offers every endpoint service: zones are chosen by what they offer.
data "aws_vpc_endpoint_service" "this" {
  for_each = local.created_endpoint_services

  service      = each.key
  service_type = "Interface"
}

# Of the zones that offer every endpoint service, those that offer Lambda too: it never has been in the one named here.
data "aws_availability_zones" "usable" {
  count = local.has_existing_vpc ? 0 : 1

  exclude_zone_ids = ["use1-az3"]

  filter {
    name   = "zone-name"
    values = local.common_zones
  }
}

