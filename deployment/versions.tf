terraform {
  # 1.11 is where `terraform test` learned to mock computed values at plan; validations that read other variables need 1.9.
  required_version = ">= 1.11.0, < 2.0.0"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # Pinned here, where it was tried. The modules accept version 6 too (docs/deployment.md).
      version = "~> 5.100"
    }
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = merge({ Application = "bedrock-appsync-streaming", Environment = var.environment }, var.tags)
  }
}
