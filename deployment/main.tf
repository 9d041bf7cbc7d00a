# Composition and nothing else. One answer end to end: api → data_source → messaging → orchestrator → api;
# network and endpoints carry it, encryption keeps it, observability watches it.

module "encryption" {
  source = "./modules/encryption"
  count  = var.kms_key_arn == null ? 1 : 0

  name       = var.environment
  partition  = local.partition
  region     = var.region
  account_id = local.account_id
  # CloudWatch Logs is the one service whose principal names its Region. The provider's own data source leaves it out.
  logs_principal       = "logs.${var.region}.${data.aws_partition.current.dns_suffix}"
  deletion_window_days = var.kms_deletion_window_days
}

module "network" {
  source = "./modules/network"
  count  = local.has_existing_vpc ? 0 : 1

  name                     = var.environment
  partition                = local.partition
  region                   = var.region
  account_id               = local.account_id
  cidr_block               = var.vpc_cidr_block
  availability_zones       = local.availability_zones
  usable_zones             = local.usable_zones
  client_cidr_blocks       = var.client_cidr_blocks
  client_cidr_dns          = var.client_cidr_dns
  has_egress               = var.create_nat_gateway
  kms_key_arn              = local.kms_key_arn
  log_retention_days       = var.log_retention_days
  permissions_boundary_arn = var.permissions_boundary_arn
}

module "existing_network" {
  source = "./modules/existing-network"
  count  = local.has_existing_vpc ? 1 : 0

  account_id              = local.account_id
  subnet_ids              = var.lambda_vpc_subnet_id_list
  security_group_ids      = var.lambda_vpc_sg_id_list
  shared_endpoint_ids     = local.shared_endpoint_ids
  created_services        = local.created_endpoint_services
  private_dns             = var.endpoint_private_dns
  is_private              = local.is_private
  api_private_dns_vpc_ids = var.api_private_dns_vpc_id_list
}

module "egress" {
  source = "./modules/egress"
  count  = var.create_nat_gateway ? 1 : 0

  name                    = var.environment
  vpc_id                  = module.network[0].vpc_id
  cidr_block              = var.vpc_cidr_block
  availability_zones      = local.availability_zones
  private_route_table_ids = module.network[0].private_route_table_ids
}

module "function_security_group" {
  source = "./modules/function-security-group"
  count  = length(var.lambda_vpc_sg_id_list) > 0 ? 0 : 1

  name                        = var.environment
  vpc_id                      = local.vpc_id
  endpoint_security_group_ids = module.endpoints.security_group_ids
  internet_egress             = !local.is_private
}

module "endpoints" {
  source = "./modules/endpoints"

  name         = var.environment
  vpc_id       = local.vpc_id
  subnet_ids   = local.subnet_ids
  subnet_zones = local.subnet_zones
  services = {
    for service, offer in data.aws_vpc_endpoint_service.this : service => {
      service_name = offer.service_name
      zones        = offer.availability_zones
      policy       = local.policies.endpoints[service]
    }
  }
  private_dns                 = var.endpoint_private_dns
  function_security_group_ids = local.function_security_group_ids
  client_cidr_blocks          = var.client_cidr_blocks
}

module "private_dns" {
  source = "./modules/private-dns"
  count  = length(var.api_private_dns_vpc_id_list) > 0 ? 1 : 0

  name    = var.environment
  vpc_ids = var.api_private_dns_vpc_id_list
  hosts = {
    graphql  = regex("^[a-z]+://([^/:]+)", module.api.graphql_url)[0]
    realtime = regex("^[a-z]+://([^/:]+)", module.api.realtime_url)[0]
  }
  endpoint_dns = local.api_endpoint_dns
}

module "artifacts" {
  source = "./modules/artifacts"
  count  = var.lambda_s3_source_bucket_name == null ? 1 : 0

  name        = "${var.environment}-artifacts-${local.account_id}-${var.region}"
  kms_key_arn = local.kms_key_arn
}

module "model" {
  source = "./modules/model"

  model_id                     = var.model_id
  application_profile_model_id = var.application_profile_model_id
  destination_regions          = var.model_destination_region_list
  features                     = var.model_features
  request = {
    has_system_prompt          = var.system_prompt != null
    has_temperature_with_top_p = var.temperature != null && var.top_p != null
    max_output_tokens          = var.max_output_tokens
  }
  guardrail_id         = var.guardrail_id
  guardrail_profile_id = var.guardrail_profile_id
  partition            = local.partition
  region               = var.region
  account_id           = local.account_id
}

module "data_source" {
  source = "./modules/function"

  name                  = local.data_source_name
  description           = "Validates a question and publishes it; AppSync waits for it."
  artifact_name         = "data-source"
  memory_mb             = var.data_source_memory_mb
  timeout_seconds       = 10
  reserved_concurrency  = var.data_source_reserved_concurrency
  environment           = local.data_source_environment
  environment_stand_ins = local.environment_stand_ins.data_source
  policy                = local.policies.data_source
  on_failure_queue_arn  = null
  common                = local.function_settings
}

module "orchestrator" {
  source = "./modules/function"

  name                  = local.orchestrator_name
  description           = "Streams the model's answer to a question and publishes it piece by piece."
  artifact_name         = "orchestrator"
  memory_mb             = var.orchestrator_memory_mb
  timeout_seconds       = var.orchestrator_timeout_seconds
  reserved_concurrency  = var.orchestrator_reserved_concurrency
  environment           = local.orchestrator_environment
  environment_stand_ins = local.environment_stand_ins.orchestrator
  policy                = local.policies.orchestrator
  on_failure_queue_arn  = module.messaging.dead_letter_queues["failed"].arn
  common                = local.function_settings
}

module "messaging" {
  source = "./modules/messaging"

  name               = var.environment
  topic_name         = local.topic_name
  partition          = local.partition
  region             = var.region
  account_id         = local.account_id
  kms_key_arn        = local.kms_key_arn
  publisher_role_arn = module.data_source.role_arn
  vpc_endpoint_id    = local.sns_endpoint_id
  subscriber = {
    name = module.orchestrator.name
    arn  = module.orchestrator.arn
  }
}

module "api" {
  source = "./modules/api"

  name                     = var.environment
  visibility               = var.appsync_visibility
  oidc                     = local.has_oidc ? { issuer = var.oidc_issuer, client_id = "^(?:${var.oidc_client_id})$" } : null
  schema                   = local.schema
  resolvers                = local.resolvers
  function_arn             = module.data_source.arn
  account_id               = local.account_id
  kms_key_arn              = local.kms_key_arn
  log_retention_days       = var.log_retention_days
  permissions_boundary_arn = var.permissions_boundary_arn
}

module "api_key" {
  source = "./modules/api-key"
  count  = local.has_oidc ? 0 : 1

  name                     = var.environment
  api_id                   = module.api.id_once_complete
  date                     = coalesce(var.api_key_rotation_date, plantimestamp())
  account_id               = local.account_id
  alarm_topic_arn          = local.alarm_topic_arn
  kms_key_arn              = local.kms_key_arn
  permissions_boundary_arn = var.permissions_boundary_arn
}

module "firewall" {
  source = "./modules/firewall"
  count  = local.has_waf ? 1 : 0

  name               = var.environment
  api_arn            = module.api.arn
  rate_limit         = var.waf_rate_limit
  partition          = local.partition
  region             = var.region
  account_id         = local.account_id
  kms_key_arn        = local.kms_key_arn
  log_retention_days = var.log_retention_days
}

module "alarm_topic" {
  source = "./modules/alarm-topic"
  count  = var.alarm_topic_arn == null ? 1 : 0

  name            = "${var.environment}-alarms"
  alarms_arn      = local.alarms_arn
  account_id      = local.account_id
  kms_key_arn     = local.kms_key_arn
  email_addresses = var.alarm_email_list
}

module "observability" {
  source = "./modules/observability"

  name                     = var.environment
  region                   = var.region
  metrics_namespace        = local.metrics_namespace
  function_names           = { "data-source" = local.data_source_name, "orchestrator" = local.orchestrator_name }
  api_id                   = module.api.id
  dead_letter_queues       = { for key, queue in module.messaging.dead_letter_queues : key => { name = queue.name } }
  first_token_p95_alarm_ms = var.first_token_p95_alarm_ms
  alarm_topic_arn          = local.alarm_topic_arn
}
