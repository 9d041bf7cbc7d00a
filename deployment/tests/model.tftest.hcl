# From a model id alone to the least policy: every form of id, the exact statements.

variables {
  model_id                     = "amazon.nova-micro-v1:0"
  application_profile_model_id = null
  destination_regions          = []
  guardrail_id                 = null
  guardrail_profile_id         = null
  partition                    = "aws"
  region                       = "us-east-1"
  account_id                   = "123456789012"
}

run "a_model_of_this_region" {
  command = plan
  module {
    source = "./modules/model"
  }

  assert {
    condition = jsonencode(output.statements) == jsonencode([
      {
        Action = "bedrock:InvokeModelWithResponseStream"
        Effect = "Allow"
        Resource = ["arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-micro-v1:0",
        "arn:aws:bedrock:us-east-1:123456789012:project/default"]
        Sid = "StreamFromTheModel"
      },
    ])
    error_message = jsonencode(output.statements)
  }
  assert {
    condition = jsonencode(output.resources) == jsonencode([
      "arn:aws:bedrock:us-east-1:123456789012:project/default",
    "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-micro-v1:0"]) && jsonencode(output.guardrail_resources) == jsonencode([])
    error_message = jsonencode(output.resources)
  }
}

run "a_foundation_model_by_arn" {
  command = plan
  module {
    source = "./modules/model"
  }
  variables {
    model_id = "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0"
  }

  assert {
    condition = jsonencode(output.resources) == jsonencode([
      "arn:aws:bedrock:us-east-1:123456789012:project/default",
    "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0"])
    error_message = jsonencode(output.resources)
  }
}

run "a_model_whose_name_holds_a_dot" {
  command = plan
  module {
    source = "./modules/model"
  }
  variables {
    model_id = "moonshotai.kimi-k2.5"
  }

  assert {
    condition = jsonencode(output.resources) == jsonencode([
      "arn:aws:bedrock:us-east-1:123456789012:project/default",
    "arn:aws:bedrock:us-east-1::foundation-model/moonshotai.kimi-k2.5"])
    error_message = jsonencode(output.resources)
  }
}

run "a_geographic_profile" {
  command = plan
  module {
    source = "./modules/model"
  }
  variables {
    model_id = "us.amazon.nova-2-lite-v1:0"
    region   = "us-west-1"
  }

  assert {
    condition = jsonencode(output.statements) == jsonencode([
      {
        Action = "bedrock:InvokeModelWithResponseStream"
        Effect = "Allow"
        Resource = ["arn:aws:bedrock:us-west-1:123456789012:inference-profile/us.amazon.nova-2-lite-v1:0",
        "arn:aws:bedrock:us-west-1:123456789012:project/default"]
        Sid = "CallTheProfile"
      },
      {
        Action    = "bedrock:InvokeModelWithResponseStream"
        Condition = { StringEquals = { "bedrock:InferenceProfileArn" = "arn:aws:bedrock:us-west-1:123456789012:inference-profile/us.amazon.nova-2-lite-v1:0" } }
        Effect    = "Allow"
        Resource = [
          "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-2-lite-v1:0",
          "arn:aws:bedrock:us-east-2::foundation-model/amazon.nova-2-lite-v1:0",
          "arn:aws:bedrock:us-west-1::foundation-model/amazon.nova-2-lite-v1:0",
          "arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-2-lite-v1:0",
        ]
        Sid = "ReachItsModelsOnlyThroughIt"
      },
    ])
    error_message = jsonencode(output.statements)
  }
}

run "a_geographic_profile_by_arn" {
  command = plan
  module {
    source = "./modules/model"
  }
  variables {
    model_id = "arn:aws:bedrock:ap-northeast-1:123456789012:inference-profile/jp.anthropic.claude-haiku-4-5-20251001-v1:0"
    region   = "ap-northeast-1"
  }

  assert {
    condition = jsonencode(output.resources) == jsonencode([
      "arn:aws:bedrock:ap-northeast-1:123456789012:inference-profile/jp.anthropic.claude-haiku-4-5-20251001-v1:0",
      "arn:aws:bedrock:ap-northeast-1:123456789012:project/default",
      "arn:aws:bedrock:ap-northeast-1::foundation-model/anthropic.claude-haiku-4-5-20251001-v1:0",
      "arn:aws:bedrock:ap-northeast-3::foundation-model/anthropic.claude-haiku-4-5-20251001-v1:0",
    ])
    error_message = jsonencode(output.resources)
  }
}

run "a_geography_in_another_partition" {
  command = plan
  module {
    source = "./modules/model"
  }
  variables {
    model_id  = "us-gov.amazon.nova-lite-v1:0"
    region    = "us-gov-west-1"
    partition = "aws-us-gov"
  }

  assert {
    condition = jsonencode(output.resources) == jsonencode([
      "arn:aws-us-gov:bedrock:us-gov-east-1::foundation-model/amazon.nova-lite-v1:0",
      "arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:inference-profile/us-gov.amazon.nova-lite-v1:0",
      "arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:project/default",
      "arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/amazon.nova-lite-v1:0",
    ])
    error_message = jsonencode(output.resources)
  }
}

run "a_geography_the_table_does_not_know" {
  command = plan
  module {
    source = "./modules/model"
  }
  variables {
    model_id            = "ca.amazon.nova-lite-v1:0"
    region              = "ca-central-1"
    destination_regions = ["ca-west-1", "ca-central-1"]
  }

  assert {
    condition = jsonencode(output.resources) == jsonencode([
      "arn:aws:bedrock:ca-central-1:123456789012:inference-profile/ca.amazon.nova-lite-v1:0",
      "arn:aws:bedrock:ca-central-1:123456789012:project/default",
      "arn:aws:bedrock:ca-central-1::foundation-model/amazon.nova-lite-v1:0",
      "arn:aws:bedrock:ca-west-1::foundation-model/amazon.nova-lite-v1:0",
    ])
    error_message = jsonencode(output.resources)
  }
}

run "the_global_profile" {
  command = plan
  module {
    source = "./modules/model"
  }
  variables {
    model_id = "global.amazon.nova-2-lite-v1:0"
    region   = "eu-west-1"
  }

  assert {
    condition = jsonencode(output.statements) == jsonencode([
      {
        Action    = "bedrock:InvokeModelWithResponseStream"
        Condition = { StringEquals = { "aws:RequestedRegion" = "eu-west-1" } }
        Effect    = "Allow"
        Resource = ["arn:aws:bedrock:eu-west-1:123456789012:inference-profile/global.amazon.nova-2-lite-v1:0",
        "arn:aws:bedrock:eu-west-1:123456789012:project/default"]
        Sid = "CallTheProfile"
      },
      {
        Action = "bedrock:InvokeModelWithResponseStream"
        Condition = {
          StringEquals = { "aws:RequestedRegion" = "eu-west-1",
          "bedrock:InferenceProfileArn" = "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/global.amazon.nova-2-lite-v1:0" }
        }
        Effect   = "Allow"
        Resource = ["arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-2-lite-v1:0"]
        Sid      = "ReachTheModelHereOnlyThroughIt"
      },
      {
        Action = "bedrock:InvokeModelWithResponseStream"
        Condition = {
          StringEquals = { "aws:RequestedRegion" = "unspecified",
          "bedrock:InferenceProfileArn" = "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/global.amazon.nova-2-lite-v1:0" }
        }
        Effect   = "Allow"
        Resource = ["arn:aws:bedrock:::foundation-model/amazon.nova-2-lite-v1:0"]
        Sid      = "ReachTheModelAnywhereOnlyThroughIt"
      },
    ])
    error_message = jsonencode(output.statements)
  }
}

run "an_application_profile_of_a_geography" {
  command = plan
  module {
    source = "./modules/model"
  }
  variables {
    model_id                     = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghijkl"
    application_profile_model_id = "us.amazon.nova-2-lite-v1:0"
  }

  assert {
    condition = jsonencode(output.statements[0].Resource) == jsonencode([
      "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghijkl",
      "arn:aws:bedrock:us-east-1:123456789012:project/default",
    ]) && length(output.statements) == 2
    error_message = jsonencode(output.statements)
  }
  assert {
    condition = jsonencode(output.statements[1].Condition) == jsonencode({
      StringEquals = { "bedrock:InferenceProfileArn" = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghijkl" }
    }) && length(output.statements[1].Resource) == 3
    error_message = jsonencode(output.statements)
  }
}

run "an_application_profile_of_one_model" {
  command = plan
  module {
    source = "./modules/model"
  }
  variables {
    model_id                     = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghijkl"
    application_profile_model_id = "amazon.nova-micro-v1:0"
  }

  assert {
    condition     = jsonencode(output.statements[1].Resource) == jsonencode(["arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-micro-v1:0"])
    error_message = jsonencode(output.statements)
  }
}

run "an_application_profile_of_the_global_one" {
  command = plan
  module {
    source = "./modules/model"
  }
  variables {
    model_id                     = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghijkl"
    application_profile_model_id = "global.amazon.nova-2-lite-v1:0"
  }

  assert {
    condition     = length(output.statements) == 3 && output.statements[2].Condition.StringEquals["aws:RequestedRegion"] == "unspecified"
    error_message = jsonencode(output.statements)
  }
}

run "provisioned_throughput" {
  command = plan
  module {
    source = "./modules/model"
  }
  variables {
    model_id = "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abcdefghijkl"
  }

  assert {
    condition = jsonencode(output.resources) == jsonencode([
      "arn:aws:bedrock:us-east-1:123456789012:project/default",
    "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abcdefghijkl"]) && length(output.statements) == 1
    error_message = jsonencode(output.statements)
  }
}

run "a_guardrail" {
  command = plan
  module {
    source = "./modules/model"
  }
  variables {
    guardrail_id = "abc123"
  }

  assert {
    condition = jsonencode(output.statements[1]) == jsonencode({
      Action = "bedrock:ApplyGuardrail", Effect = "Allow", Resource = ["arn:aws:bedrock:us-east-1:123456789012:guardrail/abc123"], Sid = "ApplyTheGuardrail"
    })
    error_message = jsonencode(output.statements)
  }
  assert {
    condition     = jsonencode(output.guardrail_resources) == jsonencode(["arn:aws:bedrock:us-east-1:123456789012:guardrail/abc123"])
    error_message = jsonencode(output.guardrail_resources)
  }
}

run "a_guardrail_across_regions" {
  command = plan
  module {
    source = "./modules/model"
  }
  variables {
    guardrail_id         = "arn:aws:bedrock:us-east-1:123456789012:guardrail/abc123"
    guardrail_profile_id = "us.guardrail.v1:0"
  }

  assert {
    condition = jsonencode(output.guardrail_resources) == jsonencode([
      "arn:aws:bedrock:us-east-1:123456789012:guardrail/abc123",
      "arn:aws:bedrock:us-east-1:123456789012:guardrail-profile/us.guardrail.v1:0",
      "arn:aws:bedrock:us-east-2:123456789012:guardrail-profile/us.guardrail.v1:0",
      "arn:aws:bedrock:us-west-2:123456789012:guardrail-profile/us.guardrail.v1:0",
    ])
    error_message = jsonencode(output.guardrail_resources)
  }
}
