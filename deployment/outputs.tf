# Only what the UI, the tests and an operator read.

output "region" {
  description = "Region of the stack."
  value       = var.region
}

output "graphql_url" {
  description = "Where clients send queries."
  value       = module.api.graphql_url
}

output "realtime_url" {
  description = "Where clients subscribe."
  value       = module.api.realtime_url
}

output "appsync_api_id" {
  description = "Id of the API; its host names hold another one."
  value       = module.api.id
}

output "client_auth" {
  description = "API_KEY or OIDC."
  value       = var.client_auth
}

output "api_key" {
  description = "The readers' API key of this quarter; null under OIDC."
  value       = one(module.api_key[*].current)
  sensitive   = true
}

output "oidc_issuer" {
  description = "Issuer of the readers' tokens; null under API_KEY."
  value       = var.oidc_issuer
}

output "oidc_client_id" {
  description = "Client id of the readers' tokens; null under API_KEY."
  value       = var.oidc_client_id
}

output "max_message_chars" {
  description = "Longest question in characters."
  value       = var.max_message_chars
}

output "answer_timeout_seconds" {
  description = "How long an answer may take, which is how long the page waits for one."
  value       = var.orchestrator_timeout_seconds
}

output "ui_branding" {
  description = "What the organisation says on the page; null for nothing."
  value       = var.ui_branding
}

output "function_names" {
  description = "Names of the two functions."
  value       = { "data-source" = module.data_source.name, "orchestrator" = module.orchestrator.name }
}

output "topic_arn" {
  description = "Topic the questions travel on."
  value       = module.messaging.topic_arn
}

output "dead_letter_queue_urls" {
  description = "Where questions end that were not delivered (undelivered) or failed without their reader being told (failed)."
  value       = { for key, queue in module.messaging.dead_letter_queues : key => queue.url }
}

output "dashboard_url" {
  description = "The dashboard in the CloudWatch console; null in a partition whose console's address AWS does not publish."
  value = try(
    "https://${local.consoles[local.partition]}/cloudwatch/home?region=${var.region}#dashboards/dashboard/${module.observability.dashboard_name}", null
  )
}
