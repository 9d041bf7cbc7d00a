"""The whole proof of one applied profile."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from demo.local_aws import LocalAws
from demo.terraform import REGION
from e2e.client import Api
from e2e.issuer import Issuer
from e2e.stacks import Stack
from stack import Stack as Resources

import needed
import reach
import refused
import verdicts
from calls import Callers
from engine import Engine
from parts import parts, statements
from scenarios import Deployment, of_profile, prefix_of

__all__ = ["Proof", "outsiders", "prefix_of", "prove", "reader_of", "resources_of"]


@dataclass
class Proof:
    """What was found of one profile."""

    profile: str
    prefix: str
    """What the names of its resources begin with."""
    judged: list[verdicts.Judged] = field(default_factory=list)
    refusals: list[refused.Refusal] = field(default_factory=list)
    reached: list[reach.Reached] = field(default_factory=list)
    ways: dict[str, list[str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def prove(profile: str, aws: LocalAws, stack: Stack, reader: Api, tell: Callable[[str], None]) -> Proof:
    """Needed, refused and reach of one stack; `tell` gets a line of progress now and then."""
    engine, deployment, resources = Engine(aws, profile), Deployment(aws, stack, reader), resources_of(stack)
    proof = Proof(profile, deployment.prefix)
    used = needed.observe(engine, deployment, of_profile(deployment))
    entries = [entry for each in used.entries.values() for entry in each]
    with outsiders(profile, stack, resources) as (callers, plain):
        made = statements(engine, resources)
        proof.reached = reach.reach(engine, resources, made, callers, plain)
        proof.problems += reach.differences(resources, made, proof.reached)
        proof.ways = reach.network(engine, resources, callers)
        proof.problems += reach.network_differences(resources, proof.ways)
        proof.refusals, unlocked = refused.prove(engine, made, entries, callers)
        proof.problems += unlocked
        wanted = parts(engine, resources)
        tell(f"{profile}: {len(wanted)} permissions, rules and endpoints, {len(proof.refusals)} locks")
        found = needed.prove(engine, deployment, used, wanted)
        judge = verdicts.Judge(profile, engine, deployment, used, callers, wanted)
        proof.judged = [judge.judged(verdict) for verdict in found]
    proof.problems += [f"{each.part.label}, {each.part.name}: {each.problem}" for each in proof.judged if each.problem]
    tell(f"{profile}: {len(proof.problems)} problems")
    return proof


def resources_of(stack: Stack) -> Resources:
    """The stack as Terraform keeps it."""
    return Resources(json.loads(stack.terraform.state_json())["values"]["root_module"])


def reader_of(stack: Stack, tokens: Issuer) -> Api:
    """Somebody who may read the stack's answers."""
    outputs = stack.outputs
    proof = {"x-api-key": outputs["api_key"]} if outputs["api_key"] else {"authorization": tokens.token("alice")}
    return Api(outputs["graphql_url"], outputs["realtime_url"], proof)


@contextmanager
def outsiders(profile: str, stack: Stack, resources: Resources) -> Iterator[tuple[Callers, str]]:
    """Two roles of the account that are none of the stack's: one may do everything, the other nothing."""
    iam = stack.client("iam")
    trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    names = (f"prove-{profile}-everything", f"prove-{profile}-nothing")
    arns = [iam.create_role(RoleName=name, AssumeRolePolicyDocument=_document(trust))["Role"]["Arn"] for name in names]
    iam.put_role_policy(RoleName=names[0], PolicyName="everything", PolicyDocument=_document(everything))
    endpoints = tuple(str(each.values["id"]) for each in resources.of("aws_vpc_endpoint"))
    try:
        yield Callers(arns[0], REGION, endpoints), arns[1]
    finally:
        iam.delete_role_policy(RoleName=names[0], PolicyName="everything")
        for name in names:
            iam.delete_role(RoleName=name)


def _document(statement: dict[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
