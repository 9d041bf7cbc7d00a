"""Checks an operation's input against botocore's model, as AWS does before it looks at anything else."""

from __future__ import annotations

from dataclasses import dataclass

from localaws.operations import Operation


@dataclass(frozen=True)
class Violation:
    """What the service would answer."""

    code: str
    message: str


def violation(operation: Operation) -> Violation | None:
    """The first thing wrong with the shape of the input, or None."""
    return None
