output "statements" {
  description = "IAM statements that let a role stream from the model, and apply the guardrail if there is one."
  value       = concat(local.model_statements, jsondecode(jsonencode(local.guardrail_statements)))

  precondition {
    condition = !local.is_geographic || length(var.destination_regions) > 0 || anytrue([
      for prefix in try(local.geographies[local.prefix].source_prefixes, []) : startswith(var.region, prefix)
    ])
    error_message = <<-TEXT
      The profile ${local.source_id} cannot be called from ${var.region}. Choose a profile of this Region's geography in model_id, or
      list the profile's Regions in model_destination_region_list.
    TEXT
  }
  precondition {
    condition     = !(local.arn_kind == "inference-profile") || local.is_geographic || local.is_global
    error_message = <<-TEXT
      The geography of ${local.source_id} is not in modules/model/geographies.tf: list the Regions it routes to in
      model_destination_region_list.
    TEXT
  }
  precondition {
    condition = (
      local.is_profile || local.is_provisioned || local.arn_kind == "foundation-model" || length(split(".", local.source_id)) == 2
      || !contains(local.geography_words, local.prefix)
    )
    error_message = <<-TEXT
      The geography ${local.prefix}. is not in modules/model/geographies.tf: list the Regions ${local.source_id} routes to in
      model_destination_region_list.
    TEXT
  }
  precondition {
    condition     = local.arn_parts == null ? true : local.arn_parts[1] == var.region
    error_message = "model_id names a resource of another Region than ${var.region}: the orchestrator calls Bedrock in its own Region."
  }
  precondition {
    condition     = try(local.known.streams, true)
    error_message = "${local.source_id} cannot be streamed by ConverseStream: choose another model_id, or say model_features = { streams = true }."
  }
  precondition {
    condition     = !var.request.has_system_prompt || try(local.known.accepts_system_prompt, true)
    error_message = "${local.source_id} takes no system prompt: leave system_prompt out, or say model_features = { accepts_system_prompt = true }."
  }
  precondition {
    condition     = !var.request.has_temperature_with_top_p || try(local.known.accepts_temperature_with_top_p, true)
    error_message = "${local.source_id} takes temperature or top_p, not both: remove one, or say model_features = { accepts_temperature_with_top_p = true }."
  }
  precondition {
    condition     = var.request.max_output_tokens <= try(local.known.max_output_tokens, var.request.max_output_tokens)
    error_message = <<-TEXT
      ${local.source_id} writes at most ${try(local.known.max_output_tokens, 0)} tokens: lower max_output_tokens,
      or set max_output_tokens in model_features where AWS has raised it.
    TEXT
  }
  precondition {
    condition     = local.is_profile || local.is_provisioned || !try(local.known.needs_profile, false)
    error_message = <<-TEXT
      ${local.source_id} cannot be called by its own id, only through a profile such as us.${local.source_id} (docs: inference profiles):
      set that as model_id, or say model_features = { needs_profile = false }.
    TEXT
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
