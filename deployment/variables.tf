# Every input of the stack but those of the network (variables-network.tf) and of the functions (variables-functions.tf). Flat on purpose: a tfvars file stays readable.

variable "region" {
  description = "AWS Region everything is created in, such as us-east-1."
  type        = string
  default     = "us-east-1"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region must be a Region code such as us-east-1."
  }
}

variable "environment" {
  description = "Prefix of every name; two stacks in one account and Region need two. At most 24 characters, so that the longest name (the bucket's, at most 63) still fits."
  type        = string
  default     = "bedrock-chat"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.environment)) && !strcontains(var.environment, "--")
    error_message = "environment must be 3 to 24 characters of a-z, 0-9 and single hyphens, start with a letter and not end with a hyphen."
  }
}

variable "tags" {
  description = "Tags added to everything that can carry one."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key in keys(var.tags) : !startswith(lower(key), "aws:")])
    error_message = "tags must not use keys that start with aws:, they are reserved."
  }
}

variable "appsync_visibility" {
  description = <<-TEXT
    Who can reach the API. PRIVATE: only through the appsync-api endpoint of a VPC; no byte leaves the private network.
    GLOBAL: from the Internet, behind a WAF. Its price: the appsync-api endpoint cannot reach a public API, so the orchestrator needs a NAT path and answers leave the VPC over TLS.
    AppSync fixes this at creation: changing it replaces the API, its hosts and its keys.
  TEXT
  type        = string
  default     = "PRIVATE"
  nullable    = false

  validation {
    condition     = contains(["PRIVATE", "GLOBAL"], var.appsync_visibility)
    error_message = "appsync_visibility must be PRIVATE or GLOBAL."
  }
}

variable "client_auth" {
  description = "How readers prove themselves. API_KEY: one shared key, the random session id is the only secret between two readers. OIDC: a token of oidc_issuer; a reader receives only what belongs to their own subject."
  type        = string
  default     = "API_KEY"
  nullable    = false

  validation {
    condition     = contains(["API_KEY", "OIDC"], var.client_auth)
    error_message = "client_auth must be API_KEY or OIDC."
  }
}

variable "oidc_issuer" {
  description = "Issuer URL exactly as the token's iss claim spells it, trailing slash included or not. AppSync reads its discovery document over the Internet: an issuer that resolves only inside a VPC does not work. Null under API_KEY."
  type        = string
  default     = null

  validation {
    condition     = (var.client_auth == "OIDC") == (var.oidc_issuer != null)
    error_message = "oidc_issuer is required with client_auth = \"OIDC\" and must be left out with \"API_KEY\"."
  }
  validation {
    condition     = var.oidc_issuer == null ? true : startswith(var.oidc_issuer, "https://")
    error_message = "oidc_issuer must start with https://."
  }
}

variable "oidc_client_id" {
  description = "Client id that tokens must carry in aud or azp. AppSync reads it as a regular expression (A|B admits two); without one, every client of the issuer would be let in. Null under API_KEY."
  type        = string
  default     = null

  validation {
    condition     = (var.client_auth == "OIDC") == (var.oidc_client_id != null)
    error_message = "oidc_client_id is required with client_auth = \"OIDC\" and must be left out with \"API_KEY\"."
  }
  validation {
    # No client is called that: a pattern that matches it would let every client in.
    condition     = var.oidc_client_id == null ? true : can(regexall(var.oidc_client_id, "")) && try(length(regexall(var.oidc_client_id, "(any client)")) == 0, false)
    error_message = "oidc_client_id must be a regular expression that names at least one client, not one that matches anything."
  }
}

variable "api_key_rotation_date" {
  description = "RFC 3339 date that decides which quarter's API keys exist; null means the day of the plan. Set it to hold rotation back (a change freeze) or to plan for another day."
  type        = string
  default     = null

  validation {
    condition     = var.api_key_rotation_date == null ? true : can(formatdate("YYYY-MM", var.api_key_rotation_date))
    error_message = "api_key_rotation_date must look like 2026-11-21T00:00:00Z."
  }
}

variable "enable_waf" {
  description = "Puts a WAF in front of the API. Null: on for GLOBAL, off for PRIVATE. What source address the WAF sees behind PrivateLink is not documented, so with PRIVATE its rate rule may count all readers as one."
  type        = bool
  default     = null

  validation {
    condition     = !(var.appsync_visibility == "GLOBAL" && var.enable_waf == false)
    error_message = "enable_waf must not be false with appsync_visibility = \"GLOBAL\": an API on the Internet always has its WAF. Leave it out, or choose PRIVATE."
  }
}

variable "waf_rate_limit" {
  description = "Requests per five minutes after which one source address is blocked. An office behind one NAT shares it; a question costs one request."
  type        = number
  default     = 2000
  nullable    = false

  validation {
    condition     = var.waf_rate_limit >= 10 && var.waf_rate_limit <= 2000000000
    error_message = "waf_rate_limit must be between 10 and 2,000,000,000."
  }
}

variable "model_id" {
  description = <<-TEXT
    Which model answers; permissions are derived from it alone. Where questions are processed follows from the form:
    a model id (amazon.nova-micro-v1:0) stays in this Region; a geographic profile (us., eu., apac., jp., au., us-gov.) may be served by any Region of that geography,
    apac. including the Middle East; a global profile (global.) by any commercial Region, so not where data must stay in one place.
    An ARN of a foundation model, an inference profile, an application inference profile (name application_profile_model_id too) or provisioned throughput is accepted as well.
    The default needs no marketplace subscription.
  TEXT
  type        = string
  default     = "us.amazon.nova-2-lite-v1:0"
  nullable    = false

  validation {
    condition = can(regex("^([a-z-]+\\.)?[a-z0-9-]+\\.[a-zA-Z0-9._-]+(:[0-9a-z]+)*$", var.model_id)) || can(regex(
      "^arn:aws[a-z-]*:bedrock:[a-z0-9-]+:[0-9]*:(foundation-model|inference-profile|application-inference-profile|provisioned-model)/[a-zA-Z0-9._:-]+$", var.model_id
    ))
    error_message = "model_id must be a model id, an inference profile id or an ARN of a foundation-model, inference-profile, application-inference-profile or provisioned-model."
  }
}

variable "application_profile_model_id" {
  description = "The model id or system inference profile id that the application inference profile in model_id was made from; permissions need the models behind it and its ARN does not tell them. Null for every other form of model_id."
  type        = string
  default     = null

  validation {
    condition     = strcontains(var.model_id, ":application-inference-profile/") == (var.application_profile_model_id != null)
    error_message = "application_profile_model_id is required when model_id is an application-inference-profile ARN, and must be left out otherwise."
  }
}

variable "model_destination_region_list" {
  description = "Regions a geographic profile may route to, where AWS has changed the documented list (modules/model/geographies.tf) or added a geography. Empty: use the documented list."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for region in var.model_destination_region_list : can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", region))])
    error_message = "model_destination_region_list must hold Region codes such as us-east-1."
  }
}

variable "guardrail_id" {
  description = "Id or ARN of a Bedrock guardrail every answer passes; null for none."
  type        = string
  default     = null

  validation {
    condition     = var.guardrail_id == null ? true : can(regex("^([a-z0-9]{1,64}|arn:aws[a-z-]*:bedrock:[a-z0-9-]+:[0-9]{12}:guardrail/[a-z0-9]+)$", var.guardrail_id))
    error_message = "guardrail_id must be a guardrail's id (lower-case letters and digits) or ARN."
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
  description = "sync: text is held back until it is checked, the first token comes later. async: text is shown at once, may be seen before it is blocked, and personal data cannot be masked."
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
    condition     = var.guardrail_profile_id == null ? true : var.guardrail_id != null && can(regex("^[a-z-]+\\.guardrail\\.v[0-9]+:[0-9]+$", var.guardrail_profile_id))
    error_message = "guardrail_profile_id must look like us.guardrail.v1:0 and needs guardrail_id."
  }
}

variable "kms_key_arn" {
  description = "ARN of your own symmetric key in this Region. Its policy must admit what modules/encryption/policies/key.json.tftpl does. Null: a key is made, rotated every year."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null ? true : can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[a-zA-Z0-9-]+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key, not of an alias."
  }
}

variable "kms_deletion_window_days" {
  description = "Days between `terraform destroy` and the moment the key, and with it every log and queue it encrypted, is gone for good."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.kms_deletion_window_days >= 7 && var.kms_deletion_window_days <= 30
    error_message = "kms_deletion_window_days must be between 7 and 30."
  }
}

variable "log_retention_days" {
  description = "Days every log group keeps its events."
  type        = number
  default     = 365
  nullable    = false

  validation {
    condition     = contains([365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be at least a year and a value CloudWatch Logs knows: 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

variable "alarm_email_list" {
  description = "Addresses that receive alarms; each confirms a subscription by mail. Empty: alarms reach the topic only."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for address in var.alarm_email_list : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", address))])
    error_message = "alarm_email_list must hold e-mail addresses."
  }
}

variable "alarm_topic_arn" {
  description = "ARN of your own SNS topic for alarms, in this Region; it must admit cloudwatch.amazonaws.com and, if it is encrypted by another key than kms_key_arn, so must that key. Null: one is made."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_topic_arn == null ? true : can(regex("^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[a-zA-Z0-9_-]+$", var.alarm_topic_arn))
    error_message = "alarm_topic_arn must be the ARN of a standard SNS topic."
  }
  validation {
    condition     = var.alarm_topic_arn == null || length(var.alarm_email_list) == 0
    error_message = "alarm_email_list and alarm_topic_arn exclude each other: subscribe the addresses to your own topic."
  }
}

variable "first_token_p95_alarm_ms" {
  description = "An alarm rings when, over 15 minutes, one answer in twenty waits longer than this for the model's first token, in milliseconds."
  type        = number
  default     = 5000
  nullable    = false

  validation {
    condition     = var.first_token_p95_alarm_ms >= 100
    error_message = "first_token_p95_alarm_ms must be at least 100."
  }
}
