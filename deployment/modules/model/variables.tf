variable "model_id" {
  description = "Model id, inference profile id or ARN the orchestrator calls."
  type        = string
}

variable "application_profile_model_id" {
  description = "What an application inference profile was made from, or null."
  type        = string
}

variable "destination_regions" {
  description = "Regions a geographic profile may route to; empty for the documented list."
  type        = list(string)
}

variable "guardrail_id" {
  description = "Id or ARN of a guardrail, or null."
  type        = string
}

variable "guardrail_profile_id" {
  description = "Guardrail profile of a guardrail that uses cross-Region inference, or null."
  type        = string
}

variable "partition" {
  description = "AWS partition, such as aws."
  type        = string
}

variable "region" {
  description = "Region the orchestrator calls."
  type        = string
}

variable "account_id" {
  description = "Account of the profiles."
  type        = string
}
