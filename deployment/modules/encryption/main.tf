# One key for everything this stack stores: topic, queues, logs, function environments, zips.
# Its policy names services with source conditions built from names, so the key depends on nothing and everything may depend on it.

resource "aws_kms_key" "this" {
  description             = "Everything ${var.name} stores."
  enable_key_rotation     = true
  deletion_window_in_days = var.deletion_window_days
  policy = templatefile("${path.module}/policies/key.json.tftpl", {
    partition  = var.partition
    region     = var.region
    account_id = var.account_id
    name       = var.name

    logs_principal = var.logs_principal
  })
}

resource "aws_kms_alias" "this" {
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.this.key_id
}
