output "routed_zones" {
  description = "Zones whose private subnets have a default route now; whoever needs the Internet waits for it."
  value       = keys(aws_route.nat)
}
