variable "name" {
  description = "Prefix of the schedule's and its role's name."
  type        = string
}

variable "api_id" {
  description = "API the keys open."
  type        = string
}

variable "date" {
  description = "RFC 3339 date whose quarter's keys exist."
  type        = string
}

variable "account_id" {
  description = "Account of the schedule."
  type        = string
}

variable "alarm_topic_arn" {
  description = "Topic that is told before the current key expires."
  type        = string
}

variable "kms_key_arn" {
  description = "Key of the schedule, and of the alarm topic made here."
  type        = string
}

variable "permissions_boundary_arn" {
  description = "Permissions boundary of the schedule's role, or null."
  type        = string
}
