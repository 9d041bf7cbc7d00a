"""A refusal in AWS's words, and with the code each service uses.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

from __future__ import annotations

from localaws.authorization.evaluation import Decision

CODES: dict[str, tuple[str, int]] = {
    # https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors
    "sns": ("AuthorizationError", 403),
    "sqs": ("AccessDenied", 403),
    "s3": ("AccessDenied", 403),
    "sts": ("AccessDenied", 403),
    "iam": ("AccessDenied", 403),
    "cloudwatch": ("AccessDenied", 403),
    "ec2": ("UnauthorizedOperation", 403),
    # https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
    "bedrock": ("AccessDeniedException", 403),
    "lambda": ("AccessDeniedException", 403),
}
OTHERS = ("AccessDeniedException", 400)
"""What JSON services answer: DynamoDB, KMS, CloudWatch Logs."""


def code(service: str) -> tuple[str, int]:
    """Error code and HTTP status of a refusal by the service (an IAM prefix such as `sns`)."""
    return CODES.get(service, OTHERS)


def message(decision: Decision) -> str:
    """The sentence that says who may not do what, and why."""
    request = decision.request
    action = _spelt(request.action)
    start = f"User: {request.principal.arn} is not authorized to perform: {action} on resource: {request.resource}"
    if decision.lacking:
        return f"{start} because no {decision.lacking} allows the {action} action"
    kind = decision.grounds[0].kind
    return f"{start} with an explicit deny in {'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def _spelt(action: str) -> str:
    """SNS names the service in capitals in its messages, SQS the whole action in small letters."""
    service, _, name = action.partition(":")
    if service == "sns":
        return f"SNS:{name}"
    return action.lower() if service == "sqs" else action


def prefix(service: str) -> str:
    """IAM's prefix of a service that botocore names otherwise."""
    return "bedrock" if service == "bedrock-runtime" else service
