# How the two functions are built, sized and paced.

variable "lambda_artifact_dir" {
  description = "Directory that holds data-source.zip and orchestrator.zip, as `make package` leaves them. With code signing: the directory of the signed zips."
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
}

variable "lambda_s3_source_bucket_key" {
  description = "Key prefix of the zips; what follows is <function>/<content hash>.zip, so a changed zip is a changed key."
  type        = string
  default     = "lambda"
  nullable    = false

  validation {
    condition     = can(regex("^[a-zA-Z0-9_.-]+(/[a-zA-Z0-9_.-]+)*$", var.lambda_s3_source_bucket_key))
    error_message = "lambda_s3_source_bucket_key must be a prefix such as lambda or releases/chat, without a slash at either end."
  }
}

variable "lambda_code_signing_config_arn" {
  description = "ARN of a code signing configuration both functions must satisfy; lambda_artifact_dir then holds zips AWS Signer has signed. Null: no signature is asked for."
  type        = string
  default     = null

  validation {
    condition     = var.lambda_code_signing_config_arn == null ? true : can(regex("^arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:code-signing-config:csc-[a-z0-9]{17}$", var.lambda_code_signing_config_arn))
    error_message = "lambda_code_signing_config_arn must look like arn:aws:lambda:REGION:ACCOUNT:code-signing-config:csc-…"
  }
}

variable "lambda_log_level" {
  description = "Lowest level the functions log. No level logs a question, an answer, a token or a key. Metrics are log lines of level INFO: a higher level would blind the dashboard and its alarm."
  type        = string
  default     = "INFO"
  nullable    = false

  validation {
    condition     = contains(["TRACE", "DEBUG", "INFO"], var.lambda_log_level)
    error_message = "lambda_log_level must be TRACE, DEBUG or INFO: at a higher level the functions' metrics would be lost."
  }
}

variable "permissions_boundary_arn" {
  description = "Permissions boundary put on every role this stack creates; null for none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null ? true : can(regex("^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/.+$", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn must be the ARN of an IAM policy."
  }
}

variable "data_source_memory_mb" {
  description = "Memory of the data-source function in MB; CPU follows memory."
  type        = number
  default     = 256
  nullable    = false

  validation {
    condition     = var.data_source_memory_mb >= 128 && var.data_source_memory_mb <= 10240
    error_message = "data_source_memory_mb must be between 128 and 10,240."
  }
}

variable "orchestrator_memory_mb" {
  description = "Memory of the orchestrator function in MB; CPU follows memory."
  type        = number
  default     = 256
  nullable    = false

  validation {
    condition     = var.orchestrator_memory_mb >= 128 && var.orchestrator_memory_mb <= 10240
    error_message = "orchestrator_memory_mb must be between 128 and 10,240."
  }
}

variable "orchestrator_timeout_seconds" {
  description = "Longest time one answer may take. Five seconds before it the reader is told that the answer ends early."
  type        = number
  default     = 120
  nullable    = false

  validation {
    condition     = var.orchestrator_timeout_seconds >= 15 && var.orchestrator_timeout_seconds <= 900
    error_message = "orchestrator_timeout_seconds must be between 15 and 900."
  }
}

variable "data_source_reserved_concurrency" {
  description = "Concurrent runs kept for, and never exceeded by, the data-source function; -1 reserves none. AWS leaves at least 100 runs unreserved (10 in a new account), so a new account, whose quota is 10, can reserve nothing."
  type        = number
  default     = 20
  nullable    = false

  validation {
    condition     = var.data_source_reserved_concurrency == -1 || var.data_source_reserved_concurrency >= 1
    error_message = "data_source_reserved_concurrency must be -1 (none) or at least 1; 0 would switch the function off."
  }
}

variable "orchestrator_reserved_concurrency" {
  description = "Answers being written at the same time, at most: the cap on what the model can cost. Questions above it wait up to a minute, then land in the dead letters. -1 reserves none; see data_source_reserved_concurrency."
  type        = number
  default     = 50
  nullable    = false

  validation {
    condition     = var.orchestrator_reserved_concurrency == -1 || var.orchestrator_reserved_concurrency >= 1
    error_message = "orchestrator_reserved_concurrency must be -1 (none) or at least 1; 0 would switch the function off."
  }
}

variable "system_prompt" {
  description = "Instruction the model receives before every question; null for none. It is stored in the function's encrypted environment, which holds 4 KB in all."
  type        = string
  default     = null

  validation {
    condition     = var.system_prompt == null ? true : length(var.system_prompt) <= 2000
    error_message = "system_prompt must be at most 2,000 characters: the function's environment holds 4 KB in all."
  }
}

variable "max_output_tokens" {
  description = "Longest answer in tokens. Bedrock reserves quota from it at the start of every answer."
  type        = number
  default     = 2048
  nullable    = false

  validation {
    condition     = var.max_output_tokens >= 1 && var.max_output_tokens <= 128000 && floor(var.max_output_tokens) == var.max_output_tokens
    error_message = "max_output_tokens must be a whole number between 1 and 128,000."
  }
}

variable "temperature" {
  description = "Randomness of the answer, 0 to 1; null leaves it to the model."
  type        = number
  default     = null

  validation {
    condition     = var.temperature == null ? true : var.temperature >= 0 && var.temperature <= 1
    error_message = "temperature must be between 0 and 1."
  }
}

variable "top_p" {
  description = "Share of probability the next token is drawn from, 0 to 1; null leaves it to the model."
  type        = number
  default     = null

  validation {
    condition     = var.top_p == null ? true : var.top_p > 0 && var.top_p <= 1
    error_message = "top_p must be above 0 and at most 1."
  }
}

variable "flush_interval_ms" {
  description = "Shortest time between two pieces of an answer, in milliseconds. Shorter looks smoother and costs more mutations. Null: the orchestrator's measured default."
  type        = number
  default     = null

  validation {
    condition     = var.flush_interval_ms == null ? true : var.flush_interval_ms >= 10 && var.flush_interval_ms <= 2000
    error_message = "flush_interval_ms must be between 10 and 2,000."
  }
}

variable "idle_timeout_ms" {
  description = "Silence of the model, in milliseconds, after which the answer ends with an error."
  type        = number
  default     = 30000
  nullable    = false

  validation {
    condition     = var.idle_timeout_ms >= 1000 && var.idle_timeout_ms < var.orchestrator_timeout_seconds * 1000
    error_message = "idle_timeout_ms must be at least 1,000 and shorter than orchestrator_timeout_seconds."
  }
}

variable "max_message_chars" {
  description = "Longest question in characters. The UI reads it from the outputs."
  type        = number
  default     = 8000
  nullable    = false

  validation {
    condition     = var.max_message_chars >= 1 && var.max_message_chars <= 50000 && floor(var.max_message_chars) == var.max_message_chars
    error_message = "max_message_chars must be a whole number between 1 and 50,000: four bytes a character must fit an SNS message of 256 KB."
  }
}
