"""Everything of one stack that can be taken away alone: what its proof of need goes through.

Allow statements are taken apart into their actions and their resources: where one of these is needed, so is the whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from localaws.authorization.patterns import like, like_resource
from stack import Resource, Stack

from engine import Engine, Entry

RULES = ("aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule")
POLICY_KINDS = {
    "identity-based policy": "role",
    "role trust policy": "trust of role",
    "resource-based policy": "policy of",
    "VPC endpoint policy": "policy of endpoint",
}


@dataclass(frozen=True)
class Statement:
    """One statement of the stack."""

    kind: str
    policy: str
    holder: str
    label: str
    """The holder as the security review calls it, the same in every deployment."""
    source: Mapping[str, Any]

    @property
    def sid(self) -> str:
        """Its name within the policy."""
        return str(self.source["Sid"])

    @property
    def denies(self) -> bool:
        """Whether it is a Deny."""
        return self.source["Effect"] == "Deny"

    @property
    def actions(self) -> list[str]:
        """As written."""
        return listed(self.source.get("Action"))

    @property
    def resources(self) -> list[str]:
        """As written; a trust policy's only resource is its role."""
        return listed(self.source.get("Resource")) or [self.holder]

    @property
    def conditions(self) -> list[tuple[str, str, list[str]]]:
        """Operator, key and values."""
        given = self.source.get("Condition") or {}
        return [(operator, key, listed(values)) for operator, keys in given.items() for key, values in keys.items()]

    def allowed(self, entry: Entry) -> bool:
        """Whether a decision rests on it."""
        return any((ground["policy"], ground["sid"]) == (self.policy, self.sid) for ground in entry.get("grounds", ()))


@dataclass(frozen=True)
class Part:
    """What is taken away, and how a decision tells that it was used or is missing."""

    label: str
    name: str
    """Within the label: `Sid`, `Sid: action`, `Sid: on resource`, or a rule's address."""
    document: Mapping[str, str]
    """As `PUT /_local/withheld` takes it."""
    statement: Statement | None = None
    marks: tuple[str, ...] = ()
    """For a rule or an endpoint: ids of which a lost call names one."""

    def used_by(self, entry: Entry) -> bool:
        """Whether the decision rests on it."""
        if self.statement is not None:
            return self.statement.allowed(entry) and self._covers(entry)
        path = entry.get("path") or {}
        return any(each in (path.get("endpoint"), *path.get("rules", ())) for each in self.document.values())

    def missed_by(self, entry: Entry) -> bool:
        """Whether the decision is the refusal to expect without it."""
        if entry["allowed"]:
            return False
        if self.statement is None:
            # Lost on its way; or, where a NAT gateway leads round an endpoint, refused by whoever wants it that way.
            told = " ".join(str(entry.get(member, "")) for member in ("missing", "resource", "principal"))
            return any(mark in told for mark in self.marks)
        if "missing" in entry or not self._covers(entry):
            return False
        return entry.get("lacking") == self.statement.kind and self._asks_the_holder(entry)

    def _asks_the_holder(self, entry: Entry) -> bool:
        assert self.statement is not None
        holder = self.statement.holder
        return {
            "identity-based policy": entry["principal"] == holder,
            # A reader's resolver leads elsewhere where no endpoint's policy names the API.
            "VPC endpoint policy": entry["principal"] == "anonymous" or entry["question"]["endpoint"] == holder,
        }.get(self.statement.kind, True)

    def _covers(self, entry: Entry) -> bool:
        assert self.statement is not None
        actions = [self.document["action"]] if "action" in self.document else self.statement.actions
        resources = [self.document["resource"]] if "resource" in self.document else self.statement.resources
        return any(like(each.lower(), entry["action"].lower()) for each in actions) and any(
            like_resource(each, entry["resource"]) for each in resources
        )


def statements(engine: Engine, stack: Stack) -> list[Statement]:
    """Every statement of every policy that the stack made."""
    found = []
    for policy in engine.policies():
        owner = _owner(stack, policy["holder"])
        if owner is not None:
            label = f"{POLICY_KINDS[policy['kind']]} {_name(stack, owner)}"
            found += [
                Statement(policy["kind"], policy["policy"], policy["holder"], label, each)
                for each in policy["statements"]
            ]
    return sorted(found, key=lambda each: (each.label, each.sid))


def parts(engine: Engine, stack: Stack) -> list[Part]:
    """Everything that is to be taken away alone."""
    made = [part for each in statements(engine, stack) if not each.denies for part in _of_statement(stack, each)]
    return [*made, *_rules(stack), *_endpoints(stack)]


def listed(value: Any) -> list[str]:
    """One or many, as a list."""
    return [] if value is None else [str(each) for each in value] if isinstance(value, list) else [str(value)]


def _of_statement(stack: Stack, statement: Statement) -> Iterator[Part]:
    whole = {"policy": statement.policy, "sid": statement.sid}
    actions, resources = statement.actions, listed(statement.source.get("Resource"))
    if len(actions) == 1 and len(resources) <= 1:
        yield Part(statement.label, statement.sid, whole, statement)
    if len(actions) > 1:
        for action in actions:
            yield Part(statement.label, f"{statement.sid}: {action}", {**whole, "action": action}, statement)
    if len(resources) > 1:
        for resource in resources:
            name = f"{statement.sid}: on {stack.generic(resource)}"
            yield Part(statement.label, name, {**whole, "resource": resource}, statement)


def _rules(stack: Stack) -> Iterator[Part]:
    for rule in stack.of(*RULES):
        group = rule.values["security_group_id"]
        marks = (group, *_endpoints_of(stack, group), *_functions(stack))
        yield Part("security group rule", rule.label, {"rule": rule.values["security_group_rule_id"]}, None, marks)


def _endpoints(stack: Stack) -> Iterator[Part]:
    apis = [each.values["arn"] for each in stack.of("aws_appsync_graphql_api")]
    for endpoint in stack.of("aws_vpc_endpoint"):
        yield Part("endpoint", endpoint.label, {"endpoint": endpoint.values["id"]}, None, (*_functions(stack), *apis))


def _functions(stack: Stack) -> list[str]:
    """What a refused or lost call of a function names: the function, or its role."""
    return [str(each.values[name]) for each in stack.of("aws_lambda_function") for name in ("function_name", "role")]


def _endpoints_of(stack: Stack, group: str) -> list[str]:
    return [
        each.values["id"] for each in stack.of("aws_vpc_endpoint") if group in (each.values["security_group_ids"] or ())
    ]


def _owner(stack: Stack, holder: str) -> Resource | None:
    kinds = ("aws_iam_role", "aws_sns_topic", "aws_sqs_queue", "aws_lambda_function", "aws_kms_key", "aws_vpc_endpoint")
    kinds += ("aws_s3_bucket", "aws_dynamodb_table")
    return next((each for each in stack.of(*kinds) if holder in (each.values.get("arn"), each.values.get("id"))), None)


def _name(stack: Stack, owner: Resource) -> str:
    """Without the deployment's own prefix: `flow-logs`, `messaging.sqs_queue.dead_letter[failed]`."""
    return owner.label if owner.type != "aws_iam_role" else _without_prefix(stack, str(owner.values["name"]))


def _without_prefix(stack: Stack, name: str) -> str:
    functions: Sequence[str] = [str(each.values["function_name"]) for each in stack.of("aws_lambda_function")]
    prefix = functions[0].removesuffix("data-source").removesuffix("orchestrator")
    return name.removeprefix(prefix)
