# One function with everything it needs to run and nothing else: zip, log group, role, network.
# Used once per function; what the function itself may do is the policy it is given.

locals {
  zip_path = "${var.common.artifacts.directory}/${var.artifact_name}.zip"
  zip_hash = fileexists(local.zip_path) ? filebase64sha256(local.zip_path) : null
  # The hash in the key makes a changed zip a changed object, also in a bucket without versions, and names in every plan which build is deployed.
  zip_key = fileexists(local.zip_path) ? "${var.common.artifacts.key_prefix}/${var.artifact_name}/${filesha256(local.zip_path)}.zip" : "missing"

  # Lambda measures the environment as JSON text in UTF-8: {"NAME":"value",…}. Quotes, backslashes and line breaks in it take two bytes,
  # other control characters six.
  measured_environment = merge(var.environment, var.environment_stand_ins)
  environment_bytes = sum(concat([1], [
    for text in concat(keys(local.measured_environment), values(local.measured_environment)) :
    (length(base64encode(text)) / 4 * 3 - length(regexall("=", base64encode(text))))
    + length(regexall("[\"\\\\\\x08\\t\\n\\x0c\\r]", text)) + 5 * length(regexall("[\\x00-\\x07\\x0b\\x0e-\\x1f]", text)) + 3
  ]))

  # Built from names: policies of the function's own role need it before the function exists.
  function_arn = "arn:${var.common.partition}:lambda:${var.common.region}:${var.common.account_id}:function:${var.name}"
}

resource "aws_s3_object" "zip" {
  bucket                 = var.common.artifacts.bucket
  key                    = local.zip_key
  source                 = local.zip_path
  source_hash            = local.zip_hash
  server_side_encryption = "aws:kms"
  kms_key_id             = var.common.kms_key_arn

  # S3 takes ten tags per object where everything else takes fifty, and a bucket of the caller's may not let Terraform tag.
  override_provider {
    default_tags {
      tags = {}
    }
  }

  lifecycle {
    precondition {
      condition     = fileexists(local.zip_path)
      error_message = <<-TEXT
        There is no ${local.zip_path}. Run `make package` in the repository's root first, or point lambda_artifact_dir at the directory
        that holds it.
      TEXT
    }
    # A function updated to the new object before the old one goes never refers to one that is gone.
    create_before_destroy = true
  }
}

# Made before the function can write: Lambda would make it without retention and without the key, and destroy would leave it behind.
resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.common.log_retention_days
  kms_key_id        = var.common.kms_key_arn
}

resource "aws_iam_role" "this" {
  #prowler:skip=iam_role_cross_service_confused_deputy_prevention:No page says that Lambda sends a source when it assumes an execution role.
  name                 = var.name
  description          = "What the function ${var.name} may do."
  permissions_boundary = var.common.permissions_boundary_arn
  assume_role_policy   = file("${path.module}/policies/trust.json")
}

resource "aws_iam_role_policy" "platform" {
  name = "platform"
  role = aws_iam_role.this.id
  policy = templatefile("${path.module}/policies/platform.json.tftpl", {
    partition           = var.common.partition
    region              = var.common.region
    account_id          = var.common.account_id
    function_arn        = local.function_arn
    log_group_arn       = aws_cloudwatch_log_group.this.arn
    kms_key_arn         = var.common.kms_key_arn
    subnet_arns         = var.common.network.subnet_arns
    security_group_arns = var.common.network.security_group_arns
  })
}

resource "aws_iam_role_policy" "function" {
  name   = "function"
  role   = aws_iam_role.this.id
  policy = var.policy
}

resource "aws_lambda_function" "this" {
  #prowler:skip=awslambda_function_no_dead_letter_queue:As CKV_AWS_116 below.
  #prowler:skip=awslambda_function_invoke_api_operations_cloudtrail_logging_enabled:Data events are a setting of the account's own trail.
  #checkov:skip=CKV_AWS_116:Failed asynchronous events go to an on-failure destination (below), which also carries the error.
  #checkov:skip=CKV_AWS_272:Code signing is the caller's choice (lambda_code_signing_config_arn): a zip built minutes ago on a laptop carries no signature yet.
  function_name                  = var.name
  description                    = var.description
  role                           = aws_iam_role.this.arn
  runtime                        = "provided.al2023"
  handler                        = "bootstrap"
  architectures                  = [var.common.architecture]
  memory_size                    = var.memory_mb
  timeout                        = var.timeout_seconds
  reserved_concurrent_executions = var.reserved_concurrency
  s3_bucket                      = var.common.artifacts.bucket
  s3_key                         = aws_s3_object.zip.key
  source_code_hash               = local.zip_hash
  code_signing_config_arn        = var.common.code_signing_config_arn
  kms_key_arn                    = var.common.kms_key_arn

  environment {
    variables = var.environment
  }

  vpc_config {
    subnet_ids         = var.common.network.subnet_ids
    security_group_ids = var.common.network.security_group_ids
  }

  logging_config {
    log_format            = "JSON"
    log_group             = aws_cloudwatch_log_group.this.name
    application_log_level = var.common.log_level
    system_log_level      = "INFO"
  }

  tracing_config {
    mode = "Active"
  }

  lifecycle {
    precondition {
      condition     = local.environment_bytes <= 4096
      error_message = "The environment of ${var.name} takes ${local.environment_bytes} bytes as JSON text and Lambda takes 4096: shorten system_prompt."
    }
  }

  # Lambda checks at creation that the role may attach the function to its subnets, and needs the same rights to detach it at the end.
  depends_on = [aws_iam_role_policy.platform, aws_iam_role_policy.function]
}

# A question is answered once: a second try would repeat an answer a minute later, and an event older than a minute has lost its reader.
resource "aws_lambda_function_event_invoke_config" "this" {
  function_name                = aws_lambda_function.this.function_name
  maximum_retry_attempts       = 0
  maximum_event_age_in_seconds = 60

  dynamic "destination_config" {
    for_each = var.on_failure_queue_arn[*]
    content {
      on_failure {
        destination = destination_config.value
      }
    }
  }
}
