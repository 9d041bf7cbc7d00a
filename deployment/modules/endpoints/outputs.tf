output "ids" {
  description = "Ids of the endpoints, by service."
  value       = { for service, endpoint in aws_vpc_endpoint.this : service => endpoint.id }
}

output "security_group_ids" {
  description = "Ids of the endpoints' security groups, by service."
  value       = { for service, group in aws_security_group.this : service => group.id }
}

output "dns" {
  description = "Regional DNS name and hosted zone of each endpoint, by service."
  value       = { for service, endpoint in aws_vpc_endpoint.this : service => one(slice(endpoint.dns_entry, 0, 1)) }
}
