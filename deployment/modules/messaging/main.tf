# A question's way from the data-source function to the orchestrator, and the two places it can end when that fails.
# undelivered: SNS could not hand the question over. failed: the orchestrator took it and could not tell the reader how it ended.

locals {
  topic_arn = "arn:${var.partition}:sns:${var.region}:${var.account_id}:${var.topic_name}"
  queues = {
    undelivered = { policy = "undelivered-queue" }
    failed      = { policy = "failed-queue" }
  }
}

resource "aws_sns_topic" "questions" {
  name              = var.topic_name
  display_name      = "Questions on their way to the model"
  kms_master_key_id = var.kms_key_arn
}

resource "aws_sns_topic_policy" "questions" {
  arn = aws_sns_topic.questions.arn
  policy = templatefile("${path.module}/policies/topic.json.tftpl", {
    topic_arn       = aws_sns_topic.questions.arn
    publisher_arn   = var.publisher_role_arn
    vpc_endpoint_id = var.vpc_endpoint_id
    subscriber_arn  = var.subscriber.arn
  })
}

resource "aws_sqs_queue" "dead_letter" {
  for_each = local.queues

  name                              = "${var.name}-${each.key}"
  message_retention_seconds         = 1209600
  kms_master_key_id                 = var.kms_key_arn
  kms_data_key_reuse_period_seconds = 300
  # Written from names, not from the topic: the topic's subscription needs the queue, so the queue must not need the topic.
  policy = templatefile("${path.module}/policies/${each.value.policy}.json.tftpl", {
    queue_arn = "arn:${var.partition}:sqs:${var.region}:${var.account_id}:${var.name}-${each.key}"
    topic_arn = local.topic_arn
  })
}

resource "aws_lambda_permission" "topic" {
  statement_id  = "QuestionsTopic"
  action        = "lambda:InvokeFunction"
  function_name = var.subscriber.name
  principal     = "sns.amazonaws.com"
  # The exact topic, and with it its account. AWS documents aws:SourceAccount on none of SNS's ways out, so nothing here asks for it.
  source_arn = aws_sns_topic.questions.arn
}

resource "aws_sns_topic_subscription" "orchestrator" {
  topic_arn      = aws_sns_topic.questions.arn
  protocol       = "lambda"
  endpoint       = var.subscriber.arn
  redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead_letter["undelivered"].arn })

  # A question published before the permission exists would go straight to the dead letters.
  depends_on = [aws_lambda_permission.topic]
}
