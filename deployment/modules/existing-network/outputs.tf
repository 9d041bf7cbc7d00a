output "vpc_id" {
  description = "VPC of the subnets."
  value       = local.vpc_id

  precondition {
    condition     = length(local.missing_subnets) == 0
    error_message = "lambda_vpc_subnet_id_list names subnets that do not exist in this account and Region: ${join(", ", local.missing_subnets)}."
  }
  precondition {
    condition     = length(local.vpc_ids) <= 1
    error_message = "lambda_vpc_subnet_id_list names subnets of two VPCs: ${join("; ", local.vpcs_of_subnets)}. Name those of one."
  }
  precondition {
    condition     = length(local.crowded_zones) == 0
    error_message = <<-TEXT
      lambda_vpc_subnet_id_list names two subnets of one zone: ${join("; ", local.crowded_zones)}. An endpoint takes one subnet per
      zone: keep one each.
    TEXT
  }
  precondition {
    condition     = length(local.zones_without_lambda) == 0
    error_message = "lambda_vpc_subnet_id_list names subnets in a zone where AWS does not offer Lambda: ${join(", ", local.zones_without_lambda)}. Name others."
  }
  precondition {
    condition     = length(local.public_subnets) == 0
    error_message = <<-TEXT
      lambda_vpc_subnet_id_list names public subnets: ${join(", ", local.public_subnets)}. A function there reaches no Internet: name
      private ones.
    TEXT
  }
  precondition {
    condition     = length(local.vpcs_without_names) == 0
    error_message = <<-TEXT
      ${join(", ", local.vpcs_without_names)} has DNS hostnames or DNS support off, and the endpoints' private DNS needs both.
      Turn on enableDnsSupport and enableDnsHostnames of the VPC, or set endpoint_private_dns = false and resolve the names yourself.
    TEXT
  }
  precondition {
    condition     = length(local.shared_subnets) == 0 || !var.is_private && length(var.created_services) == 0
    error_message = <<-TEXT
      lambda_vpc_subnet_id_list names subnets of another account: ${join(", ", local.shared_subnets)}.
      AWS makes no endpoint in a shared subnet, and a PRIVATE API needs one of its own account.
      Set appsync_visibility = "GLOBAL" and name its owner's endpoints in bedrock_runtime_vpc_endpoint_id and sns_vpc_endpoint_id,
      or use subnets of this account.
    TEXT
  }
}

output "subnet_zones" {
  description = "Zones of the subnets."
  value       = toset([for subnet in local.subnets : subnet.availability_zone])
}

output "subnet_arns" {
  description = "ARNs of the subnets, in the order they were named: a shared subnet's holds its owner's account."
  value       = [for id in var.subnet_ids : local.subnets[id].arn if contains(keys(local.subnets), id)]
}

output "security_group_arns" {
  description = "ARNs of the security groups, in the order they were named."
  value       = [for id in var.security_group_ids : local.group_arns[id] if contains(keys(local.group_arns), id)]

  precondition {
    condition     = length(local.missing_groups) == 0
    error_message = "lambda_vpc_sg_id_list names security groups that do not exist in this account and Region: ${join(", ", local.missing_groups)}."
  }
  precondition {
    condition     = length(local.strange_groups) == 0
    error_message = <<-TEXT
      lambda_vpc_sg_id_list names security groups of another VPC: ${join(", ", local.strange_groups)}; the subnets are in
      ${join(", ", local.vpc_ids)}.
    TEXT
  }
}

output "api_endpoint_dns" {
  description = "DNS name and hosted zone of the appsync-api endpoint that exists already, or null."
  value       = try(local.endpoints["appsync-api"].dns_entry[0], null)

  precondition {
    condition     = length(local.missing_endpoints) == 0
    error_message = "These endpoints do not exist in this account and Region, or are no interface endpoints: ${join(", ", local.missing_endpoints)}."
  }
  precondition {
    condition     = length(local.wrong_services) == 0
    error_message = "An endpoint is of another service than its variable says: ${join("; ", local.wrong_services)}."
  }
  precondition {
    condition     = length(local.strange_endpoints) == 0
    error_message = <<-TEXT
      An endpoint stands in another VPC than lambda_vpc_subnet_id_list: ${join(", ", local.strange_endpoints)}; the subnets are in
      ${join(", ", local.vpc_ids)}.
    TEXT
  }
  precondition {
    condition     = length(local.foreign_api_endpoint) == 0
    error_message = <<-TEXT
      appsync_api_vpc_endpoint_id is of another account: ${join(", ", local.foreign_api_endpoint)}. A PRIVATE API is reached through its
      own account's.
    TEXT
  }
  precondition {
    condition     = length(local.unnamed_hub) == 0
    error_message = <<-TEXT
      appsync_api_vpc_endpoint_id stands in another VPC, so add the functions' VPC to api_private_dns_vpc_id_list:
      ${coalesce(local.vpc_id, "unknown")}.
    TEXT
  }
  precondition {
    condition     = !local.named_twice
    error_message = <<-TEXT
      api_private_dns_vpc_id_list must not name ${coalesce(local.vpc_id, "this")}: the endpoint made there has private DNS, and AWS
      refuses a second zone.
    TEXT
  }
}
