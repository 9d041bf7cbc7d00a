# What an operator sees and what wakes one. Alarms are data (alarms.tf); the dashboard tells the story of an answer (dashboard.tf).

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = try(each.value.statistic, null)
  extended_statistic  = try(each.value.percentile, null)
  comparison_operator = "GreaterThanThreshold"
  threshold           = try(each.value.threshold, 0)
  period              = try(each.value.period, 60)
  evaluation_periods  = try(each.value.periods, 1)
  datapoints_to_alarm = try(each.value.datapoints, 1)
  # No traffic is no trouble.
  treat_missing_data = "notBreaching"
  alarm_actions      = [var.alarm_topic_arn]
  ok_actions         = [var.alarm_topic_arn]
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  dashboard_body = jsonencode({ widgets = local.widgets })
}
