"""DynamoDB's errors that moto does not have."""

from __future__ import annotations

from moto.dynamodb.exceptions import ERROR_TYPE_PREFIX, DynamodbException


class IdempotentParameterMismatch(DynamodbException):
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html"""

    def __init__(self) -> None:
        super().__init__(
            ERROR_TYPE_PREFIX + "IdempotentParameterMismatchException",
            "DynamoDB rejected the request because you retried a request with a different payload but with an "
            "idempotent token that was already used.",
        )


class PolicyChangedTooSoon(DynamodbException):
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-considerations.html names no error."""

    def __init__(self) -> None:
        super().__init__(
            ERROR_TYPE_PREFIX + "ResourceInUseException",
            "The resource-based policy was changed less than 15 seconds ago. Wait before you change it again.",
        )
