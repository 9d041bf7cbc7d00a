"""Checks an operation's input against botocore's model, as AWS does before it looks at anything else.

Required members, types, lengths, ranges, enums and patterns come from the model; what only the service knows
(two members that exclude each other, a name that is taken) is moto's business.

Differs from AWS: messages are worded as Lambda and CloudWatch Logs word them, for every service; members that the
model does not know are ignored, as the JSON protocols do.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import regex

from localaws.operations import Operation

CODES = {
    # Everything else answers ValidationException.
    "appsync": "BadRequestException",
    "cloudwatch": "ValidationError",
    "ec2": "InvalidParameterValue",
    "iam": "ValidationError",
    "kms": "ValidationException",
    "s3": "InvalidArgument",
    "sns": "InvalidParameter",
    "sqs": "InvalidParameterValue",
    "sts": "ValidationError",
}

MAX_REPORTED = 10

_NUMBERS = ("integer", "long", "float", "double")
_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "structure": (dict,),
    "map": (dict,),
    "list": (list, tuple),
}


@dataclass(frozen=True)
class Violation:
    """What the service would answer."""

    code: str
    message: str


def violation(operation: Operation) -> Violation | None:
    """What is wrong with the shape of the input, or None. Up to ten findings are put into one message."""
    shape = operation.model.input_shape
    if shape is None:
        return None
    findings = []
    for finding in _check(shape, operation.parameters, ""):
        findings.append(finding)
        if len(findings) == MAX_REPORTED:
            break
    if not findings:
        return None
    plural = "s" if len(findings) > 1 else ""
    message = f"{len(findings)} validation error{plural} detected: {'; '.join(findings)}"
    return Violation(CODES.get(operation.service, "ValidationException"), message)


def _check(shape: Any, value: Any, path: str) -> Iterator[str]:
    expected = _PYTHON_TYPES.get(shape.type_name)
    if expected and (not isinstance(value, expected) or (shape.type_name in _NUMBERS and isinstance(value, bool))):
        yield f"Value at '{path or 'input'}' failed to satisfy constraint: Member must be a {shape.type_name}"
        return
    match shape.type_name:
        case "structure":
            yield from _structure(shape, value, path)
        case "list":
            yield from _size(shape, value, path)
            for index, item in enumerate(value, 1):
                yield from _check(shape.member, item, f"{path}.{index}.member")
        case "map":
            yield from _size(shape, value, path)
            for key, item in value.items():
                yield from _check(shape.key, key, f"{path}.key")
                yield from _check(shape.value, item, f"{path}.{key}")
        case "string":
            yield from _string(shape, value, path)
        case "integer" | "long" | "float" | "double":
            yield from _range(shape, value, path)
        case "blob":
            yield from _size(shape, value, path)


def _structure(shape: Any, value: dict[str, Any], path: str) -> Iterator[str]:
    prefix = f"{path}." if path else ""
    for name in shape.required_members:
        if value.get(name) is None:
            place = prefix + name[0].lower() + name[1:]
            yield f"Value null at '{place}' failed to satisfy constraint: Member must not be null"
    present = {name: item for name, item in value.items() if item is not None and name in shape.members}
    if getattr(shape, "is_tagged_union", False) and len(present) != 1:
        yield f"Value at '{path}' failed to satisfy constraint: exactly one union member must be set"
    for name, item in present.items():
        yield from _check(shape.members[name], item, prefix + name[0].lower() + name[1:])


def _string(shape: Any, value: str, path: str) -> Iterator[str]:
    yield from _size(shape, value, path)
    if shape.enum and value not in shape.enum:
        yield _failed(value, path, f"Member must satisfy enum value set: [{', '.join(shape.enum)}]")
    pattern = shape.metadata.get("pattern")
    compiled = _compiled(pattern) if pattern else None
    if compiled is not None and not compiled.fullmatch(value):
        yield _failed(value, path, f"Member must satisfy regular expression pattern: {pattern}")


def _size(shape: Any, value: Any, path: str) -> Iterator[str]:
    if not hasattr(value, "__len__"):
        return
    minimum, maximum = shape.metadata.get("min"), shape.metadata.get("max")
    if minimum is not None and len(value) < minimum:
        yield _failed(value, path, f"Member must have length greater than or equal to {minimum}")
    if maximum is not None and len(value) > maximum:
        yield _failed(value, path, f"Member must have length less than or equal to {maximum}")


def _range(shape: Any, value: float, path: str) -> Iterator[str]:
    minimum, maximum = shape.metadata.get("min"), shape.metadata.get("max")
    if minimum is not None and value < minimum:
        yield _failed(value, path, f"Member must have value greater than or equal to {minimum}")
    if maximum is not None and value > maximum:
        yield _failed(value, path, f"Member must have value less than or equal to {maximum}")


def _failed(value: object, path: str, constraint: str) -> str:
    # A long value is not repeated: it may be a whole zip file or a prompt.
    shown = str(value) if isinstance(value, (str, int, float)) and len(str(value)) <= 100 else "of given length"
    return f"Value '{shown}' at '{path}' failed to satisfy constraint: {constraint}"


@functools.cache
def _compiled(pattern: str) -> regex.Pattern[str] | None:
    """The model's pattern, which is written for Java; None for the few that Python cannot read."""
    try:
        return regex.compile(pattern)
    except regex.error:
        return None
