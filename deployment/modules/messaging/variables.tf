variable "name" {
  description = "Prefix of the queues' names."
  type        = string
}

variable "topic_name" {
  description = "Name of the topic; policies elsewhere build its ARN from it."
  type        = string
}

variable "partition" {
  description = "AWS partition, such as aws."
  type        = string
}

variable "region" {
  description = "Region of topic and queues."
  type        = string
}

variable "account_id" {
  description = "Account of topic and queues."
  type        = string
}

variable "kms_key_arn" {
  description = "Key of topic and queues."
  type        = string
}

variable "publisher_role_arn" {
  description = "The one role that may publish."
  type        = string
}

variable "vpc_endpoint_id" {
  description = "The one endpoint a question may come through."
  type        = string
}

variable "subscriber" {
  description = "Name and ARN of the function that answers."
  type = object({
    name = string
    arn  = string
  })
}
