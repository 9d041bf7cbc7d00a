"""What STS's operations need."""

from __future__ import annotations

from collections.abc import Iterator

from localaws.authorization.actions import Need, Needs
from localaws.operations import Operation


def _nothing(operation: Operation) -> Iterator[Need]:  # noqa: ARG001 - an entry like the others
    """https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html: no permission is required."""
    return iter(())


NEEDS: dict[str, Needs] = {"GetCallerIdentity": _nothing}
