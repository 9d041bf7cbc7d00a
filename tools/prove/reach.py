"""What each principal can do on each resource of a stack, and from where: asked of the engine, read from no policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from localaws.authorization.patterns import like, like_resource
from sections import code, table
from stack import Resource, Stack

from calls import Callers, fitting, met
from engine import Engine, Question
from parts import Statement

ACTIONS = {
    "aws_appsync_graphql_api": ("appsync:GraphQL",),
    "aws_cloudwatch_log_group": ("logs:CreateLogStream", "logs:PutLogEvents"),
    "aws_dynamodb_table": ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"),
    "aws_iam_role": ("sts:AssumeRole",),
    "aws_kms_key": ("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"),
    "aws_lambda_function": ("lambda:InvokeFunction",),
    "aws_sns_topic": ("sns:Publish", "sns:Subscribe"),
    "aws_sqs_queue": ("sqs:DeleteMessage", "sqs:ReceiveMessage", "sqs:SendMessage"),
}
MODEL_ACTIONS = ("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream")
SERVICES = {
    "appsync-api": "appsync",
    "bedrock-runtime": "bedrock",
    "dynamodb": "dynamodb",
    "kms": "kms",
    "lambda": "lambda",
    "logs": "logs",
    "s3": "s3",
    "secretsmanager": "secretsmanager",
    "sns": "sns",
    "sqs": "sqs",
    "sts": "sts",
}
"""Services that a function might call, each with IAM's prefix."""
OUTSIDE = "outside the VPC"
READERS = "the readers' network"
FIELDS = ("Mutation.sendMessage", "Query.getLlmResponse", "Subscription.onSendMessage")


@dataclass(frozen=True)
class Target:
    """One thing that can be asked for."""

    label: str
    arn: str
    actions: tuple[str, ...]
    facts: Mapping[str, str] = field(default_factory=dict)
    """What a call must come with, such as the profile that a model is reached through."""

    @property
    def is_api(self) -> bool:
        """Whether it is reached by its network, and not by an AWS endpoint anybody can call."""
        return self.actions == ACTIONS["aws_appsync_graphql_api"]

    @property
    def is_ours(self) -> bool:
        """Whether it belongs to the stack; models are AWS's."""
        return self.actions != MODEL_ACTIONS


@dataclass(frozen=True)
class Caller:
    """One principal at one place."""

    label: str
    place: str
    question: Mapping[str, Any]
    """`principal`, and the way and the facts that its calls have."""
    is_outsider: bool = False
    """None of the stack's: only what it can do to the stack's own resources counts."""


@dataclass(frozen=True, order=True)
class Reached:
    """One thing that one principal can do."""

    caller: str
    place: str
    target: str
    action: str
    arn: str
    is_outsider: bool = False


def reach(engine: Engine, stack: Stack, statements: Sequence[Statement], callers: Callers, plain: str) -> list[Reached]:
    """Everything that anybody can do; `plain` is a role of the account without any policy."""
    asked: list[tuple[Caller, Target, str]] = []
    questions: list[Question] = []
    for caller in _callers(stack, statements, callers, plain):
        for target in targets(stack, statements):
            if caller.is_outsider and not target.is_ours:
                continue
            if "anonymous" in caller.question["principal"] and not (target.is_api and target.label.endswith("itself")):
                continue  # An API key or a token is for the API; which field it admits to is AppSync's own decision.
            for action in target.actions:
                at_home = caller.place == OUTSIDE and target.is_api
                asked.append((replace(caller, place=READERS) if at_home else caller, target, action))
                facts = {**caller.question.get("facts", {}), **target.facts}
                question = {**caller.question, "action": action, "resource": target.arn, "facts": facts}
                questions.append({**question, "reader": True} if at_home else question)
    answers = engine.ask(*questions)
    return sorted(
        Reached(caller.label, caller.place, target.label, action, target.arn, caller.is_outsider)
        for (caller, target, action), answer in zip(asked, answers, strict=True)
        if answer["allowed"]
    )


def targets(stack: Stack, statements: Sequence[Statement]) -> list[Target]:
    """Every resource of the stack that somebody may call, and the models its policies name."""
    found = []
    for kind, actions in ACTIONS.items():
        for each in stack.of(kind):
            arn = str(each.values["arn"])
            if kind == "aws_appsync_graphql_api":
                found.append(Target(f"{each.label} itself", arn, actions))
                for field in FIELDS:
                    type_name, _, name = field.partition(".")
                    found.append(Target(f"{each.label} {field}", f"{arn}/types/{type_name}/fields/{name}", actions))
                continue
            stream = ":log-stream:example" if kind == "aws_cloudwatch_log_group" else ""
            found.append(Target(each.label, f"{arn.removesuffix(':*')}{stream}", actions))
    models: dict[str, dict[str, str]] = {}
    for statement in statements:
        for resource in statement.resources:
            if statement.kind == "identity-based policy" and resource.startswith("arn:aws:bedrock:"):
                models[resource] = {key.lower(): met(each, values) for each, key, values in statement.conditions}
    return found + [
        Target(f"model {stack.generic(arn)}", arn, MODEL_ACTIONS, facts) for arn, facts in sorted(models.items())
    ]


def differences(stack: Stack, statements: Sequence[Statement], reached: Sequence[Reached]) -> list[str]:
    """Where the engine and the IAM matrix, which is read from the policies, say different things."""
    told = []
    admitting = [each for each in statements if not each.denies and each.kind != "VPC endpoint policy"]
    for each in reached:
        if not each.is_outsider and not any(_says(statement, each.action, each.arn) for statement in admitting):
            told.append(f"{each.caller} reaches {each.target} with {each.action}: no row of the IAM matrix allows it")
    wanted = [(target, action) for target in targets(stack, statements) for action in target.actions]
    for statement in admitting:
        if statement.kind != "identity-based policy":
            continue
        for target, action in wanted:
            holder = {each for each in reached if each.arn == target.arn and each.action == action}
            if _says(statement, action, target.arn) and statement.label not in {each.caller for each in holder}:
                told.append(
                    f"{statement.label}: the IAM matrix allows {action} on {target.label}, and it is not reached"
                )
    return told


def matrix(reached: Sequence[Reached]) -> str:
    """The table for the security review."""
    rows: dict[tuple[str, str, str], list[str]] = {}
    for each in reached:
        rows.setdefault((each.caller, each.place, each.target), []).append(each.action)
    lines = [
        [caller, place, target, "<br>".join(code(action) for action in sorted(actions))]
        for (caller, place, target), actions in sorted(rows.items())
    ]
    return table(["Who", "From where", "What", "Can do"], lines)


def _says(statement: Statement, action: str, arn: str) -> bool:
    resources = [statement.holder if each == "*" and statement.kind != "identity-based policy" else each
                 for each in statement.resources]  # fmt: skip
    return any(like(each.lower(), action.lower()) for each in statement.actions) and any(
        like_resource(each, arn) for each in resources
    )


def _callers(stack: Stack, statements: Sequence[Statement], callers: Callers, plain: str) -> Iterator[Caller]:
    base = {"region": callers.region}
    functions = {
        str(each.values["role"]): str(each.values["function_name"]) for each in stack.of("aws_lambda_function")
    }
    labels = {each.holder: each.label for each in statements if each.kind == "identity-based policy"}
    for role, label in sorted(labels.items()):
        principal = {**base, "principal": {"role": role}}
        if role in functions:
            own = {"lambda:SourceFunctionArn": _function_arn(stack, functions[role])}
            yield Caller(label, "its function", {**principal, "function": functions[role], "facts": own})
            yield Caller(label, OUTSIDE, principal)
        else:
            yield Caller(label, "AWS", principal)
    seen = set()
    for statement in statements:
        principal = statement.source.get("Principal")
        if statement.denies or not (isinstance(principal, Mapping) and "Service" in principal):
            continue
        question = fitting(statement, statement.actions[0], statement.resources[0], callers)
        place = ", ".join(f"{key} {stack.generic(value)}" for key, value in sorted(question["facts"].items()))
        caller = Caller(
            f"service {question['principal']['service']}",
            place or "any",
            {**base, "principal": question["principal"], "facts": question["facts"]},
        )
        if (caller.label, caller.place) not in seen:
            seen.add((caller.label, caller.place))
            yield caller
    for label, role in (("may do everything", callers.stranger), ("has no policy", plain)):
        question = {**base, "principal": {"role": role}}
        yield Caller(f"another role of the account, which {label}", OUTSIDE, question, is_outsider=True)
    yield Caller(
        "a reader without an IAM identity", OUTSIDE, {**base, "principal": {"anonymous": True}}, is_outsider=True
    )


def _function_arn(stack: Stack, name: str) -> str:
    return next(str(each.values["arn"]) for each in stack.of("aws_lambda_function")
                if each.values["function_name"] == name)  # fmt: skip


def network(engine: Engine, stack: Stack, callers: Callers) -> dict[str, list[str]]:
    """By function, the services that its calls find a way to."""
    found: dict[str, list[str]] = {}
    for function in stack.of("aws_lambda_function"):
        questions = [
            {
                "principal": {"role": function.values["role"]},
                "action": f"{prefix}:Any",
                "resource": f"arn:aws:{prefix}:{callers.region}:{function.values['arn'].split(':')[4]}:any:any",
                "function": function.values["function_name"],
                "region": callers.region,
            }
            for prefix in SERVICES.values()
        ]
        answers = engine.ask(*questions)
        found[function.label] = [
            service for service, answer in zip(SERVICES, answers, strict=True) if "missing" not in answer
        ]
    return found


def network_differences(stack: Stack, ways: Mapping[str, Sequence[str]]) -> list[str]:
    """Where the walk and the network matrix, which is read from rules and endpoints, say different things."""
    is_open = bool(stack.of("aws_nat_gateway"))
    told = []
    for function in stack.of("aws_lambda_function"):
        worn = {group for config in function.values["vpc_config"] for group in config["security_group_ids"]}
        expected = {
            str(endpoint.values["service_name"]).rpartition(".")[2]
            for endpoint in stack.of("aws_vpc_endpoint")
            if any(_admits(rule, endpoint, worn) for rule in stack.of("aws_vpc_security_group_ingress_rule"))
        }
        for service in SERVICES:
            reached, listed = service in ways[function.label], is_open or service in expected
            if reached != listed:
                told.append(
                    f"{function.label}: {service} is {'reached' if reached else 'not reached'}, and the network matrix "
                    f"{'lets it through' if listed else 'has no way to it'}"
                )
    return told


def network_table(ways: Mapping[str, Sequence[str]]) -> str:
    """The table for the security review."""
    header = ["From the sandbox of", "There is a way to", "There is none to"]
    rows = [
        [code(function), ", ".join(map(code, found)), ", ".join(code(each) for each in SERVICES if each not in found)]
        for function, found in sorted(ways.items())
    ]
    return table(header, rows)


def _admits(rule: Resource, endpoint: Resource, groups: set[str]) -> bool:
    return (
        rule.values["security_group_id"] in (endpoint.values["security_group_ids"] or ())
        and rule.values.get("referenced_security_group_id") in groups
    )
