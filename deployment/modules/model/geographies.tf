# Where a geographic inference profile may route to. The authority is each profile's page under
# https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html and `aws bedrock get-inference-profile`; the lists here are the
# unions AWS publishes per
# geography in https://docs.aws.amazon.com/cdk/api/v2/docs/@aws-cdk_aws-bedrock-alpha.CrossRegionInferenceProfileRegion.html (read 2026-11-21), us.
# with the source Regions added.
# A Region in the list that a profile does not use grants nothing: the condition on the profile keeps direct calls closed.

locals {
  # What AWS puts before the provider's name, in use or likely: an id that begins so is a profile's.
  geography_words = ["us", "eu", "apac", "ap", "ca", "jp", "au", "sa", "me", "af", "il", "mx", "in", "kr", "uk", "eusc"]

  geographies = {
    us = {
      source_prefixes = ["us-east-", "us-west-", "ca-"]
      destinations    = ["us-east-1", "us-east-2", "us-west-2"]
    }
    eu = {
      source_prefixes = ["eu-"]
      destinations    = ["eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3"]
    }
    apac = {
      source_prefixes = ["ap-", "me-"]
      destinations = [
        "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3",
        "ap-southeast-4",
        "ap-southeast-5", "ap-southeast-7", "me-central-1",
      ]
    }
    jp = {
      source_prefixes = ["ap-northeast-"]
      destinations    = ["ap-northeast-1", "ap-northeast-3"]
    }
    au = {
      source_prefixes = ["ap-southeast-"]
      destinations    = ["ap-southeast-2", "ap-southeast-4"]
    }
    us-gov = {
      source_prefixes = ["us-gov-"]
      destinations    = ["us-gov-east-1", "us-gov-west-1"]
    }
  }
}
