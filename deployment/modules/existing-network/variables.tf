variable "account_id" {
  description = "Account of the stack; what another account shares has limits."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets somebody else manages."
  type        = list(string)
}

variable "security_group_ids" {
  description = "Security groups the functions must use; empty where one is made."
  type        = list(string)
}

variable "shared_endpoint_ids" {
  description = "Endpoints that exist already, by service."
  type        = map(string)
}

variable "created_services" {
  description = "Services an endpoint is made for in these subnets."
  type        = set(string)
}

variable "private_dns" {
  description = "Whether the endpoints made here have private DNS."
  type        = bool
}

variable "is_private" {
  description = "Whether the API is PRIVATE."
  type        = bool
}

variable "api_private_dns_vpc_ids" {
  description = "VPCs that get zones for the API's host names."
  type        = list(string)
}
