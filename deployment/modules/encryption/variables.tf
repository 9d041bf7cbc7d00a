variable "name" {
  description = "Name of the stack, prefix of everything the key encrypts."
  type        = string
}

variable "partition" {
  description = "AWS partition, such as aws."
  type        = string
}

variable "region" {
  description = "Region of the key."
  type        = string
}

variable "account_id" {
  description = "Account of the key."
  type        = string
}

variable "deletion_window_days" {
  description = "Days between destroy and the end of the key."
  type        = number
}

variable "logs_principal" {
  description = "Service principal of CloudWatch Logs in this Region."
  type        = string
}
