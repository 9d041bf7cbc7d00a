# Holds every variable whose name begins with data_source_, flush_, idle_, lambda_, max_message_ or orchestrator_ (but not lambda_vpc_):
# how the two functions are built, sized and paced.

variable "lambda_artifact_dir" {
  description = "Directory that holds data-source.zip and orchestrator.zip, as `make package` leaves them. With code signing: that of the signed zips."
  type        = string
  default     = "../dist"
  nullable    = false
}

variable "lambda_architecture" {
  description = "Instruction set the zips were built for: x86_64 or arm64."
  type        = string
  default     = "x86_64"
  nullable    = false

  validation {
    condition     = contains(["x86_64", "arm64"], var.lambda_architecture)
    error_message = "lambda_architecture must be x86_64 or arm64."
  }
}

variable "lambda_s3_source_bucket_name" {
  description = "Your own bucket for the zips, in this Region. Null: one is made (versioned, encrypted, TLS only, no public access)."
  type        = string
  default     = null

  validation {
    condition     = var.lambda_s3_source_bucket_name == null ? true : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.lambda_s3_source_bucket_name))
    error_message = "lambda_s3_source_bucket_name must be a bucket name of 3 to 63 characters."
  }
  validation {
    condition = var.lambda_s3_source_bucket_name == null ? true : alltrue([
      for reserved in ["\\.\\.", "^[0-9]+(\\.[0-9]+){3}$", "^(xn--|sthree-|amzn-s3-demo-)", "(-s3alias|--ol-s3|\\.mrap|--x-s3|--table-s3)$"] :
      !can(regex(reserved, var.lambda_s3_source_bucket_name))
    ])
    error_message = "lambda_s3_source_bucket_name must be no name that S3 reserves or reads as an address."
  }
}

variable "lambda_s3_source_bucket_key" {
  description = "Key prefix of the zips; what follows is <function>/<content hash>.zip, so a changed zip is a changed key."
  type        = string
  default     = "lambda"
  nullable    = false

  validation {
    condition     = can(regex("^[a-zA-Z0-9_.-]+(/[a-zA-Z0-9_.-]+)*$", var.lambda_s3_source_bucket_key)) && length(var.lambda_s3_source_bucket_key) <= 900
    error_message = "lambda_s3_source_bucket_key must be a prefix such as lambda or releases/chat, without a slash at either end."
  }
  validation {
    condition     = length(setintersection(split("/", var.lambda_s3_source_bucket_key), [".", ".."])) == 0
    error_message = "lambda_s3_source_bucket_key must not hold . or .. between slashes: SDKs and consoles read them as folders."
  }
}

variable "lambda_code_signing_config_arn" {
  description = <<-TEXT
    ARN of a code signing configuration both functions must satisfy; lambda_artifact_dir then holds zips AWS Signer has signed.
    Null: no signature is asked for.
  TEXT
  type        = string
  default     = null

  validation {
    condition = var.lambda_code_signing_config_arn == null ? true : can(regex(
      "^arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:code-signing-config:csc-[a-z0-9]{17}$", var.lambda_code_signing_config_arn
    ))
    error_message = "lambda_code_signing_config_arn must look like arn:aws:lambda:REGION:ACCOUNT:code-signing-config:csc-…"
  }
  validation {
    condition     = var.lambda_code_signing_config_arn == null ? true : try(split(":", var.lambda_code_signing_config_arn)[3], "") == var.region
    error_message = "lambda_code_signing_config_arn must name a configuration of ${var.region}, the functions' Region."
  }
}

variable "lambda_log_level" {
  description = <<-TEXT
    Lowest level the functions log. No level logs a question, an answer, a token or a key.
    Metrics are log lines of level INFO: a higher level would blind the dashboard and its alarm.
  TEXT
  type        = string
  default     = "INFO"
  nullable    = false

  validation {
    condition     = contains(["TRACE", "DEBUG", "INFO"], var.lambda_log_level)
    error_message = "lambda_log_level must be TRACE, DEBUG or INFO: at a higher level the functions' metrics would be lost."
  }
}

variable "data_source_memory_mb" {
  description = "Memory of the data-source function in MB; CPU follows memory."
  type        = number
  default     = 256
  nullable    = false

  validation {
    condition = (
      floor(var.data_source_memory_mb) == var.data_source_memory_mb
      && var.data_source_memory_mb >= local.ranges.data_source_memory_mb.least && var.data_source_memory_mb <= local.ranges.data_source_memory_mb.most
    )
    error_message = "data_source_memory_mb must be ${local.range_texts.data_source_memory_mb}."
  }
}

variable "orchestrator_memory_mb" {
  description = "Memory of the orchestrator function in MB; CPU follows memory."
  type        = number
  default     = 256
  nullable    = false

  validation {
    condition = (
      floor(var.orchestrator_memory_mb) == var.orchestrator_memory_mb
      && var.orchestrator_memory_mb >= local.ranges.orchestrator_memory_mb.least && var.orchestrator_memory_mb <= local.ranges.orchestrator_memory_mb.most
    )
    error_message = "orchestrator_memory_mb must be ${local.range_texts.orchestrator_memory_mb}."
  }
}

variable "orchestrator_timeout_seconds" {
  description = "Longest time one answer may take. Five seconds before it the reader is told that the answer ends early."
  type        = number
  default     = 120
  nullable    = false

  validation {
    condition = (
      floor(var.orchestrator_timeout_seconds) == var.orchestrator_timeout_seconds
      && var.orchestrator_timeout_seconds >= local.ranges.orchestrator_timeout_seconds.least
      && var.orchestrator_timeout_seconds <= local.ranges.orchestrator_timeout_seconds.most
    )
    error_message = "orchestrator_timeout_seconds must be ${local.range_texts.orchestrator_timeout_seconds}."
  }
}

variable "data_source_reserved_concurrency" {
  description = <<-TEXT
    Concurrent runs kept for, and never exceeded by, the data-source function; -1 reserves none.
    AWS leaves at least 100 runs unreserved (10 in a new account), so a new account, whose quota is 10, can reserve nothing.
  TEXT
  type        = number
  default     = 20
  nullable    = false

  validation {
    condition = var.data_source_reserved_concurrency == -1 || (
      var.data_source_reserved_concurrency >= 1 && floor(var.data_source_reserved_concurrency) == var.data_source_reserved_concurrency
    )
    error_message = "data_source_reserved_concurrency must be -1 (none) or a whole number of at least 1; 0 would switch the function off."
  }
}

variable "orchestrator_reserved_concurrency" {
  description = <<-TEXT
    Answers being written at the same time, at most: the cap on what the model can cost.
    Questions above it wait up to a minute, then land in the dead letters. -1 reserves none; see data_source_reserved_concurrency.
  TEXT
  type        = number
  default     = 50
  nullable    = false

  validation {
    condition = var.orchestrator_reserved_concurrency == -1 || (
      var.orchestrator_reserved_concurrency >= 1 && floor(var.orchestrator_reserved_concurrency) == var.orchestrator_reserved_concurrency
    )
    error_message = "orchestrator_reserved_concurrency must be -1 (none) or a whole number of at least 1; 0 would switch the function off."
  }
}

variable "flush_interval_ms" {
  description = <<-TEXT
    Shortest time between two pieces of an answer, in milliseconds. Shorter looks smoother and costs more mutations.
    Null: the orchestrator's measured default.
  TEXT
  type        = number
  default     = null

  validation {
    condition = var.flush_interval_ms == null ? true : (
      floor(var.flush_interval_ms) == var.flush_interval_ms
      && var.flush_interval_ms >= local.ranges.flush_interval_ms.least && var.flush_interval_ms <= local.ranges.flush_interval_ms.most
    )
    error_message = "flush_interval_ms must be ${local.range_texts.flush_interval_ms}."
  }
}

variable "idle_timeout_ms" {
  description = "Silence of the model, in milliseconds, after which the answer ends with an error."
  type        = number
  default     = 30000
  nullable    = false

  validation {
    condition = (
      floor(var.idle_timeout_ms) == var.idle_timeout_ms
      && var.idle_timeout_ms >= local.ranges.idle_timeout_ms.least && var.idle_timeout_ms <= local.ranges.idle_timeout_ms.most
    )
    error_message = "idle_timeout_ms must be ${local.range_texts.idle_timeout_ms}."
  }
  validation {
    condition     = var.idle_timeout_ms <= (var.orchestrator_timeout_seconds - local.time_to_tell_seconds) * 1000
    error_message = <<-TEXT
      idle_timeout_ms must end ${local.time_to_tell_seconds} seconds before orchestrator_timeout_seconds, when the answer ends anyway: it could never
      fire.
    TEXT
  }
}

variable "max_message_chars" {
  description = "Longest question in characters. The UI reads it from the outputs. Four bytes a character fit an SNS message of 256 KB."
  type        = number
  default     = 8000
  nullable    = false

  validation {
    condition = (
      floor(var.max_message_chars) == var.max_message_chars
      && var.max_message_chars >= local.ranges.max_message_chars.least && var.max_message_chars <= local.ranges.max_message_chars.most
    )
    error_message = "max_message_chars must be ${local.range_texts.max_message_chars}."
  }
}
