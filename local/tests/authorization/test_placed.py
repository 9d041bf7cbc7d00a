"""Calls of functions in a VPC: through an endpoint, refused by it, or lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError
from conftest import REGION, Local, invoke, role

from authorization.support import Session, allow, document, refused

SNS_ENDPOINTS = "https://docs.aws.amazon.com/sns/latest/dg/sns-vpc-endpoint-policy.html"

SECRETS = "import os; answer = {k: v for k, v in os.environ.items() if k.startswith('AWS_') and 'A' in k}"


class Placed:
    """A function in a VPC with one endpoint, and a client that calls as the function does."""

    def __init__(self, local: Local, function: Callable[..., str], **endpoint: Any) -> None:
        self.local, self.ec2 = local, local.client("ec2")
        self.vpc = self.ec2.create_vpc(CidrBlock="10.77.0.0/16")["Vpc"]["VpcId"]
        self.ec2.modify_vpc_attribute(VpcId=self.vpc, EnableDnsHostnames={"Value": True})
        self.subnet = self.ec2.create_subnet(VpcId=self.vpc, CidrBlock="10.77.0.0/24")["Subnet"]["SubnetId"]
        names = ("functions", "endpoint")
        self.groups = [
            self.ec2.create_security_group(GroupName=name, Description=name, VpcId=self.vpc)["GroupId"]
            for name in names
        ]
        self.inward = [
            {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "UserIdGroupPairs": [{"GroupId": self.groups[0]}]}
        ]
        self.ec2.authorize_security_group_ingress(GroupId=self.groups[1], IpPermissions=self.inward)
        made = self.ec2.create_vpc_endpoint(
            VpcEndpointType="Interface",
            VpcId=self.vpc,
            ServiceName=f"com.amazonaws.{REGION}.sns",
            SubnetIds=[self.subnet],
            SecurityGroupIds=[self.groups[1]],
            PrivateDnsEnabled=True,
            **endpoint,
        )
        self.endpoint = made["VpcEndpoint"]["VpcEndpointId"]
        self.role = role(local, "logs:*", "sns:*", "ec2:*")
        config = {"SubnetIds": [self.subnet], "SecurityGroupIds": self.groups[:1]}
        self.name = function(SECRETS, Role=self.role, VpcConfig=config)
        self.keys = invoke(local, self.name)["Payload"]

    def publish(self, topic: str, **options: Any) -> Any:
        client = boto3.client(
            "sns",
            region_name=REGION,
            endpoint_url=self.local.endpoint,
            aws_access_key_id=self.keys["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.keys["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=self.keys["AWS_SESSION_TOKEN"],
            config=Config(retries={"max_attempts": 0}, read_timeout=options.get("seconds", 30)),
        )
        return client.publish(TopicArn=topic, Message="m")


@pytest.mark.documented(SNS_ENDPOINTS)
def test_a_functions_call_comes_through_its_endpoint(local: Local, function: Callable[..., str], topic: str) -> None:
    placed = Placed(local, function)
    deny = {
        **allow("sns:Publish", topic, Principal="*"),
        "Effect": "Deny",
        "Condition": {"StringNotEquals": {"aws:SourceVpce": placed.endpoint}},
    }
    local.client("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=document(deny))
    assert placed.publish(topic)["MessageId"]
    elsewhere = Session(local, allow("sns:*"))
    _, message, _ = refused(elsewhere.client("sns").publish, TopicArn=topic, Message="m")
    assert message.endswith("with an explicit deny in a resource-based policy")
    made = local.admin("GET", "/_local/decisions")["decisions"]
    path = next(each["path"] for each in made if each["principal"] == placed.role and each["action"] == "sns:Publish")
    assert (path["kind"], path["endpoint"]) == ("endpoint", placed.endpoint)


@pytest.mark.documented(SNS_ENDPOINTS)
def test_an_endpoints_policy_refuses(local: Local, function: Callable[..., str], topic: str) -> None:
    placed = Placed(local, function, PolicyDocument=document(allow("sns:Publish", topic + "-other", Principal="*")))
    code, message, _ = refused(lambda: placed.publish(topic))
    assert code == "AuthorizationError"
    assert message.endswith("because no VPC endpoint policy allows the SNS:Publish action")
    opened = document(allow("sns:Publish", topic, Principal="*"))
    placed.ec2.modify_vpc_endpoint(VpcEndpointId=placed.endpoint, PolicyDocument=opened)
    assert placed.publish(topic)["MessageId"]


def test_a_call_without_a_way_is_never_answered_and_the_missing_link_is_logged(
    local: Local, function: Callable[..., str], topic: str
) -> None:
    placed = Placed(local, function)
    assert placed.publish(topic)["MessageId"]
    placed.ec2.revoke_security_group_ingress(GroupId=placed.groups[1], IpPermissions=placed.inward)
    with pytest.raises(ReadTimeoutError):
        placed.publish(topic, seconds=0.3)
    expected = f"no route from {placed.name} to sns: endpoint {placed.endpoint} admits nobody only"
    assert expected in local.log.read_text()
    lost = [each for each in local.admin("GET", "/_local/decisions")["decisions"] if each.get("missing") == expected]
    assert lost
    placed.ec2.authorize_security_group_ingress(GroupId=placed.groups[1], IpPermissions=placed.inward)
    assert placed.publish(topic)["MessageId"]
