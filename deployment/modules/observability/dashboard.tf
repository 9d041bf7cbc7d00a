# Read from top to bottom it is one answer: how long the question took to be published and how long it waited, when the model spoke, when the reader
# saw it, what it took, and what went wrong.

locals {
  orchestrator = var.function_names["orchestrator"]
  ours         = [var.metrics_namespace]

  charts = [
    {
      title = "A question is published (ms)"
      metrics = [
        concat(local.ours, ["PublishMs", "Function", var.function_names["data-source"], { stat = "p50", label = "p50" }]),
        concat(local.ours, ["PublishMs", "Function", var.function_names["data-source"], { stat = "p95", label = "p95" }]),
      ]
    },
    {
      title = "A question waits for the orchestrator (ms)"
      metrics = [
        concat(local.ours, ["QueueWaitMs", "Function", local.orchestrator, { stat = "p50", label = "p50" }]),
        concat(local.ours, ["QueueWaitMs", "Function", local.orchestrator, { stat = "p95", label = "p95" }]),
      ]
    },
    {
      title = "The model's first token (ms)"
      metrics = [
        concat(local.ours, ["ModelFirstTokenMs", "Function", local.orchestrator, { stat = "p50", label = "p50" }]),
        concat(local.ours, ["ModelFirstTokenMs", "Function", local.orchestrator, { stat = "p95", label = "p95" }]),
      ]
    },
    {
      title = "First token to first publish (ms)"
      metrics = [
        concat(local.ours, ["FirstPublishLagMs", "Function", local.orchestrator, { stat = "p50", label = "p50" }]),
        concat(local.ours, ["FirstPublishLagMs", "Function", local.orchestrator, { stat = "p95", label = "p95" }]),
      ]
    },
    {
      title = "The whole answer (ms)"
      metrics = [
        concat(local.ours, ["AnswerMs", "Function", local.orchestrator, { stat = "p50", label = "p50" }]),
        concat(local.ours, ["AnswerMs", "Function", local.orchestrator, { stat = "p95", label = "p95" }]),
      ]
    },
    {
      title = "Mutations and retries per answer"
      metrics = [
        concat(local.ours, ["Mutations", "Function", local.orchestrator, { stat = "Average", label = "mutations" }]),
        concat(local.ours, ["Retries", "Function", local.orchestrator, { stat = "Average", label = "retries" }]),
      ]
    },
    {
      title = "Tokens"
      metrics = [
        concat(local.ours, ["InputTokens", "Function", local.orchestrator, { stat = "Sum", label = "input" }]),
        concat(local.ours, ["OutputTokens", "Function", local.orchestrator, { stat = "Sum", label = "output" }]),
      ]
    },
    {
      title   = "Errors by code"
      metrics = [[{ expression = "SEARCH('{${var.metrics_namespace},Function,ErrorCode} MetricName=\"Errors\"', 'Sum')", label = "" }]]
    },
    {
      title = "Functions: runs, errors, throttles"
      metrics = [
        for pair in setproduct(keys(var.function_names), ["Invocations", "Errors", "Throttles"]) :
        ["AWS/Lambda", pair[1], "FunctionName", var.function_names[pair[0]], { stat = "Sum", label = "${pair[0]} ${lower(pair[1])}" }]
      ]
    },
    {
      title = "AppSync: messages delayed and dropped"
      metrics = [
        for metric in ["InboundMessageDelayed", "InboundMessageDropped", "InboundMessageError"] :
        ["AWS/AppSync", metric, "GraphQLAPIId", var.api_id, { stat = "Sum", label = metric }]
      ]
    },
    {
      title = "AppSync: errors and connections"
      metrics = [
        for metric in ["4XXError", "5XXError", "ConnectClientError", "SubscribeClientError", "ConnectSuccess"] :
        ["AWS/AppSync", metric, "GraphQLAPIId", var.api_id, { stat = "Sum", label = metric }]
      ]
    },
    {
      title   = "Bedrock: refused and slow calls, whole account and model"
      metrics = [[{ expression = "SEARCH('{AWS/Bedrock,ModelId} MetricName=(\"InvocationThrottles\" OR \"InvocationServerErrors\")', 'Sum')", label = "" }]]
    },
    {
      title = "Refused: questions that broke a rule, records that were no question"
      metrics = [
        concat(local.ours, ["Refused", "Function", var.function_names["data-source"], { stat = "Sum", label = "questions" }]),
        concat(local.ours, ["UnreadableRecords", "Function", local.orchestrator, { stat = "Sum", label = "records" }]),
      ]
    },
    {
      title = "Dead letters waiting"
      metrics = [
        for key, queue in var.dead_letter_queues : ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", queue.name, { stat = "Maximum", label = key }]
      ]
    },
  ]

  widgets = [
    for index, chart in local.charts : {
      type   = "metric"
      x      = index % 3 * 8
      y      = floor(index / 3) * 6
      width  = 8
      height = 6
      properties = {
        title   = chart.title
        region  = var.region
        view    = "timeSeries"
        period  = 60
        metrics = chart.metrics
      }
    }
  ]
}
