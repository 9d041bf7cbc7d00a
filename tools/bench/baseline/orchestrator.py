"""The blog's orchestrator, written anew from its description.

START once the model answers, then one mutation for every six deltas, each over a new HTTPS connection with a new
session and signer, awaited inside the loop that reads the model, then the rest and END. No logging, no debug output.
"""

import json
import os
from typing import Any

import boto3
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

DELTAS_PER_MUTATION = 6
TIMEOUT_SECONDS = 60
MUTATION = """
mutation Publish($input: SendMessageInput!) {
  sendMessage(input: $input) { sessionId message locale timeStamp }
}
"""


def publish(session_id: str, locale: str, message: str) -> None:
    """Sends one mutation and waits for its result."""
    url = os.environ["APPSYNC_GRAPHQL_URL"]
    variables = {"input": {"sessionId": session_id, "message": message, "locale": locale}}
    body = json.dumps({"query": MUTATION, "variables": variables})
    request = AWSRequest("POST", url, {"Content-Type": "application/json"}, body)
    credentials = boto3.Session().get_credentials()
    SigV4Auth(credentials, "appsync", os.environ["AWS_REGION"]).add_auth(request)
    response = requests.post(url, data=body, headers=dict(request.headers), timeout=TIMEOUT_SECONDS)
    if "errors" in response.json():
        raise RuntimeError("AppSync refused a mutation")


def answer(question: dict[str, Any]) -> None:
    """Streams the model's answer to one question."""
    session_id, locale = question["sessionId"], question["locale"]
    bedrock = boto3.client("bedrock-runtime")
    messages = [{"role": "user", "content": [{"text": question["message"]}]}]
    stream = bedrock.converse_stream(modelId=os.environ["MODEL_ID"], messages=messages)["stream"]
    publish(session_id, locale, "#START_STREAM#")
    deltas: list[str] = []
    for event in stream:
        if "contentBlockDelta" in event:
            deltas.append(event["contentBlockDelta"]["delta"]["text"])
        if len(deltas) == DELTAS_PER_MUTATION:
            publish(session_id, locale, "".join(deltas))
            deltas.clear()
    if deltas:
        publish(session_id, locale, "".join(deltas))
    publish(session_id, locale, "#END_STREAM#")


def handler(event: dict[str, Any]) -> str:
    """Answers every question in an SNS event."""
    for record in event["Records"]:
        answer(json.loads(record["Sns"]["Message"]))
    return "done"
