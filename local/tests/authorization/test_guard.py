"""What AWS refuses is refused: calls of roles, and of services on behalf of resources, through the SDKs."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from conftest import ACCOUNT, REGION, Local, invoke, log_lines, queue, receive, role, wait_until

from authorization.support import Session, allow, document, refused

SNS_KEYS = "https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html"
SNS_ERRORS = "https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors"
SQS_SUBSCRIPTION = "https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html"
BOUNDARIES = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html"
GEOGRAPHIC = "https://docs.aws.amazon.com/bedrock/latest/userguide/geographic-cross-region-inference.html"
CALLER = "https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html"
DESTINATIONS = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"
VARIABLES = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html"
LOGS = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html"
SNS_ENDPOINTS = "https://docs.aws.amazon.com/sns/latest/dg/sns-vpc-endpoint-policy.html"
TRUST = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html"

NOVA = "amazon.nova-micro-v1:0"


def key(local: Local, *statements: dict[str, Any]) -> str:
    root = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    policy = document(*(statements or [allow("kms:*", Principal=root)]))
    arn: str = local.client("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"]
    return arn


@pytest.mark.documented(SNS_ERRORS)
def test_a_role_publishes_where_it_may_and_nowhere_else(local: Local, topic: str) -> None:
    caller = Session(local, allow("sns:Publish", topic))
    assert caller.client("sns").publish(TopicArn=topic, Message="m")["MessageId"]
    caller.may(allow("sns:Publish", topic + "-other"))
    code, message, status = refused(caller.client("sns").publish, TopicArn=topic, Message="m")
    session = caller.arn.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/") + "/run"
    assert (code, status) == ("AuthorizationError", 403)
    assert message == (
        f"User: {session} is not authorized to perform: SNS:Publish on resource: {topic} "
        "because no identity-based policy allows the SNS:Publish action"
    )


@pytest.mark.documented(BOUNDARIES)
def test_a_boundary_limits_a_role(local: Local, topic: str) -> None:
    iam = local.client("iam")
    narrow = iam.create_policy(PolicyName=f"b-{uuid.uuid4().hex[:8]}", PolicyDocument=document(allow("s3:*")))
    caller = Session(local, allow("sns:*"), boundary=narrow["Policy"]["Arn"])
    _, message, _ = refused(caller.client("sns").publish, TopicArn=topic, Message="m")
    assert message.endswith("because no permissions boundary allows the SNS:Publish action")


def test_a_roles_tags_count(local: Local, topic: str) -> None:
    tagged = {"StringEquals": {"aws:PrincipalTag/team": "blue"}}
    caller = Session(local, allow("sns:Publish", Condition=tagged))
    refused(caller.client("sns").publish, TopicArn=topic, Message="m")
    local.client("iam").tag_role(RoleName=caller.name, Tags=[{"Key": "team", "Value": "blue"}])
    assert caller.client("sns").publish(TopicArn=topic, Message="m")["MessageId"]


def test_a_topics_policy_refuses_and_admits(local: Local, topic: str) -> None:
    caller, other = Session(local, allow("sns:*")), Session(local)
    deny = {
        **allow("sns:Publish", topic, Principal="*"),
        "Effect": "Deny",
        "Condition": {"ArnNotEquals": {"aws:PrincipalArn": other.arn}},
    }
    admit = allow("sns:Publish", topic, Principal={"AWS": other.arn})
    local.client("sns").set_topic_attributes(
        TopicArn=topic, AttributeName="Policy", AttributeValue=document(deny, admit)
    )
    _, message, _ = refused(caller.client("sns").publish, TopicArn=topic, Message="m")
    assert message.endswith("with an explicit deny in a resource-based policy")
    assert other.client("sns").publish(TopicArn=topic, Message="m")["MessageId"]


@pytest.mark.documented(SNS_KEYS)
@pytest.mark.parametrize("actions", [[], ["kms:Decrypt"], ["kms:GenerateDataKey"]])
def test_an_encrypted_topic_needs_rights_of_its_key(local: Local, topic: str, actions: list[str]) -> None:
    arn = key(local)
    local.client("sns").set_topic_attributes(TopicArn=topic, AttributeName="KmsMasterKeyId", AttributeValue=arn)
    caller = Session(local, allow(["sns:Publish", *actions]))
    code, message, status = refused(caller.client("sns").publish, TopicArn=topic, Message="m")
    assert (code, status) == ("KMSAccessDenied", 400)
    assert "not authorized to perform: kms:" in message
    via = {"StringEquals": {"kms:ViaService": f"sns.{REGION}.amazonaws.com"}}
    caller.may(allow("sns:Publish"), allow(["kms:GenerateDataKey", "kms:Decrypt"], arn, Condition=via))
    assert caller.client("sns").publish(TopicArn=topic, Message="m")["MessageId"]


def test_a_key_policy_that_does_not_name_the_account_shuts_roles_out(local: Local, topic: str) -> None:
    arn = key(local, allow("kms:*", Principal={"Service": "sns.amazonaws.com"}))
    local.client("sns").set_topic_attributes(TopicArn=topic, AttributeName="KmsMasterKeyId", AttributeValue=arn)
    caller = Session(local, allow(["sns:Publish", "kms:*"]))
    _, message, _ = refused(caller.client("sns").publish, TopicArn=topic, Message="m")
    assert message.endswith("because no resource-based policy allows the kms:GenerateDataKey action")


@pytest.mark.documented(GEOGRAPHIC)
def test_a_geographic_profile_needs_itself_and_every_model_behind_it(local: Local) -> None:
    profile = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:inference-profile/eu.{NOVA}"
    regions = ["eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-2", "eu-west-3"]
    models = [f"arn:aws:bedrock:{region}::foundation-model/{NOVA}" for region in [REGION, *regions]]
    through = {"StringEquals": {"bedrock:InferenceProfileArn": profile}}
    action = "bedrock:InvokeModelWithResponseStream"
    caller = Session(local, allow(action, profile), allow(action, models, Condition=through))
    asked = {"modelId": f"eu.{NOVA}", "messages": [{"role": "user", "content": [{"text": "hi"}]}]}
    stream = caller.client("bedrock-runtime").converse_stream
    assert stream(**asked)["stream"]
    code, message, status = refused(stream, **{**asked, "modelId": NOVA})
    assert (code, status) == ("AccessDeniedException", 403), "the profile is the only way"
    for statements in (
        [allow(action, profile)],
        [allow(action, models, Condition=through)],
        [allow(action, profile), allow(action, models[:-1], Condition=through)],
        [allow("bedrock:InvokeModel", [profile, *models])],
    ):
        caller.may(*statements)
        code, message, status = refused(stream, **asked)
        assert (code, status) == ("AccessDeniedException", 403)
        assert "because no identity-based policy allows the bedrock:InvokeModelWithResponseStream action" in message


def test_a_guardrail_needs_a_right_of_its_own(local: Local) -> None:
    asked = {
        "modelId": NOVA,
        "messages": [{"role": "user", "content": [{"text": "hi"}]}],
        "guardrailConfig": {"guardrailIdentifier": "abcdefghijkl", "guardrailVersion": "1"},
    }
    model = f"arn:aws:bedrock:{REGION}::foundation-model/{NOVA}"
    guardrail = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:guardrail/abcdefghijkl"
    caller = Session(local, allow("bedrock:InvokeModelWithResponseStream", model))
    _, message, _ = refused(caller.client("bedrock-runtime").converse_stream, **asked)
    assert f"bedrock:ApplyGuardrail on resource: {guardrail}" in message
    caller.may(allow("bedrock:InvokeModelWithResponseStream", model), allow("bedrock:ApplyGuardrail", guardrail))
    assert caller.client("bedrock-runtime").converse_stream(**asked)["stream"]


def test_invoking_a_function_needs_the_right_qualifier(local: Local, function: Callable[..., str]) -> None:
    name = function("answer = 1")
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"
    local.client("lambda").publish_version(FunctionName=name)
    caller = Session(local, allow("lambda:InvokeFunction", arn))
    assert caller.client("lambda").invoke(FunctionName=name)["StatusCode"] == 200
    code, _, status = refused(caller.client("lambda").invoke, FunctionName=name, Qualifier="1")
    assert (code, status) == ("AccessDeniedException", 403)
    caller.may(allow("lambda:InvokeFunction", f"{arn}:*"))
    assert caller.client("lambda").invoke(FunctionName=name, Qualifier="1")["StatusCode"] == 200
    assert refused(caller.client("lambda").invoke, FunctionName=name)[0] == "AccessDeniedException"


@pytest.mark.parametrize("call", ["list_topics", "list_subscriptions"])
def test_what_has_no_entry_in_the_table_is_refused_in_words(local: Local, call: str) -> None:
    caller = Session(local, allow("*"))
    code, message, _ = refused(getattr(caller.client("sns"), call))
    assert code == "AuthorizationError"
    assert "local AWS decides no sns List" in message


@pytest.mark.documented(CALLER)
def test_who_one_is_everybody_may_ask(local: Local) -> None:
    assert Session(local).client("sts").get_caller_identity()["Account"] == ACCOUNT


def test_unknown_keys_are_refused(local: Local, topic: str) -> None:
    stranger = local.client("sns", aws_access_key_id="AKIAAAAAAAAAAAAAAAAA", aws_secret_access_key="x" * 40)
    code, _, status = refused(stranger.publish, TopicArn=topic, Message="m")
    assert (code, status) == ("UnrecognizedClientException", 403)


def test_the_journal_says_what_decided_and_holds_no_content(local: Local, topic: str) -> None:
    mark = local.admin("GET", "/_local/decisions")["mark"]
    caller = Session(local, {**allow("sns:Publish", topic), "Sid": "PublishHere"})
    for _ in range(2):
        caller.client("sns").publish(TopicArn=topic, Message="a secret")
    found = local.admin("GET", f"/_local/decisions?since={mark}")
    mine = [each for each in found["decisions"] if each["principal"] == caller.arn]
    assert len(mine) == 1
    grounds = [{"kind": "identity-based policy", "policy": f"rights of {caller.name}", "sid": "PublishHere"}]
    assert (mine[0]["allowed"], mine[0]["times"], mine[0]["grounds"]) == (True, 2, grounds)
    assert "a secret" not in json.dumps(found)
    assert local.admin("GET", f"/_local/decisions?since={found['mark']}")["decisions"] == []
    caller.may(allow("s3:*"))
    refused(caller.client("sns").publish, TopicArn=topic, Message="m")
    last = local.admin("GET", f"/_local/decisions?since={found['mark']}")["decisions"][-1]
    assert (last["allowed"], last["lacking"]) == (False, "identity-based policy")


@pytest.mark.documented(SQS_SUBSCRIPTION)
def test_a_topic_reaches_a_queue_that_admits_it(local: Local, topic: str) -> None:
    url, arn = queue(local)
    sns, sqs = local.client("sns"), local.client("sqs")
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

    def admit(condition: dict[str, Any]) -> None:
        statement = allow("sqs:SendMessage", arn, Principal={"Service": "sns.amazonaws.com"}, Condition=condition)
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": document(statement)})

    source = {"ArnEquals": {"aws:SourceArn": topic}}
    sns.publish(TopicArn=topic, Message="no policy")
    admit({**source, "StringEquals": {"aws:SourceAccount": ACCOUNT}})
    sns.publish(TopicArn=topic, Message="a policy that leans on what SNS does not promise")
    admit({"ArnEquals": {"aws:SourceArn": topic + "-other"}})
    sns.publish(TopicArn=topic, Message="another topic's policy")
    admit(source)
    sns.publish(TopicArn=topic, Message="admitted")
    assert json.loads(receive(local, url)["Body"])["Message"] == "admitted"
    assert "Messages" not in sqs.receive_message(QueueUrl=url)


@pytest.mark.documented(DESTINATIONS)
def test_a_record_needs_the_functions_role_to_send_it(local: Local, function: Callable[..., str]) -> None:
    url, arn = queue(local)
    name = function("answer = 1", Role=role(local, "logs:*"))
    client = local.client("lambda")
    client.put_function_event_invoke_config(FunctionName=name, DestinationConfig={"OnSuccess": {"Destination": arn}})
    client.invoke(FunctionName=name, InvocationType="Event")
    wait_until(lambda: f"{name}: nothing could be sent to {arn}: User: " in local.log.read_text())
    assert "because no identity-based policy allows the sqs:sendmessage action" in local.log.read_text()
    assert "Messages" not in local.client("sqs").receive_message(QueueUrl=url)


@pytest.mark.documented(LOGS)
@pytest.mark.parametrize("missing", ["logs:CreateLogStream", "logs:PutLogEvents", "logs:CreateLogGroup"])
def test_lines_are_lost_where_the_role_may_not_write(local: Local, function: Callable[..., str], missing: str) -> None:
    rights = {"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"} - {missing}
    name = function("print('hello', flush=True); answer = 1", Role=role(local, *sorted(rights)))
    assert invoke(local, name)["Payload"] == 1
    assert log_lines(local, f"/aws/lambda/{name}") == []
    allowed = function("print('hello', flush=True); answer = 1", Role=role(local, *sorted(rights | {missing})))
    invoke(local, allowed)
    wait_until(lambda: any("hello" in line for line in log_lines(local, f"/aws/lambda/{allowed}")))


@pytest.mark.documented(VARIABLES)
def test_a_function_starts_only_where_its_role_may_decrypt_its_variables(
    local: Local, function: Callable[..., str]
) -> None:
    arn = key(local)
    config = {"Environment": {"Variables": {"NAME": "b"}}, "KMSKeyArn": arn}
    closed = function("answer = 1", Role=role(local, "logs:*"), **config)
    code, message, status = refused(local.client("lambda").invoke, FunctionName=closed)
    assert (code, status) == ("KMSAccessDeniedException", 502)
    assert "Lambda was unable to decrypt the environment variables because KMS access was denied." in message
    opened = function("answer = 1", Role=role(local, "logs:*", "kms:Decrypt"), **config)
    assert invoke(local, opened)["Payload"] == 1


@pytest.mark.documented(TRUST)
def test_a_role_that_trusts_lambda_no_longer_runs_no_function(local: Local, function: Callable[..., str]) -> None:
    arn = role(local, "logs:*")
    name = function("answer = 1", Role=arn)
    other = document({"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"})
    local.client("iam").update_assume_role_policy(RoleName=arn.rsplit("/", 1)[-1], PolicyDocument=other)
    code, message, status = refused(local.client("lambda").invoke, FunctionName=name)
    assert (code, status) == ("AccessDeniedException", 403)
    assert message == "The role defined for the function cannot be assumed by Lambda."


def test_govcloud_has_roles_and_resources_of_its_own(local: Local) -> None:
    import boto3  # noqa: PLC0415 - another region than the other tests'

    place = {"region_name": "us-gov-west-1", "endpoint_url": local.endpoint}
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    iam, sts, sns = (boto3.client(service, **place, **keys) for service in ("iam", "sts", "sns"))
    arn = sns.create_topic(Name=f"t-{uuid.uuid4().hex[:12]}")["TopicArn"]
    name = f"r-{uuid.uuid4().hex[:12]}"
    trust = document({"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"})
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    assert made.startswith("arn:aws-us-gov:")
    given = sts.assume_role(RoleArn=made, RoleSessionName="run")["Credentials"]
    caller = boto3.client(
        "sns",
        **place,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )
    assert refused(caller.publish, TopicArn=arn, Message="m")[0] == "AuthorizationError"
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document(allow("sns:Publish", arn)))
    assert caller.publish(TopicArn=arn, Message="m")["MessageId"]
