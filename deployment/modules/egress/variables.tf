variable "name" {
  description = "Prefix of every name."
  type        = string
}

variable "vpc_id" {
  description = "VPC that gets a way to the Internet."
  type        = string
}

variable "cidr_block" {
  description = "IPv4 range of that VPC."
  type        = string
}

variable "availability_zones" {
  description = "Zones to put a NAT gateway in, at most four."
  type        = list(string)
}

variable "private_route_table_ids" {
  description = "Route tables that get a default route to their zone's NAT gateway, by zone."
  type        = map(string)
}
