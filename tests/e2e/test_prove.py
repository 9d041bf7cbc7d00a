"""The short form of `make prove`: reach as documented, a list without stale entries, and a sample of permissions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import needed
import pytest
import reach
import refused
import report
import unneeded
import verdicts
from calls import Callers
from demo.local_aws import LocalAws
from engine import Engine
from parts import Part, Statement, parts, statements
from proof import Proof, outsiders, prefix_of, resources_of
from scenarios import Deployment, of_profile
from sections import differs
from stack import Stack as Resources

from e2e.client import Api
from e2e.stacks import Fleet, Stack

SAMPLE = (
    "role orchestrator|PublishAnswers",
    "role data-source|WriteOwnLogs: logs:PutLogEvents",
    "policy of encryption.kms_key|TopicsIntoTheirEncryptedQueues: kms:Decrypt",
    "policy of endpoint endpoints.vpc_endpoint[sns]|OnlyThePublisherToItsTopic",
    "trust of role appsync-data-source|OnlyThisApi",
    "security group rule|endpoints.vpc_security_group_ingress_rule.client[10.20.0.0/16]",
    "endpoint|endpoints.vpc_endpoint[bedrock-runtime]",
)
"""One of each kind; `make prove` takes them all away."""


@dataclass
class Proving:
    """The sample's stack, as the proof sees it."""

    engine: Engine
    deployment: Deployment
    resources: Resources
    made: list[Statement]
    wanted: list[Part]
    used: needed.Used
    callers: Callers
    plain: str


@pytest.fixture(scope="module")
def proving(aws: LocalAws, api_key_stack: Stack, api_key_reader: Api) -> Iterator[Proving]:
    """Every scenario, run once on the sample's stack."""
    engine, deployment = Engine(aws, "sample"), Deployment(aws, api_key_stack, api_key_reader)
    resources = resources_of(api_key_stack)
    with outsiders("e2e", api_key_stack, resources) as (callers, plain):
        used = needed.observe(engine, deployment, of_profile(deployment))
        made, wanted = statements(engine, resources), parts(engine, resources)
        yield Proving(engine, deployment, resources, made, wanted, used, callers, plain)


def test_what_can_be_reached_is_what_the_security_review_says(proving: Proving) -> None:
    proof = Proof("sample", proving.deployment.prefix)
    proof.reached = reach.reach(proving.engine, proving.resources, proving.made, proving.callers, proving.plain)
    proof.ways = reach.network(proving.engine, proving.resources, proving.callers)
    assert proof.reached
    assert reach.differences(proving.resources, proving.made, proof.reached) == []
    assert reach.network_differences(proving.resources, proof.ways) == []
    assert not differs(report.DOCUMENT, report.reach_tables(proof)), "run `make prove ARGS=--write`, review the change"


def test_each_deny_and_each_condition_refuses_a_call(proving: Proving) -> None:
    entries = [entry for each in proving.used.entries.values() for entry in each]
    rows, problems = refused.prove(proving.engine, proving.made, entries, proving.callers)
    assert problems == []
    assert sum(row.alone for row in rows) > len(rows) * 0.8


def test_a_permission_that_no_scenario_uses_is_listed_with_a_reason_that_holds(proving: Proving) -> None:
    idle = [needed.Verdict(part, None) for part in proving.wanted if not proving.used.of(part)]
    assert idle
    judge = verdicts.Judge("sample", proving.engine, proving.deployment, proving.used, proving.callers, proving.wanted)
    judged = [judge.judged(verdict) for verdict in idle]
    assert [f"{each.part.label}, {each.part.name}: {each.problem}" for each in judged if each.problem] == []


@pytest.mark.parametrize("name", SAMPLE)
def test_without_it_a_scenario_fails(proving: Proving, name: str) -> None:
    part = next(part for part in proving.wanted if f"{part.label}|{part.name}" == name)
    (verdict,) = needed.prove(proving.engine, proving.deployment, proving.used, [part])
    assert verdict.scenario, f"none of {verdict.tried} fails without it"


def test_the_list_of_permissions_no_scenario_misses_is_short_and_current(aws: LocalAws, fleet: Fleet) -> None:
    seen = set()
    for profile in fleet.names:
        stack = fleet.stack(profile)
        for part in parts(Engine(aws, profile), resources_of(stack)):
            seen.add((part.label, part.name.replace(prefix_of(stack), unneeded.PREFIX)))
    assert unneeded.stale(seen) == []
    assert unneeded.count() <= unneeded.MAXIMUM
