# One function with everything it needs to run and nothing else: zip, log group, role, network. Used once per function; what the function itself may do is the policy it is given.

locals {
  zip_path = "${var.artifact.directory}/${var.artifact.name}.zip"
  zip_hash = fileexists(local.zip_path) ? filebase64sha256(local.zip_path) : null
  # The hash in the key makes a changed zip a changed object, also in a bucket without versions, and names in every plan which build is deployed.
  zip_key = fileexists(local.zip_path) ? "${var.artifact.key_prefix}/${var.artifact.name}/${filesha256(local.zip_path)}.zip" : "missing"
  # Built from names: policies of the function's own role need it before the function exists.
  function_arn = "arn:${var.partition}:lambda:${var.region}:${var.account_id}:function:${var.name}"
}

resource "aws_s3_object" "zip" {
  bucket                 = var.artifact.bucket
  key                    = local.zip_key
  source                 = local.zip_path
  source_hash            = local.zip_hash
  server_side_encryption = "aws:kms"
  kms_key_id             = var.kms_key_arn

  # S3 takes ten tags per object where everything else takes fifty, and a bucket of the caller's may not let Terraform tag.
  override_provider {
    default_tags {
      tags = {}
    }
  }

  lifecycle {
    precondition {
      condition     = fileexists(local.zip_path)
      error_message = "There is no ${local.zip_path}. Run `make package` in the repository's root first, or point lambda_artifact_dir at the directory that holds it."
    }
    # A function updated to the new object before the old one goes never refers to one that is gone.
    create_before_destroy = true
  }
}

# Made before the function can write: Lambda would make it without retention and without the key, and destroy would leave it behind.
resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_iam_role" "this" {
  name                 = var.name
  description          = "What the function ${var.name} may do."
  permissions_boundary = var.permissions_boundary_arn
  assume_role_policy   = file("${path.module}/policies/trust.json")
}

resource "aws_iam_role_policy" "platform" {
  name = "platform"
  role = aws_iam_role.this.id
  policy = templatefile("${path.module}/policies/platform.json.tftpl", {
    partition           = var.partition
    region              = var.region
    account_id          = var.account_id
    function_arn        = local.function_arn
    log_group_arn       = aws_cloudwatch_log_group.this.arn
    kms_key_arn         = var.kms_key_arn
    subnet_arns         = [for id in var.network.subnet_ids : "arn:${var.partition}:ec2:${var.region}:${var.account_id}:subnet/${id}"]
    security_group_arns = [for id in var.network.security_group_ids : "arn:${var.partition}:ec2:${var.region}:${var.account_id}:security-group/${id}"]
  })
}

resource "aws_iam_role_policy" "function" {
  name   = "function"
  role   = aws_iam_role.this.id
  policy = var.policy
}

resource "aws_lambda_function" "this" {
  #checkov:skip=CKV_AWS_116:Failed asynchronous events go to an on-failure destination (below), which carries the error beside the event and excludes a second dead letter.
  #checkov:skip=CKV_AWS_272:Code signing is the caller's choice (lambda_code_signing_config_arn): a zip built minutes ago on a laptop carries no signature yet.
  function_name                  = var.name
  description                    = var.description
  role                           = aws_iam_role.this.arn
  runtime                        = "provided.al2023"
  handler                        = "bootstrap"
  architectures                  = [var.architecture]
  memory_size                    = var.memory_mb
  timeout                        = var.timeout_seconds
  reserved_concurrent_executions = var.reserved_concurrency
  s3_bucket                      = var.artifact.bucket
  s3_key                         = aws_s3_object.zip.key
  source_code_hash               = local.zip_hash
  code_signing_config_arn        = var.code_signing_config_arn
  kms_key_arn                    = var.kms_key_arn

  environment {
    variables = var.environment
  }

  vpc_config {
    subnet_ids         = var.network.subnet_ids
    security_group_ids = var.network.security_group_ids
  }

  logging_config {
    log_format            = "JSON"
    log_group             = aws_cloudwatch_log_group.this.name
    application_log_level = var.log_level
    system_log_level      = "INFO"
  }

  tracing_config {
    mode = "Active"
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
