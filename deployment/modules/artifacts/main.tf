# The bucket the functions' zips are deployed from, where the caller names none of their own.

resource "aws_s3_bucket" "this" {
  #checkov:skip=CKV_AWS_18:Access logs would need a second bucket; CloudTrail data events record the few deployments this bucket sees.
  #checkov:skip=CKV_AWS_144:A lost zip is rebuilt byte for byte from the repository; a second Region would only store what already exists twice.
  #checkov:skip=CKV2_AWS_62:Nothing reacts to an upload: Terraform updates the function itself.
  #checkov:skip=CKV2_AWS_61:Nothing accumulates: Terraform deletes a replaced zip with all its versions.
  #prowler:skip=s3_bucket_server_access_logging_enabled:As CKV_AWS_18 above.
  #prowler:skip=s3_bucket_cross_region_replication:As CKV_AWS_144 above.
  #prowler:skip=s3_bucket_event_notifications_enabled:As CKV2_AWS_62 above.
  #prowler:skip=s3_bucket_lifecycle_enabled:As CKV2_AWS_61 above.
  #prowler:skip=s3_bucket_no_mfa_delete:Only root may turn it on, with a device at hand, and then no pipeline could replace a zip.
  #prowler:skip=s3_bucket_object_lock:A lock would keep destroy from emptying the bucket; what runs is Lambda's own copy, not the object.
  bucket = var.name
  # Nothing in it exists only here, so destroy may empty it, old versions included.
  force_destroy = true
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = var.kms_key_arn
    }
  }
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket = aws_s3_bucket.this.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id
  policy = templatefile("${path.module}/policies/bucket.json.tftpl", { bucket_arn = aws_s3_bucket.this.arn })

  # S3 refuses two changes to one bucket's access at the same time.
  depends_on = [aws_s3_bucket_public_access_block.this]
}
