"""KMS: principals in key policies."""

from __future__ import annotations

from localaws.authorization.guard import Guard
from localaws.authorization.stored import strangers
from localaws.operations import Operation
from localaws.refusals import Refused, Rule


def key_principals(operation: Operation, guard: Guard) -> None:  # noqa: ARG001 - a rule's signature
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"""
    policy = operation.parameters.get("Policy")
    if policy and any(strangers(policy, operation.region)):
        message = "Policy contains a statement with one or more invalid principals."
        raise Refused("MalformedPolicyDocumentException", message)


RULES: dict[str, tuple[Rule, ...]] = {"CreateKey": (key_principals,), "PutKeyPolicy": (key_principals,)}
