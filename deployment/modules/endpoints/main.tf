# Interface endpoints and who may open a connection to them. What may be asked through one is its policy, written by the caller.
# One security group per endpoint: browsers are admitted to the API and to nothing else.

resource "aws_security_group" "this" {
  #checkov:skip=CKV2_AWS_5:It is attached to the endpoint below by for_each, a link the scanner does not follow.
  for_each = var.services

  name        = "${var.name}-${each.key}"
  description = "The ${each.key} endpoint of ${var.name}."
  vpc_id      = var.vpc_id

  tags = { Name = "${var.name}-${each.key}" }
}

locals {
  # Keys are made of what is known at plan; the groups' ids may not be.
  function_rules = merge([
    for service in keys(var.services) : {
      for index, group_id in var.function_security_group_ids : "${service}/${index}" => { service = service, group_id = group_id }
    }
  ]...)
}

resource "aws_vpc_security_group_ingress_rule" "function" {
  for_each = local.function_rules

  security_group_id            = aws_security_group.this[each.value.service].id
  description                  = "HTTPS from the functions."
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = each.value.group_id
}

resource "aws_vpc_security_group_ingress_rule" "client" {
  for_each = toset(var.client_cidr_blocks)

  security_group_id = aws_security_group.this["appsync-api"].id
  description       = "HTTPS and WebSocket from the networks of the readers."
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = each.value
}

resource "aws_vpc_endpoint" "this" {
  #prowler:skip=vpc_endpoint_connections_trust_boundaries:Readers of the API have no AWS principal; the policy admits this API and no other.
  for_each = var.services

  vpc_id              = var.vpc_id
  service_name        = each.value.service_name
  vpc_endpoint_type   = "Interface"
  subnet_ids          = var.subnet_ids
  security_group_ids  = [aws_security_group.this[each.key].id]
  private_dns_enabled = var.private_dns
  policy              = each.value.policy

  tags = { Name = "${var.name}-${each.key}" }

  lifecycle {
    precondition {
      condition     = length(setsubtract(var.subnet_zones, each.value.zones)) == 0
      error_message = <<-TEXT
        AWS does not offer the ${each.key} endpoint in ${join(", ", setsubtract(var.subnet_zones, each.value.zones))}. Leave the subnets
        of that zone out of lambda_vpc_subnet_id_list (or the zone out of availability_zone_list).
      TEXT
    }
  }
}
