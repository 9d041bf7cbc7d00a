variable "name" {
  description = "Name of the function, its role and, behind /aws/lambda/, its log group."
  type        = string
}

variable "description" {
  description = "What the function does, for whoever finds it in the console."
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
  description = "Environment of the function; encrypted with the stack's key."
  type        = map(string)
}

variable "environment_stand_ins" {
  description = "Texts of the same length for what is in the environment but known only when AWS has made it, so that its size is known at plan."
  type        = map(string)
}

variable "policy" {
  description = "IAM policy, as JSON, of what this function does: the file policies/<function>.json.tftpl."
  type        = string
}

variable "on_failure_queue_arn" {
  description = "Queue that receives events the function failed on; null where nobody invokes it asynchronously."
  type        = string
}

variable "artifact_name" {
  description = "Name of the zip, without .zip."
  type        = string
}

variable "common" {
  description = "What both functions share: place, build, network, key, logs and limits; a null boundary or signing configuration is none."
  type = object({
    partition    = string
    region       = string
    account_id   = string
    artifacts    = object({ directory = string, bucket = string, key_prefix = string })
    architecture = string
    network = object({
      subnet_ids          = list(string)
      subnet_arns         = list(string)
      security_group_ids  = list(string)
      security_group_arns = list(string)
    })
    kms_key_arn              = string
    log_level                = string
    log_retention_days       = number
    permissions_boundary_arn = string
    code_signing_config_arn  = string
  })
}
