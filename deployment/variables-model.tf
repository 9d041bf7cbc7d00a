# Holds every variable whose name begins with application_profile_, guardrail_, max_output_, model_, system_, temperature or top_p:
# which model answers, and how it is asked.

variable "model_id" {
  description = <<-TEXT
    Which model answers; permissions are derived from it alone. Where questions are processed follows from the form:
    a model id (amazon.nova-micro-v1:0) stays in this Region; a geographic profile (us., eu., apac., jp., au., us-gov.) may be served by any Region of
    that geography, apac. including the Middle East; a global profile (global.) by any commercial Region, so not where data must stay in one place.
    An ARN of a foundation model, an inference profile, an application inference profile (name application_profile_model_id too) or provisioned
    throughput is accepted as well. The default needs no marketplace subscription.
  TEXT
  type        = string
  default     = "us.amazon.nova-2-lite-v1:0"
  nullable    = false

  validation {
    condition = can(regex("^([a-z-]+\\.)?[a-z0-9-]+\\.[a-zA-Z0-9._-]+(:[0-9a-z]+)*$", var.model_id)) || can(regex(
      "^arn:aws[a-z-]*:bedrock:[a-z0-9-]+:[0-9]*:(foundation-model|inference-profile|application-inference-profile|provisioned-model)/[a-zA-Z0-9._:-]+$",
      var.model_id
    ))
    error_message = <<-TEXT
      model_id must be a model id, an inference profile id or an ARN of a foundation-model, inference-profile,
      application-inference-profile or provisioned-model.
    TEXT
  }
}

variable "application_profile_model_id" {
  description = <<-TEXT
    The model id or system inference profile id that the application inference profile in model_id was made from;
    permissions need the models behind it and its ARN does not tell them. Null for every other form of model_id.
  TEXT
  type        = string
  default     = null

  validation {
    condition     = strcontains(var.model_id, ":application-inference-profile/") == (var.application_profile_model_id != null)
    error_message = "application_profile_model_id is required when model_id is an application-inference-profile ARN, and must be left out otherwise."
  }
  validation {
    condition = var.application_profile_model_id == null ? true : can(regex(
      "^([a-z-]+\\.)?[a-z0-9-]+\\.[a-zA-Z0-9._-]+(:[0-9a-z]+)*$", var.application_profile_model_id
    ))
    error_message = "application_profile_model_id must be a model id or a system inference profile id, such as us.amazon.nova-2-lite-v1:0."
  }
}

variable "model_destination_region_list" {
  description = <<-TEXT
    Regions a geographic profile may route to, where AWS has changed the documented list (modules/model/geographies.tf) or added a geography.
    Empty: use the documented list.
  TEXT
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for region in var.model_destination_region_list : can(regex(local.region_pattern, region))])
    error_message = "model_destination_region_list must hold Region codes such as us-east-1."
  }
}

variable "model_features" {
  description = <<-TEXT
    What the model can do, where modules/model/families.json is wrong about it or does not know it; what is left out is taken from there.
    accepts_system_prompt, streams, accepts_temperature_with_top_p, needs_profile (it cannot be called by its own id) and max_output_tokens.
  TEXT
  type = object({
    accepts_system_prompt          = optional(bool)
    streams                        = optional(bool)
    accepts_temperature_with_top_p = optional(bool)
    needs_profile                  = optional(bool)
    max_output_tokens              = optional(number)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.model_features.max_output_tokens == null ? true : try(var.model_features.max_output_tokens >= 1, false)
    error_message = "model_features.max_output_tokens must be at least 1."
  }
}

variable "guardrail_id" {
  description = "Id or ARN of a Bedrock guardrail every answer passes; null for none."
  type        = string
  default     = null

  validation {
    condition = var.guardrail_id == null ? true : can(regex(
      "^([a-z0-9]{1,64}|arn:aws[a-z-]*:bedrock:[a-z0-9-]+:[0-9]{12}:guardrail/[a-z0-9]+)$", var.guardrail_id
    ))
    error_message = "guardrail_id must be a guardrail's id (lower-case letters and digits) or ARN."
  }
  validation {
    condition     = var.guardrail_id == null ? true : !startswith(var.guardrail_id, "arn:") || try(split(":", var.guardrail_id)[3], "") == var.region
    error_message = "guardrail_id must name a guardrail of ${var.region}: the orchestrator calls Bedrock in its own Region."
  }
}

variable "guardrail_version" {
  description = "Version of the guardrail: a number, or DRAFT. Required with guardrail_id."
  type        = string
  default     = null

  validation {
    condition     = (var.guardrail_id == null) == (var.guardrail_version == null)
    error_message = "guardrail_version and guardrail_id come together: set both or neither."
  }
  validation {
    condition     = var.guardrail_version == null ? true : can(regex("^([1-9][0-9]{0,7}|DRAFT)$", var.guardrail_version))
    error_message = "guardrail_version must be a number or DRAFT."
  }
}

variable "guardrail_stream_mode" {
  description = <<-TEXT
    sync: text is held back until it is checked, the first token comes later.
    async: text is shown at once, may be seen before it is blocked, and personal data cannot be masked.
  TEXT
  type        = string
  default     = "sync"
  nullable    = false

  validation {
    condition     = contains(["sync", "async"], var.guardrail_stream_mode)
    error_message = "guardrail_stream_mode must be sync or async."
  }
}

variable "guardrail_profile_id" {
  description = "Guardrail profile such as us.guardrail.v1:0, where the guardrail uses cross-Region inference; null otherwise."
  type        = string
  default     = null

  validation {
    condition = var.guardrail_profile_id == null ? true : var.guardrail_id != null && can(regex(
      "^[a-z-]+\\.guardrail\\.v[0-9]+:[0-9]+$", var.guardrail_profile_id
    ))
    error_message = "guardrail_profile_id must look like us.guardrail.v1:0 and needs guardrail_id."
  }
}

variable "system_prompt" {
  description = <<-TEXT
    Instruction the model receives before every question; null for none.
    It is stored in Terraform's state and in the function's encrypted environment, which holds 4,096 bytes in all.
  TEXT
  type        = string
  default     = null

  validation {
    condition     = var.system_prompt == null ? true : length(var.system_prompt) <= 2000
    error_message = "system_prompt must be at most 2,000 characters: the function's environment holds 4 KB in all."
  }
  validation {
    condition     = var.system_prompt == null ? true : length(regexall("^[\\s\\p{Z}\\p{C}]*$", var.system_prompt)) == 0
    error_message = "system_prompt must hold text: Bedrock refuses a blank one. Leave it out for none."
  }
  validation {
    condition     = var.system_prompt == null ? true : length(regexall("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f]", var.system_prompt)) == 0
    error_message = "system_prompt must hold no control characters but tabs and line breaks."
  }
}

variable "max_output_tokens" {
  description = "Longest answer in tokens. Bedrock reserves quota from it at the start of every answer."
  type        = number
  default     = 2048
  nullable    = false

  validation {
    condition = (
      floor(var.max_output_tokens) == var.max_output_tokens
      && var.max_output_tokens >= local.ranges.max_output_tokens.least && var.max_output_tokens <= local.ranges.max_output_tokens.most
    )
    error_message = "max_output_tokens must be ${local.range_texts.max_output_tokens}."
  }
}

variable "temperature" {
  description = "Randomness of the answer; null leaves it to the model."
  type        = number
  default     = null

  validation {
    condition = var.temperature == null ? true : (
      var.temperature >= local.ranges.temperature.least && var.temperature <= local.ranges.temperature.most
    )
    error_message = "temperature must be ${local.range_texts.temperature}."
  }
}

variable "top_p" {
  description = "Share of probability the next token is drawn from; null leaves it to the model."
  type        = number
  default     = null

  validation {
    condition     = var.top_p == null ? true : var.top_p >= local.ranges.top_p.least && var.top_p <= local.ranges.top_p.most
    error_message = "top_p must be ${local.range_texts.top_p}."
  }
}
