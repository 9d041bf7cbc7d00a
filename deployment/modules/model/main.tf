# From a model id to the least policy that may stream from it. Pure computation: no resource, no provider.
# ConverseStream is authorised by bedrock:InvokeModelWithResponseStream. Two questions decide everything: which ARN is called, and which foundation
# models it may reach.
# https://docs.aws.amazon.com/bedrock/latest/userguide/geographic-cross-region-inference.html and .../global-cross-region-inference.html

locals {
  arn_prefix = "arn:${var.partition}:bedrock:${var.region}"

  arn_parts      = startswith(var.model_id, "arn:") ? regex("^(arn:[^:]+:bedrock:([^:]*):([^:]*)):([a-z-]+)/(.+)$", var.model_id) : null
  arn_kind       = local.arn_parts == null ? null : local.arn_parts[3]
  is_application = local.arn_kind == "application-inference-profile"
  is_provisioned = local.arn_kind == "provisioned-model"

  # The id whose prefix tells the geography: the id itself, the one inside an ARN, or the one an application profile was made from.
  source_id = local.is_application ? coalesce(var.application_profile_model_id, "none") : local.arn_parts == null ? var.model_id : local.arn_parts[4]

  # Foundation models are named provider.model; a profile puts one word in front. Ids of providers and models hold no further geography word, so the
  # table decides.
  prefix    = local.is_provisioned ? "" : split(".", local.source_id)[0]
  is_global = local.prefix == "global"
  # A geography the table does not know is one where the caller lists its Regions.
  is_listed_geography = (
    length(regexall("^[a-z-]+\\.[a-z0-9-]+\\.", local.source_id)) > 0
    && local.arn_kind != "foundation-model" && length(var.destination_regions) > 0
  )
  is_geographic = !local.is_global && (contains(keys(local.geographies), local.prefix) || local.is_listed_geography)
  is_profile    = local.is_global || local.is_geographic || local.is_application
  foundation_id = local.is_global || local.is_geographic ? trimprefix(local.source_id, "${local.prefix}.") : local.source_id

  own_profile_arn = "${local.arn_prefix}:${var.account_id}:inference-profile/${local.source_id}"
  profile_arn     = local.is_application || local.arn_kind == "inference-profile" ? var.model_id : local.own_profile_arn

  geography    = length(var.destination_regions) > 0 ? var.destination_regions : try(local.geographies[local.prefix].destinations, [])
  destinations = local.is_geographic ? sort(distinct(concat([var.region], local.geography))) : [var.region]

  foundation_arns = [for region in local.destinations : "arn:${var.partition}:bedrock:${region}::foundation-model/${local.foundation_id}"]
  global_arn      = "arn:${var.partition}:bedrock:::foundation-model/${local.foundation_id}"

  # Without the condition the same statement would also open direct calls, which bypass the profile.
  through_profile = { StringEquals = { "bedrock:InferenceProfileArn" = local.profile_arn } }
  action          = "bedrock:InvokeModelWithResponseStream"

  # Bedrock's service model authorises a call on the caller's project too, and every call without one belongs to the default project.
  project_arn = "${local.arn_prefix}:${var.account_id}:project/default"

  direct_statements = [
    {
      Sid      = "StreamFromTheModel"
      Effect   = "Allow"
      Action   = local.action
      Resource = concat(local.is_provisioned ? [var.model_id] : local.foundation_arns, [local.project_arn])
    },
  ]
  geographic_statements = [
    { Sid = "CallTheProfile", Effect = "Allow", Action = local.action, Resource = [local.profile_arn, local.project_arn] },
    { Sid = "ReachItsModelsOnlyThroughIt", Effect = "Allow", Action = local.action, Resource = local.foundation_arns, Condition = local.through_profile },
  ]
  global_statements = [
    {
      Sid       = "CallTheProfile"
      Effect    = "Allow"
      Action    = local.action
      Resource  = [local.profile_arn, local.project_arn]
      Condition = { StringEquals = { "aws:RequestedRegion" = var.region } }
    },
    {
      Sid       = "ReachTheModelHereOnlyThroughIt"
      Effect    = "Allow"
      Action    = local.action
      Resource  = local.foundation_arns
      Condition = { StringEquals = { "aws:RequestedRegion" = var.region, "bedrock:InferenceProfileArn" = local.profile_arn } }
    },
    {
      Sid       = "ReachTheModelAnywhereOnlyThroughIt"
      Effect    = "Allow"
      Action    = local.action
      Resource  = [local.global_arn]
      Condition = { StringEquals = { "aws:RequestedRegion" = "unspecified", "bedrock:InferenceProfileArn" = local.profile_arn } }
    },
  ]

  # Encoded one by one: the three lists hold objects of different shapes, which a conditional cannot join.
  model_statements = jsondecode(
    local.is_global ? jsonencode(local.global_statements) : local.is_profile ? jsonencode(local.geographic_statements) : jsonencode(local.direct_statements)
  )

  # What is known of the model: the table's entries in their order, then what the caller knows better. Provisioned throughput hides its model.
  families = jsondecode(file("${path.module}/families.json")).families
  known = merge(concat(
    [for each in local.families : each if startswith(local.foundation_id, each.family) && !local.is_provisioned],
    [{ for name, value in var.features : name => value if value != null }],
  )...)

  guardrail_prefix = var.guardrail_profile_id == null ? "" : split(".", var.guardrail_profile_id)[0]
  guardrail_regions = var.guardrail_profile_id == null ? [] : sort(distinct(concat(
    [var.region], try(local.geographies[local.guardrail_prefix].destinations, [])
  )))
  guardrail_arns = var.guardrail_id == null ? [] : concat(
    [startswith(var.guardrail_id, "arn:") ? var.guardrail_id : "${local.arn_prefix}:${var.account_id}:guardrail/${var.guardrail_id}"],
    [for region in local.guardrail_regions : "arn:${var.partition}:bedrock:${region}:${var.account_id}:guardrail-profile/${var.guardrail_profile_id}"],
  )
  guardrail_statements = [
    for arns in [local.guardrail_arns] : { Sid = "ApplyTheGuardrail", Effect = "Allow", Action = "bedrock:ApplyGuardrail", Resource = arns } if length(arns) > 0
  ]
}
