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

variable "features" {
  description = "What the model can do, where families.json is wrong about it or does not know it; what is null is taken from there."
  type = object({
    accepts_system_prompt          = optional(bool)
    streams                        = optional(bool)
    accepts_temperature_with_top_p = optional(bool)
    needs_profile                  = optional(bool)
    max_output_tokens              = optional(number)
  })
  default = {}
}

variable "request" {
  description = "What the orchestrator asks of the model besides an answer."
  type = object({
    has_system_prompt          = optional(bool, false)
    has_temperature_with_top_p = optional(bool, false)
    max_output_tokens          = optional(number, 1)
  })
  default = {}
}
