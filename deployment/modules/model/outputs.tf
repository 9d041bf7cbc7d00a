output "statements" {
  description = "IAM statements that let a role stream from the model, and apply the guardrail if there is one."
  value       = concat(local.model_statements, jsondecode(jsonencode(local.guardrail_statements)))

  precondition {
    condition     = !(local.is_geographic && length(var.destination_regions) == 0) || anytrue([for prefix in try(local.geographies[local.prefix].source_prefixes, []) : startswith(var.region, prefix)])
    error_message = "The profile ${local.source_id} cannot be called from ${var.region}. Choose a profile of this Region's geography in model_id, or list the profile's Regions in model_destination_region_list."
  }
  precondition {
    condition     = !(local.arn_kind == "inference-profile") || local.is_geographic || local.is_global
    error_message = "The geography of ${local.source_id} is not in modules/model/geographies.tf: list the Regions it routes to in model_destination_region_list."
  }
  precondition {
    condition     = local.is_profile || local.is_provisioned || length(split(".", local.source_id)) == 2 || local.arn_kind == "foundation-model" || !contains(["us", "eu", "apac", "ap", "ca", "jp", "au", "sa", "me", "af", "il", "mx", "in", "kr", "uk"], local.prefix)
    error_message = "The geography ${local.prefix}. is not in modules/model/geographies.tf: list the Regions ${local.source_id} routes to in model_destination_region_list."
  }
  precondition {
    condition     = local.arn_parts == null ? true : local.arn_parts[1] == var.region
    error_message = "model_id names a resource of another Region than ${var.region}: the orchestrator calls Bedrock in its own Region."
  }
}

output "resources" {
  description = "Every ARN in those statements, for the policy of the bedrock-runtime endpoint."
  value       = sort(distinct(flatten([for statement in local.model_statements : statement.Resource])))
}

output "guardrail_resources" {
  description = "ARNs of the guardrail and its profiles; empty without one."
  value       = local.guardrail_arns
}
