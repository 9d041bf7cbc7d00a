output "current" {
  description = "The key readers are given this quarter."
  value       = aws_appsync_api_key.this[local.current].key
  sensitive   = true
}
