variable "name" {
  description = "Name of the bucket, unique among all of AWS."
  type        = string
}

variable "kms_key_arn" {
  description = "Key the zips are encrypted with."
  type        = string
}
