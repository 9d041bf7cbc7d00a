"""Row 19: what some models refuse; row 25: schemas that AppSync cannot read; row 9: ranges with host bits."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from authorization.support import refused
from conftest import Local, wait_until

FEATURES = "https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-supported-models-features.html"
CLAUDE = (
    "https://docs.aws.amazon.com/bedrock/latest/userguide/"
    "model-parameters-anthropic-claude-messages-request-response.html"
)
IP_RANGE = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html"
COMMENTS = "https://github.com/aws/aws-appsync-community/issues/410"

MISTRAL = "mistral.mistral-7b-instruct-v0:2"
TOOLS = {"tools": [{"toolSpec": {"name": "t", "inputSchema": {"json": {"type": "object"}}}}]}


def ask(local: Local, model: str, **more: Any) -> Any:
    converse = local.client("bedrock-runtime").converse_stream
    return converse(modelId=model, messages=[{"role": "user", "content": [{"text": "hello"}]}], **more)


@pytest.mark.documented(FEATURES)
@pytest.mark.parametrize(
    ("model", "more", "words"),
    [
        (MISTRAL, {"system": [{"text": "Be brief."}]}, "doesn't support system messages"),
        (MISTRAL, {"toolConfig": TOOLS}, "doesn't support tool use in streaming mode"),
        ("cohere.embed-english-v3", {}, "unsupported for streaming"),
    ],
)
def test_19_a_model_refuses_what_it_does_not_do(local: Local, model: str, more: dict[str, Any], words: str) -> None:
    code, message, status = refused(ask, local=local, model=model, **more)
    assert (code, status, words in message) == ("ValidationException", 400, True)
    assert ask(local, MISTRAL)["stream"]
    assert ask(local, "amazon.nova-micro-v1:0", **more)["stream"]


@pytest.mark.documented(CLAUDE)
def test_19_newer_claude_models_take_one_of_temperature_and_top_p(local: Local) -> None:
    model, both = "eu.anthropic.claude-haiku-4-5-20251001-v1:0", {"temperature": 0.5, "topP": 0.5}
    code, message, _ = refused(ask, local=local, model=model, inferenceConfig=both)
    assert (code, "cannot both be specified" in message) == ("ValidationException", True)
    for name, value in both.items():
        assert ask(local, model, inferenceConfig={name: value})["stream"]


@pytest.mark.documented(COMMENTS)
@pytest.mark.parametrize(("comment", "fits"), [("# is it true?", False), ("# null", False), ("# yes", True)])
def test_25_a_comment_in_an_enum_holds_no_literal(local: Local, comment: str, fits: bool) -> None:
    client = local.client("appsync")
    api = client.create_graphql_api(name="c", authenticationType="API_KEY")["graphqlApi"]["apiId"]
    schema = f"# true\nenum E {{\n  {comment}\n  A\n}}\ntype Query {{\n  # false\n  e: E\n}}\n"
    client.start_schema_creation(apiId=api, definition=schema.encode())
    status = wait_until(lambda: client.get_schema_creation_status(apiId=api))
    assert (status["status"] == "SUCCESS") == fits, status
    client.delete_graphql_api(apiId=api)


@pytest.mark.documented(IP_RANGE)
def test_9_a_range_is_kept_in_its_canonical_form(local: Local) -> None:
    ec2 = local.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.90.7.1/16")["Vpc"]
    assert vpc["CidrBlock"] == "10.90.0.0/16"
    subnet = ec2.create_subnet(VpcId=vpc["VpcId"], CidrBlock="10.90.1.9/24")["Subnet"]
    assert subnet["CidrBlock"] == "10.90.1.0/24"
    name = f"g-{uuid.uuid4().hex[:8]}"
    group = ec2.create_security_group(GroupName=name, Description="d", VpcId=vpc["VpcId"])["GroupId"]
    permission = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "100.68.0.18/18"}]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])
    shown = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"][0]
    assert shown["IpRanges"][0]["CidrIp"] == "100.68.0.0/18"
    ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[permission])
    assert ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"] == []
    acl = ec2.create_network_acl(VpcId=vpc["VpcId"])["NetworkAcl"]["NetworkAclId"]
    entry = {"RuleNumber": 7, "Protocol": "6", "RuleAction": "allow", "Egress": False, "CidrBlock": "10.90.1.9/24"}
    ec2.create_network_acl_entry(NetworkAclId=acl, **entry, PortRange={"From": 1, "To": 2})
    entries = ec2.describe_network_acls(NetworkAclIds=[acl])["NetworkAcls"][0]["Entries"]
    assert next(each for each in entries if each["RuleNumber"] == 7)["CidrBlock"] == "10.90.1.0/24"
