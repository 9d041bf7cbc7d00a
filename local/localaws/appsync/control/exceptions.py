"""The errors AppSync's control plane answers with. moto adds each one's HTTP status from botocore's model."""

from __future__ import annotations

from typing import Any

from moto.core.exceptions import ServiceException

from localaws.appsync.evaluation.lint import CodeError


class BadRequestException(ServiceException):
    """The request cannot be carried out as it is."""

    code = "BadRequestException"


class CodeRefused(BadRequestException):
    """The resolver's code uses what APPSYNC_JS does not support."""

    reason = "CODE_ERROR"

    def __init__(self, errors: list[CodeError]) -> None:
        super().__init__("The code contains one or more errors.")
        self.detail: dict[str, Any] = {"codeErrors": [error.as_dict() for error in errors]}


class NotFoundException(ServiceException):
    """The API, or what was asked for inside it, does not exist."""

    code = "NotFoundException"


class ApiKeyValidityOutOfBoundsException(ServiceException):
    """The key would expire sooner than in 1 day or later than in 365."""

    code = "ApiKeyValidityOutOfBoundsException"


class ApiKeyLimitExceededException(ServiceException):
    """The API already has 50 keys."""

    code = "ApiKeyLimitExceededException"


class ApiLimitExceededException(ServiceException):
    """The account already has 50 GraphQL APIs in the Region."""

    code = "ApiLimitExceededException"


class ConcurrentModificationException(ServiceException):
    """Another change of the API's schema is being made."""

    code = "ConcurrentModificationException"
