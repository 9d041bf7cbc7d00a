# Private DNS of an endpoint ends at its VPC. These two zones, named exactly after the API's two hosts, carry it to other VPCs and,
# by their resolvers, to offices.
# Both are needed: without the real-time one queries work and no answer ever arrives.

data "aws_vpcs" "named" {
  filter {
    name   = "vpc-id"
    values = var.vpc_ids
  }
}

resource "aws_route53_zone" "this" {
  #checkov:skip=CKV2_AWS_38:DNSSEC signing exists for public zones only.
  #checkov:skip=CKV2_AWS_39:Query logging by zone exists for public zones only; private queries are logged by the VPC's resolver.
  for_each = var.hosts

  name    = each.value
  comment = "Leads ${var.name}'s ${each.key} host to its private endpoint."

  dynamic "vpc" {
    for_each = var.vpc_ids
    content {
      vpc_id = vpc.value
    }
  }

  lifecycle {
    precondition {
      condition     = length(setsubtract(var.vpc_ids, data.aws_vpcs.named.ids)) == 0
      error_message = <<-TEXT
        api_private_dns_vpc_id_list names VPCs that do not exist in this account and Region:
        ${join(", ", sort(setsubtract(var.vpc_ids, data.aws_vpcs.named.ids)))}.
      TEXT
    }
  }
}

resource "aws_route53_record" "apex" {
  for_each = aws_route53_zone.this

  zone_id = each.value.zone_id
  name    = each.value.name
  type    = "A"

  alias {
    name                   = var.endpoint_dns.dns_name
    zone_id                = var.endpoint_dns.hosted_zone_id
    evaluate_target_health = false
  }
}
