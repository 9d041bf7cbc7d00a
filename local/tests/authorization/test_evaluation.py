"""Policy evaluation against AWS's documented rules and examples."""

from __future__ import annotations

import time
from typing import Any

import pytest

from localaws.authorization import wording
from localaws.authorization.evaluation import (
    BOUNDARY,
    ENDPOINT,
    IDENTITY,
    RESOURCE,
    SESSION,
    TRUST,
    Decision,
    Policies,
    decide,
)
from localaws.authorization.principal import Principal
from localaws.authorization.statement import MalformedPolicy, Policy, Request, parse

LOGIC = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-single-account.html"
PRINCIPALS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"
NOT_PRINCIPAL = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html"
BOUNDARIES = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html"
KEY_POLICIES = "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html"
ENDPOINTS = "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html"
DENIED = "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"
RESOURCES = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html"

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/publisher"
SESSION_ARN = f"arn:aws:sts::{ACCOUNT}:assumed-role/publisher/run"
CALLER = Principal("role", SESSION_ARN, ACCOUNT, "AROAEXAMPLE:run", ROLE)
SERVICE = Principal("service", "sns.amazonaws.com")
TOPIC = f"arn:aws:sns:eu-west-1:{ACCOUNT}:questions"


def policy(*statements: dict[str, Any], version: str = "2012-10-17", name: str = "p") -> Policy:
    return parse({"Version": version, "Statement": list(statements)}, name)


def allow(action: str = "sns:Publish", resource: str = TOPIC, **elements: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **elements}


def deny(action: str = "sns:Publish", resource: str = TOPIC, **elements: Any) -> dict[str, Any]:
    return {**allow(action, resource, **elements), "Effect": "Deny"}


def ask(principal: Principal = CALLER, facts: dict[str, Any] | None = None, **policies: Any) -> Decision:
    return decide(Request(principal, "sns:Publish", TOPIC, facts or {}), Policies(**policies))


@pytest.mark.documented(LOGIC)
def test_nothing_is_allowed_that_no_policy_allows() -> None:
    decision = ask()
    assert (decision.allowed, decision.lacking) == (False, IDENTITY)


@pytest.mark.documented(LOGIC)
@pytest.mark.parametrize("place", ["identity", "boundary", "session", "resource", "endpoint"])
def test_a_deny_anywhere_decides(place: str) -> None:
    everything = policy(allow("*", "*", Principal="*"))
    policies: dict[str, Any] = {
        "identity": (everything,),
        "boundary": everything,
        "session": everything,
        "resource": everything,
        "endpoint": everything,
    }
    assert ask(**policies).allowed
    refusing = policy(allow("*", "*", Principal="*"), deny(Sid="No", Principal="*"))
    policies[place] = (refusing,) if place == "identity" else refusing
    decision = ask(**policies)
    assert not decision.allowed
    assert decision.grounds[0].sid == "No"


@pytest.mark.documented(LOGIC)
def test_either_the_identity_or_the_resource_may_allow() -> None:
    assert ask(identity=(policy(allow()),)).allowed
    assert ask(resource=policy(allow(Principal={"AWS": ROLE}))).allowed
    assert ask(resource=policy(allow(Principal={"AWS": SESSION_ARN}))).allowed
    other = f"arn:aws:iam::{ACCOUNT}:role/other"
    assert not ask(resource=policy(allow(Principal={"AWS": other}))).allowed


@pytest.mark.documented(BOUNDARIES)
@pytest.mark.parametrize(("limit", "kind"), [("boundary", BOUNDARY), ("session", SESSION)])
def test_a_limit_takes_from_identity_policies_and_from_the_roles_name_but_not_from_the_sessions(
    limit: str, kind: str
) -> None:
    narrow = {limit: policy(allow("s3:*", "*"))}
    assert ask(identity=(policy(allow()),), **narrow).lacking == kind
    assert ask(resource=policy(allow(Principal={"AWS": ROLE})), **narrow).lacking == kind
    assert ask(resource=policy(allow(Principal={"AWS": SESSION_ARN})), **narrow).allowed
    wide = {limit: policy(allow("sns:*", "*"))}
    assert ask(identity=(policy(allow()),), **wide).allowed
    assert not ask(**wide).allowed, "a limit grants nothing"


@pytest.mark.documented(PRINCIPALS)
@pytest.mark.parametrize("account", [ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root"])
def test_naming_the_account_leaves_the_decision_to_identity_policies(account: str) -> None:
    resource = policy(allow(Principal={"AWS": account}))
    assert not ask(resource=resource).allowed
    assert ask(resource=resource, identity=(policy(allow()),)).allowed
    assert not ask(resource=policy(deny(Principal={"AWS": account})), identity=(policy(allow()),)).allowed


@pytest.mark.documented(PRINCIPALS)
def test_a_service_is_admitted_by_its_name_only() -> None:
    assert ask(SERVICE, resource=policy(allow(Principal={"Service": "sns.amazonaws.com"}))).allowed
    assert ask(SERVICE, resource=policy(allow(Principal="*"))).allowed
    assert not ask(SERVICE, resource=policy(allow(Principal={"Service": "sqs.amazonaws.com"}))).allowed
    assert not ask(SERVICE, resource=policy(allow(Principal={"AWS": "sns.amazonaws.com"}))).allowed
    assert ask(SERVICE).lacking == RESOURCE


@pytest.mark.documented(NOT_PRINCIPAL)
def test_not_principal_spares_only_who_is_named_with_session_role_and_account() -> None:
    root = f"arn:aws:iam::{ACCOUNT}:root"
    identity = (policy(allow()),)
    for named, allowed in (([ROLE], False), ([SESSION_ARN, ROLE], False), ([SESSION_ARN, ROLE, root], True)):
        resource = policy(deny(NotPrincipal={"AWS": named}))
        assert ask(identity=identity, resource=resource).allowed is allowed, named


@pytest.mark.documented(KEY_POLICIES)
def test_a_key_policy_without_the_accounts_statement_shuts_identity_policies_out() -> None:
    key = "arn:aws:kms:eu-west-1:123456789012:key/1"
    request = Request(CALLER, "kms:Decrypt", key, {})
    identity = (policy(allow("kms:Decrypt", key)),)
    root = policy(allow("kms:*", "*", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}))
    silent = policy(allow("kms:*", "*", Principal={"Service": "logs.eu-west-1.amazonaws.com"}))
    direct = policy(allow("kms:Decrypt", "*", Principal={"AWS": ROLE}))
    assert decide(request, Policies(identity=identity, resource=root, resource_must_allow=True)).allowed
    assert not decide(request, Policies(resource=root, resource_must_allow=True)).allowed
    refused = decide(request, Policies(identity=identity, resource=silent, resource_must_allow=True))
    assert refused.lacking == RESOURCE
    assert decide(request, Policies(resource=direct, resource_must_allow=True)).allowed


@pytest.mark.documented(ENDPOINTS)
def test_the_endpoints_policy_must_allow_too() -> None:
    identity = (policy(allow()),)
    assert ask(identity=identity, endpoint=policy(allow("*", "*", Principal="*"))).allowed
    assert ask(identity=identity, endpoint=policy(allow(Principal={"AWS": "999999999999"}))).lacking == ENDPOINT
    mine = {"ArnEquals": {"aws:PrincipalArn": ROLE}}
    narrow = policy(allow(Principal="*", Condition=mine))
    assert ask(identity=identity, endpoint=narrow, facts={"aws:principalarn": ROLE}).allowed
    assert ask(identity=identity, endpoint=narrow, facts={"aws:principalarn": ROLE + "2"}).lacking == ENDPOINT
    assert not ask(endpoint=narrow, facts={"aws:principalarn": ROLE}).allowed, "an endpoint policy grants nothing"


def test_a_roles_trust_decides_who_may_assume_it() -> None:
    trust = parse(
        {
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Allow",
                "Principal": {"Service": "appsync.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:appsync:eu-west-1:123456789012:apis/a"}},
            },
        },
        "trust",
    )
    service = Principal("service", "appsync.amazonaws.com")
    for source, allowed in (("a", True), ("b", False), (None, False)):
        facts = {"aws:sourcearn": f"arn:aws:appsync:eu-west-1:123456789012:apis/{source}"} if source else {}
        policies = Policies(resource=trust, resource_must_allow=True, resource_kind=TRUST)
        assert decide(Request(service, "sts:AssumeRole", ROLE, facts), policies).allowed is allowed


@pytest.mark.documented(RESOURCES)
@pytest.mark.parametrize(
    ("pattern", "covered"),
    [
        (TOPIC, True),
        ("*", True),
        ("arn:aws:sns:*", True),
        ("arn:aws:sns:*:123456789012:questions", True),
        ("arn:aws:sns:eu-west-1:123456789012:quest*", True),
        ("arn:aws:sns:eu-west-1:123456789012:question?", True),
        ("arn:aws:sns:eu-west-?:123456789012:questions", True),
        ("arn:aws:sns:eu*t-1:123456789012:questions", True),
        # A wildcard inside a segment stays in it.
        ("arn:aws:s*2:questions", False),
        ("arn:aws:sns:e?:123456789012:questions", False),
        ("arn:aws:sns:eu-west-1:123456789012:Questions", False),
        ("arn:aws:sns:eu-west-1:123456789012:question", False),
        ("arn:aws:sns:eu-west-1:123456789012:questions?", False),
    ],
)
def test_resource_patterns(pattern: str, covered: bool) -> None:
    assert ask(identity=(policy(allow(resource=pattern)),)).allowed is covered


@pytest.mark.parametrize(
    ("elements", "allowed"),
    [
        ({"Action": "SNS:publish"}, True),
        ({"Action": "sns:P?blish"}, True),
        ({"Action": ["s3:*", "sns:Pub*"]}, True),
        ({"Action": "sns:PublishBatch"}, False),
        ({"NotAction": "s3:*"}, True),
        ({"NotAction": "sns:*"}, False),
        ({"Action": "sns:*", "NotResource": "arn:aws:sns:eu-west-1:123456789012:other"}, True),
        ({"Action": "sns:*", "NotResource": "arn:aws:sns:*"}, False),
    ],
)
def test_actions_and_not_elements(elements: dict[str, Any], allowed: bool) -> None:
    statement = {"Effect": "Allow", **({} if "NotResource" in elements else {"Resource": "*"}), **elements}
    assert ask(identity=(policy(statement),)).allowed is allowed


@pytest.mark.documented(DENIED)
def test_refusals_are_worded_as_aws_words_them() -> None:
    start = f"User: {SESSION_ARN} is not authorized to perform: SNS:Publish on resource: {TOPIC}"
    assert wording.message(ask()) == f"{start} because no identity-based policy allows the SNS:Publish action"
    endpoint = ask(identity=(policy(allow()),), endpoint=policy(allow("s3:*")))
    assert wording.message(endpoint) == f"{start} because no VPC endpoint policy allows the SNS:Publish action"
    explicit = ask(identity=(policy(deny()),))
    assert wording.message(explicit) == f"{start} with an explicit deny in an identity-based policy"
    explicit = ask(resource=policy(deny(Principal="*")))
    assert wording.message(explicit) == f"{start} with an explicit deny in a resource-based policy"


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ("{", "not valid JSON"),
        ({"Statement": [{"Effect": "Permit", "Action": "*", "Resource": "*"}]}, "Effect must be Allow or Deny"),
        ({"Statement": [{"Effect": "Allow", "Resource": "*"}]}, "has no Action"),
        ({"Statement": [{"Effect": "Allow", "Action": "*", "Sources": "*"}]}, "unknown elements: Sources"),
        (
            {"Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*", "NotResource": "*"}]},
            "both Resource and NotResource",
        ),
        (
            {"Statement": {"Effect": "Deny", "Action": "*", "Condition": {"StringIs": {"aws:userid": "x"}}}},
            "no condition operator StringIs",
        ),
    ],
)
def test_what_is_no_policy_is_refused_in_words(document: Any, complaint: str) -> None:
    with pytest.raises(MalformedPolicy, match=complaint):
        parse(document, "p")


def test_a_decision_takes_less_than_a_fifth_of_a_millisecond_at_the_median() -> None:
    conditions = {"ArnEquals": {"aws:PrincipalArn": ROLE}, "StringNotEquals": {"aws:SourceVpce": "vpce-1"}}
    resource = policy(*(deny(Principal="*", Condition={"StringEquals": {"aws:SourceVpc": str(n)}}) for n in range(6)))
    identity = tuple(policy(allow(f"s3:Get{n}*", "*"), allow(f"kms:{n}"), allow(), name=str(n)) for n in range(6))
    endpoint = policy(allow(Principal="*", Condition=conditions))
    facts = {"aws:principalarn": ROLE, "aws:sourcevpce": "vpce-2"}
    times = []
    for _ in range(501):
        began = time.perf_counter()
        assert ask(identity=identity, resource=resource, endpoint=endpoint, facts=facts).allowed
        times.append(time.perf_counter() - began)
    assert sorted(times)[250] < 0.0002
