# Every policy that needs more than one module's facts, rendered from its file in policies/. One file per function and per endpoint.

locals {
  policies = {
    data_source = templatefile("${path.module}/policies/data-source.json.tftpl", {
      topic_arn   = local.topic_arn
      kms_key_arn = local.kms_key_arn
    })
    orchestrator = templatefile("${path.module}/policies/orchestrator.json.tftpl", {
      mutation_arn     = "${module.api.arn}/types/Mutation/fields/sendMessage"
      failed_queue_arn = local.failed_queue_arn
      kms_key_arn      = local.kms_key_arn
      model_statements = module.model.statements
    })
    endpoints = {
      "sns" = templatefile("${path.module}/policies/endpoint-sns.json.tftpl", {
        publisher_arn = module.data_source.role_arn
        topic_arn     = local.topic_arn
      })
      "bedrock-runtime" = templatefile("${path.module}/policies/endpoint-bedrock-runtime.json.tftpl", {
        caller_arn          = module.orchestrator.role_arn
        model_resources     = module.model.resources
        guardrail_resources = module.model.guardrail_resources
      })
      "appsync-api" = templatefile("${path.module}/policies/endpoint-appsync-api.json.tftpl", { api_arn = module.api.arn })
    }
  }
}
