variable "name" {
  description = "Name of the web ACL and prefix of its metrics."
  type        = string
}

variable "api_arn" {
  description = "The API to stand in front of."
  type        = string
}

variable "rate_limit" {
  description = "Requests per five minutes after which one address is blocked."
  type        = number
}

variable "partition" {
  description = "AWS partition, such as aws."
  type        = string
}

variable "region" {
  description = "Region of the API."
  type        = string
}

variable "account_id" {
  description = "Account of the API."
  type        = string
}

variable "kms_key_arn" {
  description = "Key of the WAF's log group."
  type        = string
}

variable "log_retention_days" {
  description = "Days the WAF's log is kept."
  type        = number
}
