output "arn" {
  description = "ARN of the topic."
  value       = aws_sns_topic.this.arn

  # Whoever learns the ARN may publish at once; the policy must stand by then.
  depends_on = [aws_sns_topic_policy.this]
}
