variable "name" {
  description = "Prefix of every name."
  type        = string
}

variable "vpc_id" {
  description = "VPC the endpoints are placed in."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets the endpoints are placed in, one per zone."
  type        = list(string)
}

variable "subnet_zones" {
  description = "Zones of those subnets."
  type        = set(string)
}

variable "services" {
  description = "Endpoints to make, by short name (appsync-api, bedrock-runtime, sns): its full name, its zones and the endpoint policy."
  type = map(object({
    service_name = string
    zones        = set(string)
    policy       = string
  }))
}

variable "private_dns" {
  description = "Whether the services' ordinary host names resolve to the endpoints inside the VPC."
  type        = bool
}

variable "function_security_group_ids" {
  description = "Security groups of the functions, admitted to every endpoint."
  type        = list(string)
}

variable "client_cidr_blocks" {
  description = "IPv4 ranges of the readers, admitted to appsync-api; empty where that endpoint is not made here."
  type        = list(string)
}
