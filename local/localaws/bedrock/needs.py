"""What asking a model needs.

https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
"""

from __future__ import annotations

from collections.abc import Iterator

from localaws import partitions
from localaws.authorization.actions import Facts, Need, Needs
from localaws.bedrock.destinations import resources
from localaws.bedrock.model import application_profiles
from localaws.operations import Operation

ACTIONS = {"Converse": "bedrock:InvokeModel", "ConverseStream": "bedrock:InvokeModelWithResponseStream"}


def _model(operation: Operation) -> Iterator[Need]:
    asked = operation.parameters
    guardrail = (asked.get("guardrailConfig") or {}).get("guardrailIdentifier")
    facts: Facts = {}
    if guardrail:
        arn = partitions.arn("bedrock", operation.region, f"guardrail/{guardrail}")
        facts["bedrock:guardrailidentifier"] = guardrail if guardrail.startswith("arn:") else arn
    for resource, own in resources(asked["modelId"], operation.region, application_profiles(operation.region)):
        yield Need(ACTIONS[operation.name], resource, {**facts, **own})
    if guardrail:
        yield Need("bedrock:ApplyGuardrail", str(facts["bedrock:guardrailidentifier"]))


NEEDS: dict[str, Needs] = dict.fromkeys(ACTIONS, _model)
