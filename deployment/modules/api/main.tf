# The AppSync API: schema, who may ask, who may publish, and the code that joins fields to data sources.

locals {
  # Every resolver is named after the field it serves; the key is the contract with the schema.
  data_sources = {
    "Query.getLlmResponse"       = aws_appsync_datasource.function.name
    "Mutation.sendMessage"       = aws_appsync_datasource.none.name
    "Subscription.onSendMessage" = aws_appsync_datasource.none.name
  }
  log_group_name = "/aws/appsync/apis/${aws_appsync_graphql_api.this.id}"
}

resource "aws_appsync_graphql_api" "this" {
  #prowler:skip=appsync_graphql_api_no_api_key_authentication:The caller's choice (client_auth): under OIDC there is no key.
  #checkov:skip=CKV2_AWS_33:A WAF is attached by modules/firewall, always for a GLOBAL API; behind PrivateLink it is the caller's choice (enable_waf).
  name                 = var.name
  visibility           = var.visibility
  authentication_type  = var.oidc == null ? "API_KEY" : "OPENID_CONNECT"
  schema               = var.schema
  introspection_config = "DISABLED"
  # getLlmResponse { messages { content } } is the deepest question there is; the spare level is for clients that wrap it.
  query_depth_limit = 4
  # A request asks one question; one that asks hundreds by alias is refused. AppSync does not say whether fields without a resolver count, and a
  # published piece has twelve.
  resolver_count_limit = 20
  xray_enabled         = true

  dynamic "openid_connect_config" {
    for_each = var.oidc[*]
    content {
      issuer    = openid_connect_config.value.issuer
      client_id = openid_connect_config.value.client_id
    }
  }

  # The orchestrator publishes with its role; the schema lets nobody else.
  additional_authentication_provider {
    authentication_type = "AWS_IAM"
  }

  log_config {
    cloudwatch_logs_role_arn = aws_iam_role.logs.arn
    field_log_level          = "ERROR"
    # Verbose content is headers, arguments and results: keys, tokens, questions and answers.
    exclude_verbose_content = true
  }
}

# AppSync would make it without retention and without the key. Its role below may not make groups, so nothing reappears after destroy.
resource "aws_cloudwatch_log_group" "this" {
  name              = local.log_group_name
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_iam_role" "logs" {
  name                 = "${var.name}-appsync-logs"
  description          = "Lets AppSync write the log of ${var.name}."
  permissions_boundary = var.permissions_boundary_arn
  # The API needs the role to exist first, so the role cannot name the API, only the account.
  assume_role_policy = templatefile("${path.module}/policies/logs-trust.json.tftpl", { account_id = var.account_id })
}

resource "aws_iam_role_policy" "logs" {
  name   = "write-api-log"
  role   = aws_iam_role.logs.id
  policy = templatefile("${path.module}/policies/logs.json.tftpl", { log_group_arn = aws_cloudwatch_log_group.this.arn })
}

resource "aws_iam_role" "data_source" {
  name                 = "${var.name}-appsync-data-source"
  description          = "Lets ${var.name}'s API invoke the data-source function."
  permissions_boundary = var.permissions_boundary_arn
  assume_role_policy = templatefile("${path.module}/policies/data-source-trust.json.tftpl", {
    account_id = var.account_id
    api_arn    = aws_appsync_graphql_api.this.arn
  })
}

resource "aws_iam_role_policy" "data_source" {
  name   = "invoke-data-source"
  role   = aws_iam_role.data_source.id
  policy = templatefile("${path.module}/policies/data-source.json.tftpl", { function_arn = var.function_arn })
}

resource "aws_appsync_datasource" "function" {
  api_id           = aws_appsync_graphql_api.this.id
  name             = "data_source_function"
  type             = "AWS_LAMBDA"
  service_role_arn = aws_iam_role.data_source.arn

  lambda_config {
    function_arn = var.function_arn
  }

  depends_on = [aws_iam_role_policy.data_source]
}

# Fields that AppSync answers by itself: publishing hands its input to the subscribers, subscribing sets a filter.
resource "aws_appsync_datasource" "none" {
  api_id = aws_appsync_graphql_api.this.id
  name   = "none"
  type   = "NONE"

  # AppSync changes one part of an API at a time (ConcurrentModificationException), so the parts wait for each other.
  depends_on = [aws_appsync_datasource.function]
}

resource "aws_appsync_resolver" "this" {
  for_each = var.resolvers

  api_id      = aws_appsync_graphql_api.this.id
  type        = split(".", each.key)[0]
  field       = split(".", each.key)[1]
  kind        = "UNIT"
  data_source = local.data_sources[each.key]
  code        = each.value

  runtime {
    name            = "APPSYNC_JS"
    runtime_version = "1.0.0"
  }

  # The provider itself changes resolvers one after the other, but not beside a data source.
  depends_on = [aws_appsync_datasource.none]
}
