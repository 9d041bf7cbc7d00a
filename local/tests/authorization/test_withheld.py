"""What is taken away for a while, and questions to the engine that no call asks."""

from __future__ import annotations

import urllib.error
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from conftest import ACCOUNT, Local

from authorization.support import Session, allow, document, refused
from authorization.test_placed import Placed


@pytest.fixture(autouse=True)
def everything_back(local: Local) -> Iterator[None]:
    yield
    withhold(local)


def withhold(local: Local, *parts: dict[str, str]) -> None:
    local.admin("PUT", "/_local/withheld", {"parts": list(parts)})


def ask(local: Local, **question: Any) -> dict[str, Any]:
    answer: dict[str, Any] = local.admin("POST", "/_local/decide", {"questions": [question]})["decisions"][0]
    return answer


def test_a_statement_or_one_action_or_resource_of_it_is_taken_away_and_given_back(local: Local, topic: str) -> None:
    session = Session(local, {**allow("sns:Publish", [topic, topic + "-other"]), "Sid": "Publish"})
    publish = session.client("sns").publish
    whole = {"policy": f"rights of {session.name}", "sid": "Publish"}
    held = {each["policy"]: each for each in local.admin("GET", "/_local/policies")["policies"]}
    assert held[whole["policy"]]["holder"] == session.arn
    assert held[whole["policy"]]["statements"][0]["Resource"] == [topic, topic + "-other"]
    for part in (whole, {**whole, "action": "sns:Publish"}, {**whole, "resource": topic}):
        assert publish(TopicArn=topic, Message="m")["MessageId"]
        withhold(local, part)
        _, message, _ = refused(publish, TopicArn=topic, Message="m")
        assert message.endswith("because no identity-based policy allows the SNS:Publish action")
        withhold(local)
    withhold(local, {**whole, "resource": topic + "-other"})
    assert publish(TopicArn=topic, Message="m")["MessageId"]


def test_without_its_condition_a_statement_admits_more(local: Local, topic: str) -> None:
    session = Session(local, allow("sns:Publish", Condition={"StringEquals": {"aws:PrincipalTag/team": "chat"}}))
    question = {"principal": {"role": session.arn}, "action": "sns:Publish", "resource": topic}
    assert ask(local, **question)["lacking"] == "identity-based policy"
    part = {"policy": f"rights of {session.name}", "sid": "#1", "condition": "StringEquals aws:PrincipalTag/team"}
    withhold(local, part)
    assert ask(local, **question)["allowed"]


def test_a_rule_and_an_endpoint_are_taken_away(local: Local, function: Callable[..., str], topic: str) -> None:
    placed = Placed(local, function)
    rules = placed.ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": placed.groups[1:]}])
    rule = next(each["SecurityGroupRuleId"] for each in rules["SecurityGroupRules"] if not each["IsEgress"])
    assert placed.publish(topic)["MessageId"]
    made = local.admin("GET", "/_local/decisions")["decisions"]
    assert any(rule in each["path"]["rules"] for each in made if each.get("path"))
    for part in ({"rule": rule}, {"endpoint": placed.endpoint}):
        withhold(local, part)
        with pytest.raises(ReadTimeoutError):
            placed.publish(topic, seconds=0.3)
        withhold(local)
        assert placed.publish(topic)["MessageId"]
    inside = {"principal": {"role": placed.role}, "action": "sns:Publish", "resource": topic, "region": "eu-west-1"}
    withhold(local, {"rule": rule})
    assert "admits nobody only" in ask(local, **inside, function=placed.name)["missing"]
    withhold(local)
    assert ask(local, **inside, function=placed.name)["allowed"]


def test_what_a_bucket_and_a_table_say_of_their_parts_is_found_under_their_own_names(local: Local) -> None:
    """An object has the policy of its bucket, an index that of its table: else nobody could take it away."""
    bucket, name = f"arn:aws:s3:::{uuid.uuid4()}", f"t-{uuid.uuid4()}"
    s3, dynamodb = local.client("s3"), local.client("dynamodb")
    place = {"LocationConstraint": "eu-west-1"}
    s3.create_bucket(Bucket=bucket.rpartition(":")[2], CreateBucketConfiguration=place)
    table = dynamodb.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )["TableDescription"]["TableArn"]
    nobody = {"Sid": "Nobody", "Effect": "Deny", "Principal": "*"}
    of_bucket = document({**nobody, "Action": "s3:GetObject", "Resource": f"{bucket}/*"})
    of_table = document({**nobody, "Action": "dynamodb:Query", "Resource": f"{table}/index/*"})
    s3.put_bucket_policy(Bucket=bucket.rpartition(":")[2], Policy=of_bucket)
    dynamodb.put_resource_policy(ResourceArn=table, Policy=of_table)
    session = Session(local, allow(["s3:GetObject", "dynamodb:Query"]))
    held = {each["policy"] for each in local.admin("GET", "/_local/policies")["policies"]}
    for holder, action, part in ((bucket, "s3:GetObject", "/a/b"), (table, "dynamodb:Query", "/index/by-day")):
        question = {"principal": {"role": session.arn}, "action": action, "resource": holder + part}
        assert holder in held
        assert ask(local, **question)["grounds"][0]["policy"] == holder
        withhold(local, {"policy": holder, "sid": "Nobody"})
        assert ask(local, **question)["allowed"]
        withhold(local)


def test_a_kept_decision_can_be_asked_again_with_one_fact_changed(local: Local, topic: str) -> None:
    source = {"ArnEquals": {"aws:SourceArn": "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:a"}}
    statement = allow("sns:Publish", topic, Principal={"Service": "cloudwatch.amazonaws.com"}, Condition=source)
    local.client("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=document(statement))
    question = {"principal": {"service": "cloudwatch.amazonaws.com"}, "action": "sns:Publish", "resource": topic}
    facts = {"aws:SourceArn": "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:a", "aws:SourceAccount": ACCOUNT}
    assert ask(local, **question, facts=facts)["grounds"][0]["policy"] == topic
    assert not ask(local, **question, facts={**facts, "aws:SourceArn": facts["aws:SourceArn"] + "b"})["allowed"]
    session = Session(local, allow("sns:Publish"))
    assert session.client("sns").publish(TopicArn=topic, Message="m")
    kept = next(
        each for each in local.admin("GET", "/_local/decisions")["decisions"] if each["principal"] == session.arn
    )
    again = ask(local, action=kept["action"], resource=kept["resource"], **_plain(kept["question"]))
    assert again["grounds"] == kept["grounds"]


def _plain(question: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in question.items() if value is not None}


@pytest.mark.parametrize(
    ("path", "wrong", "told"),
    [
        ("/_local/withheld", {"parts": [{"policy": "p"}]}, "policy, sid"),
        ("/_local/withheld", {"parts": [{"policy": "p", "sid": 3}]}, "texts"),
        ("/_local/withheld", {}, "parts"),
        ("/_local/decide", {"questions": [{"action": "a"}]}, "a question has"),
        ("/_local/decide", {"questions": [{"action": "a", "resource": "r", "principal": "me"}]}, "no principal"),
        ("/_local/decide", {"questions": [{"action": "a", "resource": "r", "principal": {"role": "x"}}]}, "no role"),
    ],
)
def test_what_is_not_understood_is_refused_in_words(local: Local, path: str, wrong: Any, told: str) -> None:
    method = "PUT" if path.endswith("withheld") else "POST"
    with pytest.raises(urllib.error.HTTPError) as error:
        local.admin(method, path, wrong)
    assert error.value.code == 400
    assert told in error.value.read().decode()
