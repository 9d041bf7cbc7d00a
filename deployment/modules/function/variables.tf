variable "name" {
  description = "Name of the function, its role and, behind /aws/lambda/, its log group."
  type        = string
}

variable "description" {
  description = "What the function does, for whoever finds it in the console."
  type        = string
}

variable "partition" {
  description = "AWS partition, such as aws."
  type        = string
}

variable "region" {
  description = "Region of the function."
  type        = string
}

variable "account_id" {
  description = "Account of the function."
  type        = string
}

variable "artifact" {
  description = "The zip: local directory, name without .zip, and the bucket and key prefix it is deployed from."
  type = object({
    directory  = string
    name       = string
    bucket     = string
    key_prefix = string
  })
}

variable "architecture" {
  description = "x86_64 or arm64."
  type        = string
}

variable "memory_mb" {
  description = "Memory in MB."
  type        = number
}

variable "timeout_seconds" {
  description = "Longest run in seconds."
  type        = number
}

variable "reserved_concurrency" {
  description = "Concurrent runs kept for the function and never exceeded; -1 for none."
  type        = number
}

variable "environment" {
  description = "Environment of the function; encrypted with kms_key_arn."
  type        = map(string)
}

variable "policy" {
  description = "IAM policy, as JSON, of what this function does: the file policies/<function>.json.tftpl."
  type        = string
}

variable "network" {
  description = "Subnets and security groups the function is attached to."
  type = object({
    subnet_ids         = list(string)
    security_group_ids = list(string)
  })
}

variable "kms_key_arn" {
  description = "Key of environment, log group and zip."
  type        = string
}

variable "log_level" {
  description = "Lowest level the function logs."
  type        = string
}

variable "log_retention_days" {
  description = "Days the log is kept."
  type        = number
}

variable "on_failure_queue_arn" {
  description = "Queue that receives events the function failed on; null where nobody invokes it asynchronously."
  type        = string
}

variable "permissions_boundary_arn" {
  description = "Permissions boundary of the role, or null."
  type        = string
}

variable "code_signing_config_arn" {
  description = "Code signing configuration the zip must satisfy, or null."
  type        = string
}
