# The security group of both functions: out to the endpoints on TCP 443 and nowhere else; in from nowhere, as nothing ever connects to a function.

resource "aws_security_group" "this" {
  #checkov:skip=CKV2_AWS_5:It is attached to both functions in another module, which a scan of one module cannot see.
  name        = "${var.name}-functions"
  description = "Functions of ${var.name}: HTTPS to the endpoints only."
  vpc_id      = var.vpc_id

  tags = { Name = "${var.name}-functions" }

  # Lambda gives its network interfaces back 20 to 60 minutes after the functions are gone.
  timeouts {
    delete = "70m"
  }
}

resource "aws_vpc_security_group_egress_rule" "endpoint" {
  # Where the Internet is open on 443 the endpoints' addresses are within it, and a rule for each would admit nothing more.
  for_each = var.internet_egress ? {} : var.endpoint_security_group_ids

  security_group_id            = aws_security_group.this.id
  description                  = "HTTPS to the ${each.key} endpoint."
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = each.value
}

# Only for a GLOBAL API. AWS publishes no prefix list for AppSync, so there is no narrower target.
resource "aws_vpc_security_group_egress_rule" "internet" {
  count = var.internet_egress ? 1 : 0

  security_group_id = aws_security_group.this.id
  description       = "HTTPS to the GLOBAL AppSync API by way of NAT."
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}
