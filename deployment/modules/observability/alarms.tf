# Each of these pages someone, so each says what it means for readers and where to look first.

locals {
  queue_alarms = {
    for key, queue in var.dead_letter_queues : "${key}-questions" => {
      description = {
        undelivered = "SNS could not hand a question to the orchestrator; its reader waits for nothing. See docs/operations.md, dead letters."
        failed      = "The orchestrator failed and could not tell the reader. The question is in the queue. See docs/operations.md, dead letters."
      }[key]
      namespace  = "AWS/SQS"
      metric     = "ApproximateNumberOfMessagesVisible"
      dimensions = { QueueName = queue.name }
      statistic  = "Maximum"
    }
  }

  function_metrics = {
    errors    = { metric = "Errors", description = "runs failed. Readers got an error or nothing; its log says why." }
    throttles = { metric = "Throttles", description = "runs were refused for lack of concurrency: raise its reserved concurrency or the account's quota." }
  }
  function_alarms = merge([
    for key, name in var.function_names : {
      for suffix, each in local.function_metrics : "${key}-${suffix}" => {
        description = "${name}: ${each.description}"
        namespace   = "AWS/Lambda"
        metric      = each.metric
        dimensions  = { FunctionName = name }
        statistic   = "Sum"
      }
    }
  ]...)

  # A question Lambda gave up on without the function ever seeing it, and one it could not even put into the dead letters.
  lost_alarms = {
    for suffix, metric in { "questions-dropped" = "AsyncEventsDropped", "dead-letter-failures" = "DestinationDeliveryFailures" } : "orchestrator-${suffix}" => {
      description = join(" ", [
        "${var.function_names["orchestrator"]}: questions were lost before or after a run (${metric}). Look at throttles and at the",
        "failed-questions queue's policy and key.",
      ])
      namespace  = "AWS/Lambda"
      metric     = metric
      dimensions = { FunctionName = var.function_names["orchestrator"] }
      statistic  = "Sum"
    }
  }

  api_metrics = {
    "api-errors" = { metric = "5XXError", description = "AppSync answered 5XX: questions or pieces of answers were refused." }
    "api-messages-dropped" = {
      metric      = "InboundMessageDropped"
      description = "AppSync dropped pieces of answers over its quota: readers see gaps. Lengthen flush_interval_ms or raise the quota."
    }
    "api-messages-delayed" = {
      metric      = "InboundMessageDelayed"
      description = "AppSync delays pieces of answers over its quota: answers stutter. Lengthen flush_interval_ms or raise the quota."
    }
  }
  api_alarms = {
    for key, each in local.api_metrics : key => {
      description = each.description
      namespace   = "AWS/AppSync"
      metric      = each.metric
      dimensions  = { GraphQLAPIId = var.api_id }
      statistic   = "Sum"
    }
  }

  # Lambda counts a run that told its reader about a failure as a success, so only the functions' own metric, 0 or 1 per question, shows that nothing
  # works any more.
  # Two spells within half an hour: one odd question at night wakes nobody.
  failing_alarms = {
    for key, suffix in { "data-source" = "questions-failing", "orchestrator" = "answers-failing" } : "${key}-${suffix}" => {
      description = join(" ", [
        "${var.function_names[key]}: more than one ${key == "orchestrator" ? "answer" : "question"} in five failed, and the reader was",
        "told. The dashboard's errors by code say why.",
      ])
      namespace  = var.metrics_namespace
      metric     = "Errors"
      dimensions = { Function = var.function_names[key] }
      statistic  = "Average"
      threshold  = 0.2
      period     = 300
      periods    = 6
      datapoints = 2
    }
  }

  latency_alarms = {
    "first-token-slow" = {
      description = join(" ", [
        "One answer in twenty waited longer than ${var.first_token_p95_alarm_ms} ms for the model's first token in the last 15",
        "minutes. Look at Bedrock's throttles and latency.",
      ])
      namespace  = var.metrics_namespace
      metric     = "ModelFirstTokenMs"
      dimensions = { Function = var.function_names["orchestrator"] }
      percentile = "p95"
      threshold  = var.first_token_p95_alarm_ms
      period     = 900
    }
  }

  # What the model refuses for everybody, whoever asks whatever: one reader is enough to know.
  refusal_alarms = {
    for key, each in {
      "model-misconfigured" = {
        code        = "model_misconfigured"
        description = "The model refuses how it is asked. AWS's words are in the orchestrator's log (level ERROR, model refuses)."
      }
      "quota-exhausted" = {
        code        = "quota_exhausted"
        description = "The account's quota of the model for a day is used up: readers are sent away until it is raised or the day is over."
      }
      } : key => {
      description = each.description
      namespace   = var.metrics_namespace
      metric      = "Errors"
      dimensions  = { Function = var.function_names["orchestrator"], ErrorCode = each.code }
      statistic   = "Sum"
    }
  }

  alarms = merge(
    local.queue_alarms, local.function_alarms, local.lost_alarms, local.api_alarms, local.failing_alarms, local.latency_alarms, local.refusal_alarms
  )
}
