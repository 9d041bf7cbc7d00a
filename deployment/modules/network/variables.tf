variable "name" {
  description = "Name of the VPC and prefix of everything in it."
  type        = string
}

variable "partition" {
  description = "AWS partition, such as aws."
  type        = string
}

variable "region" {
  description = "Region of the VPC."
  type        = string
}

variable "account_id" {
  description = "Account of the VPC."
  type        = string
}

variable "cidr_block" {
  description = "IPv4 range of the VPC; each subnet takes an eighth of it."
  type        = string
}

variable "availability_zones" {
  description = "Zones to put a private subnet in, two to four: the other eighths are left for public subnets."
  type        = list(string)
}

variable "usable_zones" {
  description = "Zones that offer Lambda and every endpoint service the stack needs; the subnets' zones must be among them."
  type        = list(string)
}

variable "client_cidr_blocks" {
  description = "IPv4 ranges of the readers."
  type        = list(string)
}

variable "has_egress" {
  description = "Whether the VPC gets a way to the Internet (modules/egress)."
  type        = bool
}

variable "kms_key_arn" {
  description = "Key of the flow logs' group."
  type        = string
}

variable "log_retention_days" {
  description = "Days the flow logs are kept."
  type        = number
}

variable "permissions_boundary_arn" {
  description = "Permissions boundary of the flow logs' role, or null."
  type        = string
}

variable "client_cidr_dns" {
  description = "Whether the network ACL lets those ranges ask DNS as well."
  type        = bool
}
