# Where alarms go, unless the caller has a topic of their own.

resource "aws_sns_topic" "this" {
  name              = var.name
  display_name      = "Alarms"
  kms_master_key_id = var.kms_key_arn
}

resource "aws_sns_topic_policy" "this" {
  arn = aws_sns_topic.this.arn
  policy = templatefile("${path.module}/policies/topic.json.tftpl", {
    topic_arn  = aws_sns_topic.this.arn
    alarms_arn = var.alarms_arn
    account_id = var.account_id
  })
}

resource "aws_sns_topic_subscription" "email" {
  for_each = toset(var.email_addresses)

  topic_arn = aws_sns_topic.this.arn
  protocol  = "email"
  endpoint  = each.value
}
