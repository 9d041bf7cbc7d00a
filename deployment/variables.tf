# Holds every variable that no other variables-*.tf claims by the beginning of its name: who may ask, how the stack is named, kept and watched.
# Flat on purpose: a tfvars file stays readable. What the rules compare with stands in rules.tf.

variable "region" {
  description = "AWS Region everything is created in, such as us-east-1."
  type        = string
  default     = "us-east-1"
  nullable    = false

  validation {
    condition     = can(regex(local.region_pattern, var.region))
    error_message = "region must be a Region code such as us-east-1."
  }
}

variable "environment" {
  description = <<-TEXT
    Prefix of every name; two stacks in one account and Region need two.
    At most 24 characters, so that the longest name (the bucket's, at most 63) still fits.
  TEXT
  type        = string
  default     = "bedrock-chat"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.environment)) && !strcontains(var.environment, "--")
    error_message = "environment must be 3 to 24 characters of a-z, 0-9 and single hyphens, start with a letter and not end with a hyphen."
  }
  validation {
    condition     = !can(regex("^(sg-|sthree-|amzn-s3-demo-)", var.environment))
    error_message = "environment must not begin with sg-, sthree- or amzn-s3-demo-: EC2 and S3 refuse such names."
  }
}

variable "tags" {
  description = "Tags added to everything that can carry one, but for the zips in their bucket: S3 takes ten tags per object."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key in keys(var.tags) : !startswith(lower(key), "aws:")])
    error_message = "tags must not use keys that start with aws:, they are reserved."
  }
  validation {
    # AppSync's own pattern, the narrowest of all services tagged here.
    condition     = alltrue([for key in keys(var.tags) : can(regex("^[a-zA-Z0-9 +\\-=._:/]{1,128}$", key)) && trimspace(key) == key])
    error_message = "tags must use keys of 1 to 128 letters a-z, digits, inner spaces and + - = . _ : / only: AppSync takes no others."
  }
  validation {
    condition     = alltrue([for value in values(var.tags) : can(regex("^[a-zA-Z0-9 +\\-=._:/@]{0,256}$", value))])
    error_message = "tags must have values of at most 256 letters a-z, digits, spaces and + - = . _ : / @: AppSync takes no others."
  }
  validation {
    condition     = length(setsubtract(keys(var.tags), ["Application", "Environment", "Name"])) <= 47
    error_message = "tags must hold at most 47 entries: AWS takes 50 per resource, and Application, Environment and Name are set here."
  }
  validation {
    condition = length(distinct([for key in setunion(keys(var.tags), ["Application", "Environment"]) : lower(key)])) == length(
      setunion(keys(var.tags), ["Application", "Environment"])
    )
    error_message = "tags must not differ in case alone, nor from Application and Environment, which are set here: IAM ignores case in keys."
  }
}

variable "permissions_boundary_arn" {
  description = "Permissions boundary put on every role this stack creates; null for none."
  type        = string
  default     = null

  validation {
    condition = var.permissions_boundary_arn == null ? true : can(regex(
      "^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/[!-~]+$", var.permissions_boundary_arn
    ))
    error_message = "permissions_boundary_arn must be the ARN of an IAM policy."
  }
  validation {
    condition     = var.permissions_boundary_arn == null ? true : split(":", var.permissions_boundary_arn)[1] == local.region_partition
    error_message = "permissions_boundary_arn must begin with arn:${local.region_partition}:, the partition of ${var.region}."
  }
}

variable "appsync_visibility" {
  description = <<-TEXT
    Who can reach the API. PRIVATE: only through the appsync-api endpoint of a VPC; no byte leaves the private network.
    GLOBAL: from the Internet, behind a WAF. Its price: the appsync-api endpoint cannot reach a public API,
    so the orchestrator needs a NAT path and answers leave the VPC over TLS.
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
  description = <<-TEXT
    How readers prove themselves. API_KEY: one shared key, the random session id is the only secret between two readers.
    OIDC: a token of oidc_issuer; a reader receives only what belongs to their own subject.
  TEXT
  type        = string
  default     = "API_KEY"
  nullable    = false

  validation {
    condition     = contains(["API_KEY", "OIDC"], var.client_auth)
    error_message = "client_auth must be API_KEY or OIDC."
  }
}

variable "oidc_issuer" {
  description = <<-TEXT
    Issuer URL exactly as the token's iss claim spells it, trailing slash included or not.
    AppSync reads its discovery document over the Internet: an issuer that resolves only inside a VPC does not work. Null under API_KEY.
  TEXT
  type        = string
  default     = null

  validation {
    condition     = (var.client_auth == "OIDC") == (var.oidc_issuer != null)
    error_message = "oidc_issuer is required with client_auth = \"OIDC\" and must be left out with \"API_KEY\"."
  }
  validation {
    condition     = var.oidc_issuer == null ? true : can(regex("^https://[a-zA-Z0-9.-]+(:[0-9]{1,5})?(/[!-~]*)?$", var.oidc_issuer))
    error_message = "oidc_issuer must be a URL that starts with https:// and holds no blanks."
  }
  validation {
    condition     = var.oidc_issuer == null ? true : !strcontains(var.oidc_issuer, "/.well-known") && !can(regex("[?#]", var.oidc_issuer))
    error_message = "oidc_issuer must be the issuer itself, as in the token's iss claim: leave out /.well-known/…, ? and #."
  }
}

variable "oidc_client_id" {
  description = <<-TEXT
    Client id that tokens must carry in aud or azp. AppSync reads it as a regular expression, which must match the whole id here (A|B admits two);
    without one, every client of the issuer would be let in. Null under API_KEY.
  TEXT
  type        = string
  default     = null

  validation {
    condition     = (var.client_auth == "OIDC") == (var.oidc_client_id != null)
    error_message = "oidc_client_id is required with client_auth = \"OIDC\" and must be left out with \"API_KEY\"."
  }
  validation {
    condition = var.oidc_client_id == null ? true : alltrue([
      for id in local.unlikely_client_ids : try(length(regexall("^(?:${var.oidc_client_id})$", id)) == 0, false)
    ])
    error_message = "oidc_client_id must be a regular expression that names at least one client, not one that matches anything."
  }
  validation {
    condition     = var.oidc_client_id == null ? true : can(regex("^[!-~]+$", var.oidc_client_id))
    error_message = "oidc_client_id must hold visible ASCII characters only: no blanks, also not at its ends."
  }
}

variable "api_key_rotation_date" {
  description = <<-TEXT
    RFC 3339 date that decides which quarter's API keys exist; null means the day of the plan.
    Set it to hold rotation back (a change freeze) or to plan for another day.
  TEXT
  type        = string
  default     = null

  validation {
    condition     = var.api_key_rotation_date == null ? true : can(formatdate("YYYY-MM", var.api_key_rotation_date))
    error_message = "api_key_rotation_date must look like 2026-11-21T00:00:00Z."
  }
}

variable "enable_waf" {
  description = <<-TEXT
    Puts a WAF in front of the API. Null: on for GLOBAL, off for PRIVATE.
    What source address the WAF sees behind PrivateLink is not documented, so with PRIVATE its rate rule may count all readers as one.
  TEXT
  type        = bool
  default     = null

  validation {
    condition     = !(var.appsync_visibility == "GLOBAL" && var.enable_waf == false)
    error_message = "enable_waf must not be false with appsync_visibility = \"GLOBAL\": a public API always has its WAF. Leave it out, or choose PRIVATE."
  }
}

variable "waf_rate_limit" {
  description = "Requests per five minutes after which one source address is blocked. An office behind one NAT shares it; a question costs one request."
  type        = number
  default     = 2000
  nullable    = false

  validation {
    condition = (
      floor(var.waf_rate_limit) == var.waf_rate_limit
      && var.waf_rate_limit >= local.ranges.waf_rate_limit.least && var.waf_rate_limit <= local.ranges.waf_rate_limit.most
    )
    error_message = "waf_rate_limit must be ${local.range_texts.waf_rate_limit}."
  }
}

variable "kms_key_arn" {
  description = <<-TEXT
    ARN of your own symmetric key in this Region. Its policy must admit what modules/encryption/policies/key.json.tftpl does.
    Null: a key is made, rotated every year.
  TEXT
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null ? true : can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[a-zA-Z0-9-]+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key, not of an alias."
  }
  validation {
    condition     = var.kms_key_arn == null ? true : try(split(":", var.kms_key_arn)[3], "") == var.region
    error_message = "kms_key_arn must name a key of ${var.region}: services encrypt with keys of their own Region only."
  }
}

variable "kms_deletion_window_days" {
  description = "Days between `terraform destroy` and the moment the key, and with it every log and queue it encrypted, is gone for good."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition = (
      floor(var.kms_deletion_window_days) == var.kms_deletion_window_days
      && var.kms_deletion_window_days >= local.ranges.kms_deletion_window_days.least
      && var.kms_deletion_window_days <= local.ranges.kms_deletion_window_days.most
    )
    error_message = "kms_deletion_window_days must be ${local.range_texts.kms_deletion_window_days}."
  }
}

variable "log_retention_days" {
  description = "Days every log group keeps its events."
  type        = number
  default     = 365
  nullable    = false

  validation {
    condition     = contains([365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = <<-TEXT
      log_retention_days must be at least a year and a value CloudWatch Logs knows:
      365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653.
    TEXT
  }
}

variable "alarm_email_list" {
  description = "Addresses that receive alarms; each confirms a subscription by mail. Empty: alarms reach the topic only."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for address in var.alarm_email_list : can(regex("^[!-?A-~]+@[a-zA-Z0-9-]+(\\.[a-zA-Z0-9-]+)+$", address))])
    error_message = "alarm_email_list must hold e-mail addresses of visible ASCII characters."
  }
  validation {
    condition     = length(distinct([for address in var.alarm_email_list : lower(address)])) == length(var.alarm_email_list)
    error_message = "alarm_email_list must name every address once."
  }
}

variable "alarm_topic_arn" {
  description = <<-TEXT
    ARN of your own SNS topic for alarms, in this Region; it must admit cloudwatch.amazonaws.com and,
    if it is encrypted by another key than kms_key_arn, so must that key. Null: one is made.
  TEXT
  type        = string
  default     = null

  validation {
    condition     = var.alarm_topic_arn == null ? true : can(regex("^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[a-zA-Z0-9_-]+$", var.alarm_topic_arn))
    error_message = "alarm_topic_arn must be the ARN of a standard SNS topic."
  }
  validation {
    condition     = var.alarm_topic_arn == null ? true : try(split(":", var.alarm_topic_arn)[3], "") == var.region
    error_message = "alarm_topic_arn must name a topic of ${var.region}: alarms reach topics of their own Region only."
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
    condition = (
      floor(var.first_token_p95_alarm_ms) == var.first_token_p95_alarm_ms
      && var.first_token_p95_alarm_ms >= local.ranges.first_token_p95_alarm_ms.least
      && var.first_token_p95_alarm_ms <= local.ranges.first_token_p95_alarm_ms.most
    )
    error_message = "first_token_p95_alarm_ms must be ${local.range_texts.first_token_p95_alarm_ms}."
  }
  validation {
    condition     = var.first_token_p95_alarm_ms < var.idle_timeout_ms
    error_message = "first_token_p95_alarm_ms must be below idle_timeout_ms: an answer that silent has ended by then, and the alarm could never ring."
  }
}
