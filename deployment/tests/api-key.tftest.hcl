# What the calendar makes of the readers' keys. The dates lie far ahead so that no run depends on today.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  name                     = "chat"
  api_id                   = "mockedapiidmockedapiid1234"
  account_id               = "123456789012"
  alarm_topic_arn          = "arn:aws:sns:us-east-1:123456789012:alarms"
  kms_key_arn              = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"
  permissions_boundary_arn = null
}

run "last_second_of_a_year" {
  command = plan
  module {
    source = "./modules/api-key"
  }
  variables {
    date = "2099-12-31T23:59:59Z"
  }

  assert {
    condition = jsonencode({ for label, key in aws_appsync_api_key.this : label => key.expires }) == jsonencode({
      "2099-q3" = "2100-04-01T00:00:00Z"
      "2099-q4" = "2100-07-01T00:00:00Z"
    })
    error_message = jsonencode({ for label, key in aws_appsync_api_key.this : label => key.expires })
  }
  assert {
    condition     = aws_scheduler_schedule.expiry.schedule_expression == "at(2100-06-01T00:00:00)"
    error_message = aws_scheduler_schedule.expiry.schedule_expression
  }
}

# The key of 2099-q4 stays as it was, so readers who hold it notice nothing; the next one is handed out.
run "first_second_of_the_next" {
  command = plan
  module {
    source = "./modules/api-key"
  }
  variables {
    date = "2100-01-01T00:00:00Z"
  }

  assert {
    condition = jsonencode({ for label, key in aws_appsync_api_key.this : label => key.expires }) == jsonencode({
      "2099-q4" = "2100-07-01T00:00:00Z"
      "2100-q1" = "2100-10-01T00:00:00Z"
    })
    error_message = jsonencode({ for label, key in aws_appsync_api_key.this : label => key.expires })
  }
}

run "the_same_quarter_is_the_same_plan" {
  command = plan
  module {
    source = "./modules/api-key"
  }
  variables {
    date = "2100-03-31T23:59:59Z"
  }

  assert {
    condition = jsonencode({ for label, key in aws_appsync_api_key.this : label => key.expires }) == jsonencode({
      "2099-q4" = "2100-07-01T00:00:00Z"
      "2100-q1" = "2100-10-01T00:00:00Z"
    })
    error_message = jsonencode({ for label, key in aws_appsync_api_key.this : label => key.expires })
  }
}

# 276 days at most, on the first day of a quarter: AppSync takes 365, and refuses those on a clock that runs ahead.
run "no_key_lives_for_a_year" {
  command = plan
  module {
    source = "./modules/api-key"
  }
  variables {
    date = "2099-07-01T00:00:00Z"
  }

  assert {
    condition     = alltrue([for key in aws_appsync_api_key.this : timecmp(key.expires, timeadd("2099-07-01T00:00:00Z", "6624h")) <= 0])
    error_message = jsonencode({ for label, key in aws_appsync_api_key.this : label => key.expires })
  }
}
