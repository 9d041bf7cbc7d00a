"""The blog's data source, written anew from its description.

One SNS message per question, with a new session and client each.
"""

import json
import os
from typing import Any

import boto3


def handler(event: dict[str, Any]) -> dict[str, Any]:
    """Publishes the question and acknowledges it."""
    question = event["arguments"]["input"]
    if not (question.get("sessionId") and question.get("locale") and question.get("message")):
        raise ValueError("sessionId, locale and message are required")
    sns = boto3.Session().client("sns")
    sns.publish(TopicArn=os.environ["SNS_TOPIC_ARN"], Message=json.dumps(question))
    return {
        "sessionId": question["sessionId"],
        "locale": question["locale"],
        "messages": [{"content": "success", "contentType": "PlainText"}],
    }
