variable "name" {
  description = "Name of the API and prefix of its roles."
  type        = string
}

variable "visibility" {
  description = "PRIVATE or GLOBAL; fixed at creation."
  type        = string
}

variable "oidc" {
  description = "Issuer and client id readers' tokens must carry; null where readers use an API key."
  type = object({
    issuer    = string
    client_id = string
  })
}

variable "schema" {
  description = "The GraphQL schema, with the directive of the readers' way in."
  type        = string
}

variable "resolvers" {
  description = "APPSYNC_JS code by Type.field."
  type        = map(string)
}

variable "function_arn" {
  description = "The function behind Query.getLlmResponse."
  type        = string
}

variable "account_id" {
  description = "Account of the API."
  type        = string
}

variable "kms_key_arn" {
  description = "Key of the API's log group."
  type        = string
}

variable "log_retention_days" {
  description = "Days the API's log is kept."
  type        = number
}

variable "permissions_boundary_arn" {
  description = "Permissions boundary of the API's roles, or null."
  type        = string
}
