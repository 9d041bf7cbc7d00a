variable "name" {
  description = "Name of the stack, for the zones' comments."
  type        = string
}

variable "hosts" {
  description = "The API's host names, by what they are for."
  type        = map(string)
}

variable "vpc_ids" {
  description = "VPCs whose resolvers answer from the zones."
  type        = list(string)
}

variable "endpoint_dns" {
  description = "DNS name and hosted zone of the appsync-api endpoint."
  type = object({
    dns_name       = string
    hosted_zone_id = string
  })
}
