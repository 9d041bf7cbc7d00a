# Where the functions run and how the private API is reached.

variable "vpc_cidr_block" {
  description = "Address range of the VPC this stack makes, /16 to /24. Choose one your clients' networks can route to. Unused when lambda_vpc_subnet_id_list names existing subnets."
  type        = string
  default     = "10.64.0.0/20"
  nullable    = false

  validation {
    condition     = can(cidrnetmask(var.vpc_cidr_block)) && try(tonumber(split("/", var.vpc_cidr_block)[1]) >= 16 && tonumber(split("/", var.vpc_cidr_block)[1]) <= 24, false)
    error_message = "vpc_cidr_block must be an IPv4 range between /16 and /24, such as 10.64.0.0/20."
  }
}

variable "availability_zone_list" {
  description = "Zones of the VPC this stack makes, two to four. Empty: the first two, by name, in which AWS offers every endpoint service needed."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(var.availability_zone_list) == 0 || length(toset(var.availability_zone_list)) >= 2 && length(var.availability_zone_list) <= 4
    error_message = "availability_zone_list must be empty or name two to four different zones."
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
    condition     = length(var.lambda_vpc_sg_id_list) > 0 || alltrue([for id in [var.bedrock_runtime_vpc_endpoint_id, var.sns_vpc_endpoint_id, var.appsync_api_vpc_endpoint_id] : id == null])
    error_message = "lambda_vpc_sg_id_list is required with a shared endpoint (*_vpc_endpoint_id): name the security groups that endpoint admits."
  }
  validation {
    condition     = length(var.lambda_vpc_sg_id_list) == 0 || length(var.lambda_vpc_subnet_id_list) > 0
    error_message = "lambda_vpc_sg_id_list belongs to an existing VPC: name its subnets in lambda_vpc_subnet_id_list too, or leave both out."
  }
}

variable "client_cidr_blocks" {
  description = "IPv4 ranges browsers come from (VPN, Direct Connect, office), admitted to the appsync-api endpoint on TCP 443. Only with PRIVATE."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for range in var.client_cidr_blocks : can(cidrnetmask(range)) && try(tonumber(split("/", range)[1]) >= 8, false)])
    error_message = "client_cidr_blocks must hold IPv4 ranges of /8 or smaller, such as 10.20.0.0/16: name the networks your readers are in."
  }
  validation {
    condition     = length(var.client_cidr_blocks) <= 18 || length(var.lambda_vpc_subnet_id_list) > 0
    error_message = "client_cidr_blocks must hold at most 18 ranges in a VPC made here: its network ACL has room for 20 rules. Join neighbouring ranges."
  }
  validation {
    condition     = var.appsync_visibility == "PRIVATE" || length(var.client_cidr_blocks) == 0
    error_message = "client_cidr_blocks opens the appsync-api endpoint, which a GLOBAL API does not have: remove it, or set appsync_visibility = \"PRIVATE\"."
  }
  validation {
    condition     = var.appsync_api_vpc_endpoint_id == null || length(var.client_cidr_blocks) == 0
    error_message = "client_cidr_blocks cannot be applied to the shared endpoint in appsync_api_vpc_endpoint_id: open that endpoint's own security group, and remove client_cidr_blocks."
  }
}

variable "create_nat_gateway" {
  description = "Gives the VPC this stack makes public subnets, an Internet gateway and one NAT gateway per zone. Needed with GLOBAL, where the orchestrator publishes over the Internet; refused with PRIVATE."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !(var.create_nat_gateway && var.appsync_visibility == "PRIVATE")
    error_message = "create_nat_gateway opens a way to the Internet that a PRIVATE API does not need: set it to false, or set appsync_visibility = \"GLOBAL\"."
  }
  validation {
    condition     = !(var.create_nat_gateway && length(var.lambda_vpc_subnet_id_list) > 0)
    error_message = "create_nat_gateway works only in the VPC this stack makes: set it to false and give the subnets in lambda_vpc_subnet_id_list a NAT route of your own."
  }
  validation {
    condition     = !(var.appsync_visibility == "GLOBAL" && !var.create_nat_gateway && length(var.lambda_vpc_subnet_id_list) == 0)
    error_message = "appsync_visibility = \"GLOBAL\" needs a NAT path, because the appsync-api endpoint cannot reach a public API: set create_nat_gateway = true, or name subnets that have one in lambda_vpc_subnet_id_list."
  }
}

variable "bedrock_runtime_vpc_endpoint_id" {
  description = "Existing interface endpoint for bedrock-runtime in the VPC of lambda_vpc_subnet_id_list. Null: one is made."
  type        = string
  default     = null

  validation {
    condition     = var.bedrock_runtime_vpc_endpoint_id == null ? true : can(regex("^vpce-[0-9a-f]+$", var.bedrock_runtime_vpc_endpoint_id)) && length(var.lambda_vpc_subnet_id_list) > 0
    error_message = "bedrock_runtime_vpc_endpoint_id must be an endpoint id (vpce-…) in the VPC whose subnets lambda_vpc_subnet_id_list names."
  }
}

variable "sns_vpc_endpoint_id" {
  description = "Existing interface endpoint for sns in the VPC of lambda_vpc_subnet_id_list. Null: one is made."
  type        = string
  default     = null

  validation {
    condition     = var.sns_vpc_endpoint_id == null ? true : can(regex("^vpce-[0-9a-f]+$", var.sns_vpc_endpoint_id)) && length(var.lambda_vpc_subnet_id_list) > 0
    error_message = "sns_vpc_endpoint_id must be an endpoint id (vpce-…) in the VPC whose subnets lambda_vpc_subnet_id_list names."
  }
}

variable "appsync_api_vpc_endpoint_id" {
  description = "Existing interface endpoint for appsync-api (not appsync, the control plane). It may stand in another VPC this one is connected to; then api_private_dns_vpc_id_list must hold the functions' VPC. Null: one is made."
  type        = string
  default     = null

  validation {
    condition     = var.appsync_api_vpc_endpoint_id == null ? true : can(regex("^vpce-[0-9a-f]+$", var.appsync_api_vpc_endpoint_id)) && length(var.lambda_vpc_subnet_id_list) > 0
    error_message = "appsync_api_vpc_endpoint_id must be an endpoint id (vpce-…) that the subnets in lambda_vpc_subnet_id_list can reach; name those subnets too."
  }
  validation {
    condition     = var.appsync_api_vpc_endpoint_id == null || var.appsync_visibility == "PRIVATE"
    error_message = "appsync_api_vpc_endpoint_id cannot serve a GLOBAL API: remove it, or set appsync_visibility = \"PRIVATE\"."
  }
}

variable "endpoint_private_dns" {
  description = "Private DNS of the endpoints made here, so that the services' ordinary host names lead to them. False only where the names are resolved elsewhere, by Route 53 zones of your own: one VPC has room for one endpoint per service with private DNS."
  type        = bool
  default     = true
  nullable    = false
}

variable "api_private_dns_vpc_id_list" {
  description = "VPCs in which both API host names shall resolve to the appsync-api endpoint by private Route 53 zones: peered and hub VPCs, VPCs behind a resolver, never one whose endpoint has private DNS on. Empty: no zones."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.api_private_dns_vpc_id_list : can(regex("^vpc-[0-9a-f]+$", id))])
    error_message = "api_private_dns_vpc_id_list must hold VPC ids (vpc-…)."
  }
  validation {
    condition     = length(var.api_private_dns_vpc_id_list) == 0 || var.appsync_visibility == "PRIVATE"
    error_message = "api_private_dns_vpc_id_list leads to the appsync-api endpoint, which a GLOBAL API does not have: remove it, or set appsync_visibility = \"PRIVATE\"."
  }
}
