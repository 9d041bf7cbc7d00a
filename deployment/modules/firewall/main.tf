# A WAF in front of the API. It reads requests before AppSync authenticates them; on the real-time side it sees only the start of a subscription.
# Questions and answers are free text and may quote HTML, paths or exploits: rules that judge the body of a request by such text only count, or look
# away from the orchestrator's signed requests,
# whose body is an answer. Nothing behind the API interprets that text.

locals {
  # Rules of AWSManagedRulesCommonRuleSet that would refuse a question for what it talks about, or for being longer than 8 KB.
  body_rules = ["CrossSiteScripting_BODY", "EC2MetaDataSSRF_BODY", "GenericLFI_BODY", "GenericRFI_BODY", "SizeRestrictions_BODY"]
}

resource "aws_wafv2_web_acl" "this" {
  name        = var.name
  description = "In front of the AppSync API of ${var.name}."
  scope       = "REGIONAL"

  default_action {
    allow {}
  }

  rule {
    name     = "common"
    priority = 1

    override_action {
      none {}
    }

    statement {
      managed_rule_group_statement {
        vendor_name = "AWS"
        name        = "AWSManagedRulesCommonRuleSet"

        dynamic "rule_action_override" {
          for_each = local.body_rules
          content {
            name = rule_action_override.value
            action_to_use {
              count {}
            }
          }
        }
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${var.name}-common"
      sampled_requests_enabled   = false
    }
  }

  rule {
    name     = "known-bad-inputs"
    priority = 2

    override_action {
      none {}
    }

    statement {
      managed_rule_group_statement {
        vendor_name = "AWS"
        name        = "AWSManagedRulesKnownBadInputsRuleSet"

        # The orchestrator signs its requests; an answer that explains Log4Shell must not be cut off in the middle.
        scope_down_statement {
          not_statement {
            statement {
              byte_match_statement {
                search_string         = "AWS4-HMAC-SHA256 "
                positional_constraint = "STARTS_WITH"
                field_to_match {
                  single_header {
                    name = "authorization"
                  }
                }
                text_transformation {
                  priority = 0
                  type     = "NONE"
                }
              }
            }
          }
        }
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${var.name}-known-bad-inputs"
      sampled_requests_enabled   = false
    }
  }

  # One answer is dozens of signed mutations from one address, so the orchestrator is outside the readers' limit. Whoever forges its header escapes
  # this rule and meets AppSync's own request quota.
  rule {
    name     = "rate"
    priority = 3

    action {
      block {}
    }

    statement {
      rate_based_statement {
        limit              = var.rate_limit
        aggregate_key_type = "IP"

        scope_down_statement {
          not_statement {
            statement {
              byte_match_statement {
                search_string         = "AWS4-HMAC-SHA256 "
                positional_constraint = "STARTS_WITH"
                field_to_match {
                  single_header {
                    name = "authorization"
                  }
                }
                text_transformation {
                  priority = 0
                  type     = "NONE"
                }
              }
            }
          }
        }
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${var.name}-rate"
      sampled_requests_enabled   = false
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = var.name
    # Samples would keep headers, keys and tokens among them, for three hours.
    sampled_requests_enabled = false
  }
}

resource "aws_wafv2_web_acl_association" "this" {
  resource_arn = var.api_arn
  web_acl_arn  = aws_wafv2_web_acl.this.arn
}

# WAF insists on the prefix.
resource "aws_cloudwatch_log_group" "this" {
  name              = "aws-waf-logs-${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

# Without it WAF writes a resource policy of its own, which destroy would leave behind.
resource "aws_cloudwatch_log_resource_policy" "this" {
  policy_name = "${var.name}-waf"
  policy_document = templatefile("${path.module}/policies/log-delivery.json.tftpl", {
    partition     = var.partition
    region        = var.region
    account_id    = var.account_id
    log_group_arn = aws_cloudwatch_log_group.this.arn
  })
}

# WAF never logs a body. What it does log and must not: the API key, the token, and the query string, where real-time clients put both.
resource "aws_wafv2_web_acl_logging_configuration" "this" {
  resource_arn            = aws_wafv2_web_acl.this.arn
  log_destination_configs = [aws_cloudwatch_log_group.this.arn]

  dynamic "redacted_fields" {
    for_each = ["authorization", "sec-websocket-protocol", "x-amz-security-token", "x-api-key"]
    content {
      single_header {
        name = redacted_fields.value
      }
    }
  }

  redacted_fields {
    query_string {}
  }

  depends_on = [aws_cloudwatch_log_resource_policy.this]
}
