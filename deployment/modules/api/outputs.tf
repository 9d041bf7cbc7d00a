output "id" {
  description = "Id of the API, as ARNs and metrics spell it; its host names hold another one."
  value       = aws_appsync_graphql_api.this.id
}

output "id_once_complete" {
  description = "Id of the API for what must wait until its parts are made: AppSync changes one at a time."
  value       = aws_appsync_graphql_api.this.id
  depends_on  = [aws_appsync_resolver.this]
}

output "arn" {
  description = "ARN of the API."
  value       = aws_appsync_graphql_api.this.arn
}

output "graphql_url" {
  description = "Where queries and mutations go."
  value       = aws_appsync_graphql_api.this.uris["GRAPHQL"]
}

output "realtime_url" {
  description = "Where subscriptions connect."
  value       = aws_appsync_graphql_api.this.uris["REALTIME"]
}
