# API keys that rotate by the calendar, without a perpetual diff.
# A key belongs to a calendar quarter. Two exist: this quarter's, which readers are given, and the last one's, so that nobody is cut off in the middle
# of a rotation. An apply in a new
# quarter makes the next key and deletes the oldest; within a quarter nothing changes. (On the first apply the older of the two was never handed out
# to anybody.)
# A key lives until three quarters after its own began: at most 276 days, well below AppSync's 365, so that clock skew never refuses it. Without any
# apply it outlives its quarter by six
# months. After a longer gap the old keys have expired, readers are locked out, and one apply replaces both: an expired key is only deleted, never
# updated, which AppSync would refuse.

locals {
  generation = tonumber(formatdate("YYYY", var.date)) * 4 + floor((tonumber(formatdate("M", var.date)) - 1) / 3)
  # First hour of a generation's quarter. AppSync rounds expiry down to the hour; midnight is already one.
  starts = { for offset in range(-1, 4) : offset => format("%04d-%02d-01T00:00:00Z", floor((local.generation + offset) / 4),
  (local.generation + offset) % 4 * 3 + 1) }
  label = { for offset in [-1, 0] : offset => format("%04d-q%d", floor((local.generation + offset) / 4), (local.generation + offset) % 4 + 1) }
  keys  = { for offset in [-1, 0] : local.label[offset] => local.starts[offset + 3] }
  # The reader's key; the other one only remains valid.
  current = local.label[0]
}

resource "aws_appsync_api_key" "this" {
  for_each = local.keys

  api_id      = var.api_id
  description = "Readers, ${each.key}. Rotated by terraform apply in the next quarter."
  expires     = each.value

  lifecycle {
    precondition {
      condition     = timecmp(each.value, timeadd(plantimestamp(), "24h")) > 0
      error_message = "The API key of ${each.key} would have expired on ${each.value}: move api_key_rotation_date forward, or leave it out."
    }
  }
}

# CloudWatch knows no metric for a key's age, so this is a dead man's switch: every rotation replaces it by a later one, and it only ever rings where
# nobody rotated.
resource "aws_scheduler_schedule" "expiry" {
  name                         = "${var.name}-api-key-expires"
  description                  = "Tells the alarm topic, 30 days ahead, that the readers' API key expires."
  schedule_expression          = "at(${formatdate("YYYY-MM-DD'T'hh:mm:ss", timeadd(local.keys[local.current], "-720h"))})"
  schedule_expression_timezone = "UTC"
  kms_key_arn                  = var.kms_key_arn

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = var.alarm_topic_arn
    role_arn = aws_iam_role.expiry.arn
    input = join(" ", [
      "The API key of ${var.name} (${local.current}) expires on ${local.keys[local.current]}. Run terraform apply to rotate it, then",
      "hand readers the new key.",
    ])
  }

  depends_on = [aws_iam_role_policy.expiry]
}

resource "aws_iam_role" "expiry" {
  name                 = "${var.name}-api-key-expires"
  description          = "Lets the schedule tell the alarm topic that the API key expires."
  permissions_boundary = var.permissions_boundary_arn
  assume_role_policy   = templatefile("${path.module}/policies/expiry-trust.json.tftpl", { account_id = var.account_id })
}

resource "aws_iam_role_policy" "expiry" {
  name = "ring-the-alarm"
  role = aws_iam_role.expiry.id
  policy = templatefile("${path.module}/policies/expiry.json.tftpl", {
    alarm_topic_arn = var.alarm_topic_arn
    kms_key_arn     = var.kms_key_arn
  })
}
