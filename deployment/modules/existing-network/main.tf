# Reads a network that somebody else manages, and refuses at plan what AWS would refuse in the middle of an apply, or never carry.
# Whatever may be missing is asked for in the plural first: an id that does not exist is then an empty list, and the words about it are ours.

data "aws_subnets" "named" {
  filter {
    name   = "subnet-id"
    values = var.subnet_ids
  }
}

data "aws_subnet" "this" {
  for_each = toset(data.aws_subnets.named.ids)

  id = each.value
}

data "aws_security_groups" "named" {
  count = length(var.security_group_ids) > 0 ? 1 : 0

  filter {
    name   = "group-id"
    values = var.security_group_ids
  }
}

# A subnet without a table of its own follows the VPC's main table.
data "aws_route_tables" "own" {
  for_each = data.aws_subnet.this

  filter {
    name   = "association.subnet-id"
    values = [each.key]
  }
}

data "aws_route_tables" "main" {
  for_each = local.vpc_ids

  vpc_id = each.key

  filter {
    name   = "association.main"
    values = ["true"]
  }
}

data "aws_route_table" "this" {
  for_each = toset(compact(values(local.table_ids)))

  route_table_id = each.key
}

# Asked only where it matters: the owner of a shared VPC need not tell.
data "aws_vpc" "this" {
  for_each = toset([for subnet in local.own_subnets : subnet.vpc_id if var.private_dns && length(var.created_services) > 0])

  id = each.key
}

# There is no plural of endpoints. Each has a network interface per subnet, which AWS describes by the endpoint's id.
data "aws_network_interfaces" "endpoint" {
  for_each = var.shared_endpoint_ids

  filter {
    name   = "description"
    values = ["VPC Endpoint Interface ${each.value}", "VPC Endpoint Interface: ${each.value}"]
  }
}

data "aws_vpc_endpoint" "shared" {
  for_each = { for service, id in var.shared_endpoint_ids : service => id if length(data.aws_network_interfaces.endpoint[service].ids) > 0 }

  id = each.value
}

locals {
  subnets     = data.aws_subnet.this
  vpc_ids     = toset([for subnet in local.subnets : subnet.vpc_id])
  own_subnets = { for id, subnet in local.subnets : id => subnet if subnet.owner_id == var.account_id }
  vpc_id      = try(sort(local.vpc_ids)[0], null)

  table_ids = { for id, subnet in local.subnets : id => try(data.aws_route_tables.own[id].ids[0], data.aws_route_tables.main[subnet.vpc_id].ids[0], null) }

  # Everything below says what is wrong, in the words a refusal needs; an empty list is right.
  missing_subnets = sort(setsubtract(var.subnet_ids, keys(local.subnets)))
  shared_subnets  = [for id, subnet in local.subnets : "${id} (account ${subnet.owner_id})" if subnet.owner_id != var.account_id]
  # Lambda has never been offered in this zone.
  zones_without_lambda = [for id, subnet in local.subnets : "${id} (${subnet.availability_zone})" if subnet.availability_zone_id == "use1-az3"]
  crowded_zones = [
    for zone, ids in { for id, subnet in local.subnets : subnet.availability_zone => id... } : "${join(", ", sort(ids))} (${zone})" if length(ids) > 1
  ]
  vpcs_of_subnets = [for vpc_id in sort(local.vpc_ids) : "${vpc_id} (${join(", ", sort([for id, subnet in local.subnets : id if subnet.vpc_id == vpc_id]))})"]
  internet_tables = [
    for id, table in data.aws_route_table.this : id if anytrue([for route in table.routes : startswith(try(coalesce(route.gateway_id), ""), "igw-")])
  ]
  public_subnets     = [for id, table_id in local.table_ids : "${id} (by ${table_id})" if table_id != null && contains(local.internet_tables, table_id)]
  vpcs_without_names = [for id, vpc in data.aws_vpc.this : id if !(vpc.enable_dns_support && vpc.enable_dns_hostnames)]

  found_groups   = one(data.aws_security_groups.named[*].ids)
  missing_groups = sort(setsubtract(var.security_group_ids, coalesce(local.found_groups, [])))
  group_vpcs     = zipmap(coalesce(local.found_groups, []), coalesce(one(data.aws_security_groups.named[*].vpc_ids), []))
  group_arns     = zipmap(coalesce(local.found_groups, []), coalesce(one(data.aws_security_groups.named[*].arns), []))
  strange_groups = [for id, vpc_id in local.group_vpcs : "${id} (${vpc_id})" if !contains(local.vpc_ids, vpc_id)]

  endpoints         = data.aws_vpc_endpoint.shared
  missing_endpoints = [for service, id in var.shared_endpoint_ids : "${id} (${service})" if !contains(keys(local.endpoints), service)]
  wrong_services = [
    for service, each in local.endpoints : "${each.id} is of ${each.service_name}, not ${service}" if !endswith(each.service_name, ".${service}")
  ]
  # The API's endpoint may stand in a hub.
  strange_endpoints = [
    for service, each in local.endpoints : "${each.id} (${service}, ${each.vpc_id})" if service != "appsync-api" && !contains(local.vpc_ids, each.vpc_id)
  ]
  foreign_api_endpoint = [for service, each in local.endpoints : each.id if service == "appsync-api" && each.owner_id != var.account_id]
  unnamed_hub = [
    for service, each in local.endpoints : each.id
    if service == "appsync-api" && local.vpc_id != null && each.vpc_id != local.vpc_id && !contains(var.api_private_dns_vpc_ids, local.vpc_id)
  ]

  named_twice = contains(var.created_services, "appsync-api") && var.private_dns && contains(var.api_private_dns_vpc_ids, coalesce(local.vpc_id, "none"))
}
