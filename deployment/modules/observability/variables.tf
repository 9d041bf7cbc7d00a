variable "name" {
  description = "Name of the dashboard and prefix of the alarms."
  type        = string
}

variable "region" {
  description = "Region of the metrics."
  type        = string
}

variable "metrics_namespace" {
  description = "Namespace of the functions' own metrics."
  type        = string
}

variable "function_names" {
  description = "Names of the functions, by data-source and orchestrator."
  type        = map(string)
}

variable "api_id" {
  description = "Id of the AppSync API, as its metrics spell it."
  type        = string
}

variable "dead_letter_queues" {
  description = "The dead-letter queues, undelivered and failed."
  type        = map(object({ name = string }))
}

variable "first_token_p95_alarm_ms" {
  description = "Threshold of the first-token alarm in milliseconds."
  type        = number
}

variable "alarm_topic_arn" {
  description = "Topic the alarms go to."
  type        = string
}
