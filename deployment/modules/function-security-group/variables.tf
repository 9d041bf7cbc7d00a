variable "name" {
  description = "Prefix of the group's name."
  type        = string
}

variable "vpc_id" {
  description = "VPC of the functions."
  type        = string
}

variable "endpoint_security_group_ids" {
  description = "Security groups of the endpoints the functions call, by service."
  type        = map(string)
}

variable "internet_egress" {
  description = "Whether the API is GLOBAL, so that answers go out by NAT."
  type        = bool
}
