variable "name" {
  description = "Name of the topic."
  type        = string
}

variable "alarms_arn" {
  description = "ARN pattern of the alarms that may publish."
  type        = string
}

variable "account_id" {
  description = "Account of the alarms."
  type        = string
}

variable "kms_key_arn" {
  description = "Key of the topic."
  type        = string
}

variable "email_addresses" {
  description = "Addresses to subscribe; each confirms by mail."
  type        = list(string)
}
