# The VPC this stack makes when it is given none: private subnets only, no way in or out but the endpoints placed in it (modules/endpoints).
# It must not know what the endpoints are for; modules/egress adds the Internet where a GLOBAL API needs it.

resource "aws_vpc" "this" {
  #prowler:skip=vpc_endpoint_for_ec2_enabled:Nothing in this VPC calls EC2, and an endpoint would be one more way out.
  #prowler:skip=vpc_subnet_separate_private_public:There is nothing public in it; a NAT gateway is the caller's choice (create_nat_gateway).
  cidr_block = var.cidr_block
  # Both are needed for the endpoints' private DNS.
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = { Name = var.name }
}

# Adopting the default group without a rule closes it: whoever lands in it by mistake reaches nothing.
resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id
}

locals {
  # An ACL knows no connections and stands before every interface of a subnet, a Route 53 Resolver inbound endpoint among them:
  # questions in on port 53, replies out by the protocol they came in.
  dns_client_ranges = var.client_cidr_dns ? var.client_cidr_blocks : []
}

# The default network ACL admits the whole Internet. Adopted, it serves every subnet and says once more what the security groups say:
# the VPC itself, readers to HTTPS and to DNS, and with an egress module the answers of a GLOBAL API.
resource "aws_default_network_acl" "this" {
  default_network_acl_id = aws_vpc.this.default_network_acl_id

  dynamic "ingress" {
    for_each = concat(
      [{ cidr = var.cidr_block, protocol = "-1", from = 0, to = 0 }],
      [for cidr in var.client_cidr_blocks : { cidr = cidr, protocol = "tcp", from = 443, to = 443 }],
      flatten([for cidr in local.dns_client_ranges : [for protocol in ["tcp", "udp"] : { cidr = cidr, protocol = protocol, from = 53, to = 53 }]]),
      [for cidr in var.has_egress ? ["0.0.0.0/0"] : [] : { cidr = cidr, protocol = "tcp", from = 1024, to = 65535 }],
    )
    content {
      rule_no    = 100 + ingress.key
      action     = "allow"
      cidr_block = ingress.value.cidr
      protocol   = ingress.value.protocol
      from_port  = ingress.value.from
      to_port    = ingress.value.to
    }
  }

  dynamic "egress" {
    for_each = concat(
      [{ cidr = var.cidr_block, protocol = "-1", from = 0, to = 0 }],
      [for cidr in var.client_cidr_blocks : { cidr = cidr, protocol = "tcp", from = 1024, to = 65535 }],
      [for cidr in local.dns_client_ranges : { cidr = cidr, protocol = "udp", from = 1024, to = 65535 }],
      [for cidr in var.has_egress ? ["0.0.0.0/0"] : [] : { cidr = cidr, protocol = "tcp", from = 443, to = 443 }],
    )
    content {
      rule_no    = 100 + egress.key
      action     = "allow"
      cidr_block = egress.value.cidr
      protocol   = egress.value.protocol
      from_port  = egress.value.from
      to_port    = egress.value.to
    }
  }

  tags = { Name = var.name }

  lifecycle {
    # Subnets join the default ACL by being made.
    ignore_changes = [subnet_ids]
  }
}

resource "aws_subnet" "private" {
  for_each = { for index, zone in var.availability_zones : zone => index }

  vpc_id                  = aws_vpc.this.id
  availability_zone       = each.key
  cidr_block              = cidrsubnet(var.cidr_block, 3, each.value)
  map_public_ip_on_launch = false

  tags = { Name = "${var.name}-private-${each.key}" }

  # Lambda gives its network interfaces back 20 to 60 minutes after the functions are gone.
  timeouts {
    delete = "70m"
  }

  lifecycle {
    precondition {
      condition     = length(var.availability_zones) >= 2
      error_message = <<-TEXT
        Fewer than two zones of ${var.region} offer every endpoint service this stack needs. Choose another region, or name zones in
        availability_zone_list.
      TEXT
    }
    precondition {
      condition     = contains(var.usable_zones, each.key)
      error_message = <<-TEXT
        ${each.key} in availability_zone_list does not offer Lambda and every endpoint service this stack needs. Name zones that do:
        ${join(", ", var.usable_zones)}.
      TEXT
    }
  }
}

# Without a table of its own a subnet follows the VPC's main table, which somebody may give a route later.
resource "aws_route_table" "private" {
  for_each = aws_subnet.private

  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.name}-private-${each.key}" }
}

resource "aws_route_table_association" "private" {
  for_each = aws_subnet.private

  subnet_id      = each.value.id
  route_table_id = aws_route_table.private[each.key].id
}

resource "aws_cloudwatch_log_group" "flow" {
  name              = "/aws/vpc/${var.name}/flow-logs"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_iam_role" "flow" {
  name                 = "${var.name}-flow-logs"
  description          = "Lets VPC flow logs write to their log group."
  permissions_boundary = var.permissions_boundary_arn
  assume_role_policy = templatefile("${path.module}/policies/flow-logs-trust.json.tftpl", {
    partition = var.partition, region = var.region, account_id = var.account_id
  })
}

resource "aws_iam_role_policy" "flow" {
  name   = "write-flow-logs"
  role   = aws_iam_role.flow.id
  policy = templatefile("${path.module}/policies/flow-logs.json.tftpl", { log_group_arn = aws_cloudwatch_log_group.flow.arn })
}

resource "aws_flow_log" "this" {
  vpc_id          = aws_vpc.this.id
  traffic_type    = "ALL"
  log_destination = aws_cloudwatch_log_group.flow.arn
  iam_role_arn    = aws_iam_role.flow.arn

  tags = { Name = var.name }

  # A flow log made before its role may write stays in "Access error", and nobody is told.
  depends_on = [aws_iam_role_policy.flow]
}
