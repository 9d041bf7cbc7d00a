# Names, choices and what travels between modules. Names are built here once, so that policies can refer to what does not exist yet.

locals {
  partition  = data.aws_partition.current.partition
  account_id = data.aws_caller_identity.current.account_id

  data_source_name  = "${var.environment}-data-source"
  orchestrator_name = "${var.environment}-orchestrator"
  topic_name        = "${var.environment}-questions"
  topic_arn         = "arn:${local.partition}:sns:${var.region}:${local.account_id}:${local.topic_name}"
  failed_queue_arn  = "arn:${local.partition}:sqs:${var.region}:${local.account_id}:${var.environment}-failed"
  alarms_arn        = "arn:${local.partition}:cloudwatch:${var.region}:${local.account_id}:alarm:${var.environment}-*"

  is_private       = var.appsync_visibility == "PRIVATE"
  has_oidc         = var.client_auth == "OIDC"
  has_existing_vpc = length(var.lambda_vpc_subnet_id_list) > 0
  has_waf          = coalesce(var.enable_waf, !local.is_private)

  kms_key_arn     = var.kms_key_arn == null ? module.encryption[0].key_arn : var.kms_key_arn
  alarm_topic_arn = var.alarm_topic_arn == null ? module.alarm_topic[0].arn : var.alarm_topic_arn
  bucket          = var.lambda_s3_source_bucket_name == null ? module.artifacts[0].bucket : var.lambda_s3_source_bucket_name

  metrics_namespace = "BedrockStreaming"

  # The schema file speaks of API keys; under OIDC the same fields and types are open to tokens instead.
  schema = replace(file("${path.module}/api/schema.graphql"), "@aws_api_key", local.has_oidc ? "@aws_oidc" : "@aws_api_key")
  resolvers = {
    for name in fileset("${path.module}/api/resolvers", "*.js") : trimsuffix(name, ".js") => file("${path.module}/api/resolvers/${name}")
  }

  # Hides which sessions a log speaks of and differs between stacks. Session ids are long and random, so it need not be a secret, only stable;
  # there is no random provider to ask.
  log_salt = sha256("${module.api.id}/${local.kms_key_arn}")
}

# Network: which endpoints are made here, and where.
locals {
  shared_endpoint_ids = {
    for service, id in {
      "bedrock-runtime" = var.bedrock_runtime_vpc_endpoint_id
      "sns"             = var.sns_vpc_endpoint_id
      "appsync-api"     = var.appsync_api_vpc_endpoint_id
    } : service => id if id != null
  }
  # A GLOBAL API cannot be reached through an appsync-api endpoint, and one with private DNS would hide it from the whole VPC.
  needed_endpoint_services  = toset(concat(["bedrock-runtime", "sns"], local.is_private ? ["appsync-api"] : []))
  created_endpoint_services = setsubtract(local.needed_endpoint_services, keys(local.shared_endpoint_ids))

  offered_zones = { for service, offer in data.aws_vpc_endpoint_service.this : service => offer.availability_zones }
  # With shared endpoints only there is no offer to intersect, and no zone to choose.
  common_zones       = try(sort(setintersection(values(local.offered_zones)...)), [])
  usable_zones       = sort(flatten(data.aws_availability_zones.usable[*].names))
  availability_zones = length(var.availability_zone_list) > 0 ? var.availability_zone_list : slice(local.usable_zones, 0, min(2, length(local.usable_zones)))

  vpc_id       = local.has_existing_vpc ? module.existing_network[0].vpc_id : module.network[0].vpc_id
  subnet_ids   = local.has_existing_vpc ? var.lambda_vpc_subnet_id_list : values(module.network[0].private_subnet_ids)
  subnet_zones = local.has_existing_vpc ? module.existing_network[0].subnet_zones : toset(local.availability_zones)

  # A subnet shared by another account, and its groups, have ARNs of that account: what exists already names itself.
  own_arn                     = "arn:${local.partition}:ec2:${var.region}:${local.account_id}"
  function_security_group_ids = length(var.lambda_vpc_sg_id_list) > 0 ? var.lambda_vpc_sg_id_list : [module.function_security_group[0].id]
  function_network = {
    subnet_ids         = local.subnet_ids
    subnet_arns        = local.has_existing_vpc ? module.existing_network[0].subnet_arns : [for id in local.subnet_ids : "${local.own_arn}:subnet/${id}"]
    security_group_ids = local.function_security_group_ids
    security_group_arns = length(var.lambda_vpc_sg_id_list) > 0 ? module.existing_network[0].security_group_arns : [
      for id in local.function_security_group_ids : "${local.own_arn}:security-group/${id}"
    ]
  }

  sns_endpoint_id = try(local.shared_endpoint_ids["sns"], module.endpoints.ids["sns"])
  api_endpoint_dns = local.is_private ? (
    var.appsync_api_vpc_endpoint_id == null ? module.endpoints.dns["appsync-api"] : module.existing_network[0].api_endpoint_dns
  ) : null
}

# What both functions share.
locals {
  function_settings = {
    partition                = local.partition
    region                   = var.region
    account_id               = local.account_id
    artifacts                = { directory = var.lambda_artifact_dir, bucket = local.bucket, key_prefix = var.lambda_s3_source_bucket_key }
    architecture             = var.lambda_architecture
    network                  = local.function_network
    kms_key_arn              = local.kms_key_arn
    log_level                = var.lambda_log_level
    log_retention_days       = var.log_retention_days
    permissions_boundary_arn = var.permissions_boundary_arn
    code_signing_config_arn  = var.lambda_code_signing_config_arn
  }
}

# Environment of the functions. What is null stays unset, so that the defaults live in the functions alone.
locals {
  data_source_environment = {
    SNS_TOPIC_ARN     = local.topic_arn
    MAX_MESSAGE_CHARS = var.max_message_chars
    LOG_SALT          = local.log_salt
    METRICS_NAMESPACE = local.metrics_namespace
  }
  # Apart from its settings, which are known at plan: a map that is filtered for null is unknown as a whole if one of its values is.
  orchestrator_environment = merge(local.orchestrator_settings, {
    APPSYNC_GRAPHQL_URL = module.api.graphql_url
    LOG_SALT            = local.log_salt
  })
  orchestrator_settings = {
    for name, value in {
      MODEL_ID              = var.model_id
      SYSTEM_PROMPT         = var.system_prompt
      MAX_OUTPUT_TOKENS     = var.max_output_tokens
      TEMPERATURE           = var.temperature
      TOP_P                 = var.top_p
      GUARDRAIL_ID          = var.guardrail_id
      GUARDRAIL_VERSION     = var.guardrail_version
      GUARDRAIL_STREAM_MODE = var.guardrail_id == null ? null : var.guardrail_stream_mode
      FLUSH_INTERVAL_MS     = var.flush_interval_ms
      IDLE_TIMEOUT_MS       = var.idle_timeout_ms
      # Lambda tells a function when it ends by the wall clock only.
      FUNCTION_TIMEOUT_SECONDS = var.orchestrator_timeout_seconds
      METRICS_NAMESPACE        = local.metrics_namespace
    } : name => tostring(value) if value != null
  }

  # As long as what AWS will make of them: an AppSync host begins with 26 characters, a SHA-256 is 64 digits.
  environment_stand_ins = {
    data_source = { LOG_SALT = sha256("") }
    orchestrator = {
      LOG_SALT            = sha256("")
      APPSYNC_GRAPHQL_URL = "https://${substr(sha256(""), 0, 26)}.appsync-api.${var.region}.${data.aws_partition.current.dns_suffix}/graphql"
    }
  }
}
