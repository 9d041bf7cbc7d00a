output "zone_ids" {
  description = "Ids of the zones, by host."
  value       = { for host, zone in aws_route53_zone.this : host => zone.zone_id }
}
