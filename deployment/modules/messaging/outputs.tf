output "topic_arn" {
  description = "ARN of the topic."
  value       = aws_sns_topic.questions.arn
}

output "dead_letter_queues" {
  description = "Name, URL and ARN of the two dead-letter queues, undelivered and failed."
  value       = { for key, queue in aws_sqs_queue.dead_letter : key => { name = queue.name, url = queue.url, arn = queue.arn } }
}
