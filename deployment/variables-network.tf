# Holds every variable whose name begins with api_private_dns_, appsync_api_, availability_zone_, bedrock_runtime_, client_cidr_, create_nat_, endpoint_,
# lambda_vpc_, sns_ or vpc_: where the functions run and how the private API is reached.

variable "vpc_cidr_block" {
  description = <<-TEXT
    Address range of the VPC this stack makes, /16 to /24. Choose one your clients' networks can route to.
    Unused when lambda_vpc_subnet_id_list names existing subnets.
  TEXT
  type        = string
  default     = "10.64.0.0/20"
  nullable    = false

  validation {
    condition = can(cidrnetmask(var.vpc_cidr_block)) && try(
      tonumber(split("/", var.vpc_cidr_block)[1]) >= 16 && tonumber(split("/", var.vpc_cidr_block)[1]) <= 24, false
    )
    error_message = "vpc_cidr_block must be an IPv4 range between /16 and /24, such as 10.64.0.0/20."
  }
  validation {
    condition     = try(var.vpc_cidr_block == cidrsubnet(var.vpc_cidr_block, 0, 0), false)
    error_message = "vpc_cidr_block must be a network address, without host bits: 10.64.0.0/20, not 10.64.0.1/20."
  }
  validation {
    condition = anytrue([
      for range in local.private_ranges : try(
        cidrsubnet("${cidrhost(var.vpc_cidr_block, 0)}/${split("/", range)[1]}", 0, 0) == range,
        false
      )
    ])
    error_message = "vpc_cidr_block must lie in a private range: ${join(", ", local.private_ranges)}."
  }
}

variable "availability_zone_list" {
  description = "Zones of the VPC this stack makes, two to four. Empty: the first two, by name, in which AWS offers every endpoint service needed."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = length(var.availability_zone_list) == 0 || (
      length(var.availability_zone_list) >= 2 && length(var.availability_zone_list) <= 4
      && length(toset(var.availability_zone_list)) == length(var.availability_zone_list)
    )
    error_message = "availability_zone_list must be empty or name two to four different zones."
  }
  validation {
    condition     = alltrue([for zone in var.availability_zone_list : can(regex("^${var.region}[a-z]$", zone))])
    error_message = "availability_zone_list must hold zones of ${var.region} by name, such as ${var.region}a."
  }
  validation {
    condition     = length(var.availability_zone_list) == 0 || length(var.lambda_vpc_subnet_id_list) == 0
    error_message = "availability_zone_list belongs to the VPC made here: the subnets in lambda_vpc_subnet_id_list have their zones. Remove one of the two."
  }
}

variable "lambda_vpc_subnet_id_list" {
  description = "Existing private subnets for functions and endpoints, in at least two zones. Empty: a VPC is made."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(var.lambda_vpc_subnet_id_list) != 1 && alltrue([for id in var.lambda_vpc_subnet_id_list : can(regex("^subnet-[0-9a-f]+$", id))])
    error_message = "lambda_vpc_subnet_id_list must be empty or hold at least two subnet ids (subnet-…), one per zone."
  }
  validation {
    condition     = length(distinct(var.lambda_vpc_subnet_id_list)) == length(var.lambda_vpc_subnet_id_list)
    error_message = "lambda_vpc_subnet_id_list must name every subnet once."
  }
}

variable "lambda_vpc_sg_id_list" {
  description = "Existing security groups for the functions; they must allow TCP 443 to the endpoints. Empty: one is made that allows nothing else."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.lambda_vpc_sg_id_list : can(regex("^sg-[0-9a-f]+$", id))])
    error_message = "lambda_vpc_sg_id_list must hold security group ids (sg-…)."
  }
  validation {
    condition     = length(distinct(var.lambda_vpc_sg_id_list)) == length(var.lambda_vpc_sg_id_list) && length(var.lambda_vpc_sg_id_list) <= 5
    error_message = "lambda_vpc_sg_id_list must name every security group once, and at most five: Lambda takes no more."
  }
  validation {
    condition = length(var.lambda_vpc_sg_id_list) > 0 || alltrue([
      for id in [var.bedrock_runtime_vpc_endpoint_id, var.sns_vpc_endpoint_id, var.appsync_api_vpc_endpoint_id] : id == null
    ])
    error_message = "lambda_vpc_sg_id_list is required with a shared endpoint (*_vpc_endpoint_id): name the security groups that endpoint admits."
  }
  validation {
    condition     = length(var.lambda_vpc_sg_id_list) == 0 || length(var.lambda_vpc_subnet_id_list) > 0
    error_message = "lambda_vpc_sg_id_list belongs to an existing VPC: name its subnets in lambda_vpc_subnet_id_list too, or leave both out."
  }
}

variable "client_cidr_blocks" {
  description = <<-TEXT
    IPv4 ranges browsers come from (VPN, Direct Connect, office), admitted to the appsync-api endpoint on TCP 443. Only with PRIVATE.
  TEXT
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for range in var.client_cidr_blocks : can(cidrnetmask(range)) && try(tonumber(split("/", range)[1]) >= 8, false)])
    error_message = "client_cidr_blocks must hold IPv4 ranges of /8 or smaller, such as 10.20.0.0/16: name the networks your readers are in."
  }
  validation {
    condition     = alltrue([for range in var.client_cidr_blocks : try(range == cidrsubnet(range, 0, 0), false)])
    error_message = "client_cidr_blocks must hold network addresses, without host bits: 10.20.0.0/16, not 10.20.0.1/16."
  }
  validation {
    # Two ranges overlap where they are the same at the shorter of their masks.
    condition = alltrue(flatten([
      for left, one in var.client_cidr_blocks : [
        for right, other in var.client_cidr_blocks : left >= right || try(
          cidrsubnet("${cidrhost(one, 0)}/${min(split("/", one)[1], split("/", other)[1])}", 0, 0)
          != cidrsubnet("${cidrhost(other, 0)}/${min(split("/", one)[1], split("/", other)[1])}", 0, 0),
          true
        )
      ]
    ]))
    error_message = "client_cidr_blocks must not overlap each other: leave out the ranges that lie in another one."
  }
  validation {
    condition     = length(var.lambda_vpc_subnet_id_list) > 0 || !contains(var.client_cidr_blocks, var.vpc_cidr_block)
    error_message = "client_cidr_blocks must not name the whole VPC made here (vpc_cidr_block): name the networks or subnets readers come from."
  }
  validation {
    condition     = length(var.lambda_vpc_subnet_id_list) > 0 || length(var.client_cidr_blocks) <= (var.client_cidr_dns ? 6 : 18)
    error_message = <<-TEXT
      client_cidr_blocks must hold at most 6 ranges in a VPC made here, or 18 with client_cidr_dns = false: its network ACL has room for 20 rules.
      Join neighbouring ranges.
    TEXT
  }
  validation {
    condition     = var.appsync_visibility == "PRIVATE" || length(var.client_cidr_blocks) == 0
    error_message = <<-TEXT
      client_cidr_blocks opens the appsync-api endpoint, which a GLOBAL API does not have: remove it, or set appsync_visibility = "PRIVATE".
    TEXT
  }
  validation {
    condition     = var.appsync_api_vpc_endpoint_id == null || length(var.client_cidr_blocks) == 0
    error_message = <<-TEXT
      client_cidr_blocks cannot be applied to the shared endpoint in appsync_api_vpc_endpoint_id: open that endpoint's own security group, and
      remove client_cidr_blocks.
    TEXT
  }
}

variable "client_cidr_dns" {
  description = <<-TEXT
    Whether the network ACL of a VPC made here also lets client_cidr_blocks ask DNS: a Route 53 Resolver inbound endpoint that you add
    (docs/deployment.md). False makes room for more ranges where names are resolved elsewhere.
  TEXT
  type        = bool
  default     = true
  nullable    = false
}

variable "create_nat_gateway" {
  description = <<-TEXT
    Gives the VPC this stack makes public subnets, an Internet gateway and one NAT gateway per zone. Needed with GLOBAL, where the orchestrator
    publishes over the Internet; refused with PRIVATE.
  TEXT
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !(var.create_nat_gateway && var.appsync_visibility == "PRIVATE")
    error_message = "create_nat_gateway opens a way to the Internet that a PRIVATE API does not need: set it to false, or set appsync_visibility = \"GLOBAL\"."
  }
  validation {
    condition     = !(var.create_nat_gateway && length(var.lambda_vpc_subnet_id_list) > 0)
    error_message = <<-TEXT
      create_nat_gateway works only in the VPC this stack makes: set it to false and give the subnets in lambda_vpc_subnet_id_list a NAT route of
      your own.
    TEXT
  }
  validation {
    condition     = !(var.appsync_visibility == "GLOBAL" && !var.create_nat_gateway && length(var.lambda_vpc_subnet_id_list) == 0)
    error_message = <<-TEXT
      appsync_visibility = "GLOBAL" needs a NAT path, because the appsync-api endpoint cannot reach a public API: set create_nat_gateway = true,
      or name subnets that have one in lambda_vpc_subnet_id_list.
    TEXT
  }
}

variable "bedrock_runtime_vpc_endpoint_id" {
  description = "Existing interface endpoint for bedrock-runtime in the VPC of lambda_vpc_subnet_id_list. Null: one is made."
  type        = string
  default     = null

  validation {
    condition = var.bedrock_runtime_vpc_endpoint_id == null ? true : (
      can(regex("^vpce-[0-9a-f]+$", var.bedrock_runtime_vpc_endpoint_id)) && length(var.lambda_vpc_subnet_id_list) > 0
    )
    error_message = "bedrock_runtime_vpc_endpoint_id must be an endpoint id (vpce-…) in the VPC whose subnets lambda_vpc_subnet_id_list names."
  }
}

variable "sns_vpc_endpoint_id" {
  description = "Existing interface endpoint for sns in the VPC of lambda_vpc_subnet_id_list. Null: one is made."
  type        = string
  default     = null

  validation {
    condition = var.sns_vpc_endpoint_id == null ? true : (
      can(regex("^vpce-[0-9a-f]+$", var.sns_vpc_endpoint_id)) && length(var.lambda_vpc_subnet_id_list) > 0
    )
    error_message = "sns_vpc_endpoint_id must be an endpoint id (vpce-…) in the VPC whose subnets lambda_vpc_subnet_id_list names."
  }
}

variable "appsync_api_vpc_endpoint_id" {
  description = <<-TEXT
    Existing interface endpoint for appsync-api (not appsync, the control plane). It may stand in another VPC this one is connected to; then
    api_private_dns_vpc_id_list must hold the functions' VPC. Null: one is made.
  TEXT
  type        = string
  default     = null

  validation {
    condition = var.appsync_api_vpc_endpoint_id == null ? true : (
      can(regex("^vpce-[0-9a-f]+$", var.appsync_api_vpc_endpoint_id)) && length(var.lambda_vpc_subnet_id_list) > 0
    )
    error_message = <<-TEXT
      appsync_api_vpc_endpoint_id must be an endpoint id (vpce-…) that the subnets in lambda_vpc_subnet_id_list can reach; name those subnets too.
    TEXT
  }
  validation {
    condition     = var.appsync_api_vpc_endpoint_id == null || var.appsync_visibility == "PRIVATE"
    error_message = "appsync_api_vpc_endpoint_id cannot serve a GLOBAL API: remove it, or set appsync_visibility = \"PRIVATE\"."
  }
}

variable "endpoint_private_dns" {
  description = <<-TEXT
    Private DNS of the endpoints made here, so that the services' ordinary host names lead to them. False only where the names are resolved
    elsewhere, by Route 53 zones of your own: one VPC has room for one endpoint per service with private DNS.
  TEXT
  type        = bool
  default     = true
  nullable    = false
}

variable "api_private_dns_vpc_id_list" {
  description = <<-TEXT
    VPCs in which both API host names shall resolve to the appsync-api endpoint by private Route 53 zones: peered and hub VPCs, VPCs behind a
    resolver, never one whose endpoint has private DNS on. Empty: no zones.
  TEXT
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = length(distinct(var.api_private_dns_vpc_id_list)) == length(var.api_private_dns_vpc_id_list) && alltrue([
      for id in var.api_private_dns_vpc_id_list : can(regex("^vpc-[0-9a-f]+$", id))
    ])
    error_message = "api_private_dns_vpc_id_list must hold VPC ids (vpc-…), each once."
  }
  validation {
    condition     = length(var.api_private_dns_vpc_id_list) == 0 || var.appsync_visibility == "PRIVATE"
    error_message = <<-TEXT
      api_private_dns_vpc_id_list leads to the appsync-api endpoint, which a GLOBAL API does not have: remove it, or set appsync_visibility =
      "PRIVATE".
    TEXT
  }
}
