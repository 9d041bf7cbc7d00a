"""The way from a function in a VPC to a table: through the gateway endpoint, refused by it, or lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from authorization.support import allow, document, refused
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError
from conftest import REGION, Local, invoke, role

from dynamodb.conftest import key
from dynamodb.test_guard import arn

GATEWAYS = "https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html"
DYNAMODB = "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-ddb.html"

SECRETS = "import os; answer = {k: v for k, v in os.environ.items() if k.startswith('AWS_') and 'A' in k}"


class Placed:
    """A function in a VPC whose route table leads to DynamoDB, and a client that calls as the function does."""

    def __init__(self, local: Local, function: Callable[..., str]) -> None:
        self.local, self.ec2 = local, local.client("ec2")
        ec2 = self.ec2
        self.vpc = ec2.create_vpc(CidrBlock="10.79.0.0/16")["Vpc"]["VpcId"]
        subnet = ec2.create_subnet(VpcId=self.vpc, CidrBlock="10.79.0.0/24")["Subnet"]["SubnetId"]
        self.routes = ec2.create_route_table(VpcId=self.vpc)["RouteTable"]["RouteTableId"]
        ec2.associate_route_table(RouteTableId=self.routes, SubnetId=subnet)
        service = f"com.amazonaws.{REGION}.dynamodb"
        made = ec2.create_vpc_endpoint(VpcId=self.vpc, ServiceName=service, RouteTableIds=[self.routes])
        self.endpoint = made["VpcEndpoint"]["VpcEndpointId"]
        found = ec2.describe_prefix_lists(Filters=[{"Name": "prefix-list-name", "Values": [service]}])["PrefixLists"]
        assert [each["PrefixListName"] for each in found] == [service]
        self.outward = [
            {
                "IpProtocol": "tcp",
                "FromPort": 443,
                "ToPort": 443,
                "PrefixListIds": [{"PrefixListId": found[0]["PrefixListId"]}],
            }
        ]
        self.group = ec2.create_security_group(GroupName="f", Description="f", VpcId=self.vpc)["GroupId"]
        group = ec2.describe_security_groups(GroupIds=[self.group])["SecurityGroups"][0]
        ec2.revoke_security_group_egress(GroupId=self.group, IpPermissions=group["IpPermissionsEgress"])
        ec2.authorize_security_group_egress(GroupId=self.group, IpPermissions=self.outward)
        config = {"SubnetIds": [subnet], "SecurityGroupIds": [self.group]}
        self.name = function(SECRETS, Role=role(local, "logs:*", "dynamodb:*", "ec2:*"), VpcConfig=config)
        self.keys = invoke(local, self.name)["Payload"]

    def get(self, table: str, seconds: float = 30) -> Any:
        client = boto3.client(
            "dynamodb",
            region_name=REGION,
            endpoint_url=self.local.endpoint,
            aws_access_key_id=self.keys["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.keys["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=self.keys["AWS_SESSION_TOKEN"],
            config=Config(retries={"max_attempts": 0}, read_timeout=seconds),
        )
        return client.get_item(TableName=table, Key=key())

    def is_lost(self, table: str, missing: str) -> None:
        with pytest.raises(ReadTimeoutError):
            self.get(table, 0.3)
        lost = [each.get("missing") for each in self.local.admin("GET", "/_local/decisions")["decisions"]]
        assert f"no route from {self.name} to dynamodb: {missing}" in lost


@pytest.fixture
def placed(local: Local, function: Callable[..., str]) -> Placed:
    return Placed(local, function)


@pytest.mark.documented(GATEWAYS)
def test_a_call_needs_the_route_and_the_prefix_list(placed: Placed, table: str) -> None:
    ec2 = placed.ec2
    placed.get(table)
    ec2.revoke_security_group_egress(GroupId=placed.group, IpPermissions=placed.outward)
    placed.is_lost(table, f"{placed.group} lets nothing out to the prefix list of {placed.endpoint} on 443")
    ec2.authorize_security_group_egress(GroupId=placed.group, IpPermissions=placed.outward)
    placed.get(table)
    ec2.modify_vpc_endpoint(VpcEndpointId=placed.endpoint, RemoveRouteTableIds=[placed.routes])
    placed.is_lost(table, f"its name leads to no endpoint in {placed.vpc}, and {placed.routes} has no route out of it")
    ec2.modify_vpc_endpoint(VpcEndpointId=placed.endpoint, AddRouteTableIds=[placed.routes])
    placed.get(table)


@pytest.mark.documented(GATEWAYS)
def test_a_route_table_leads_to_one_endpoint_of_a_service(placed: Placed) -> None:
    service = f"com.amazonaws.{REGION}.dynamodb"
    code, message, _ = refused(
        placed.ec2.create_vpc_endpoint, VpcId=placed.vpc, ServiceName=service, RouteTableIds=[placed.routes]
    )
    assert (code, message.startswith(f"route table {placed.routes} already has a route")) == (
        "RouteAlreadyExists",
        True,
    )
    other = placed.ec2.create_vpc_endpoint(VpcId=placed.vpc, ServiceName=service)["VpcEndpoint"]["VpcEndpointId"]
    add = {"VpcEndpointId": other, "AddRouteTableIds": [placed.routes]}
    assert refused(placed.ec2.modify_vpc_endpoint, **add)[0] == "RouteAlreadyExists"


@pytest.mark.documented(DYNAMODB)
def test_the_endpoints_policy_decides(placed: Placed, table: str) -> None:
    for resource, may in ((arn(table) + "-other", False), (arn(table), True)):
        policy = document(allow("dynamodb:GetItem", resource, Principal="*"))
        placed.ec2.modify_vpc_endpoint(VpcEndpointId=placed.endpoint, PolicyDocument=policy)
        if may:
            placed.get(table)
        else:
            message = refused(lambda: placed.get(table))[1]
            assert message.endswith("because no VPC endpoint policy allows the dynamodb:GetItem action")


@pytest.mark.documented(DYNAMODB)
def test_a_table_may_admit_its_endpoint_only(
    local: Local, placed: Placed, function: Callable[..., str], table: str
) -> None:
    deny = {
        **allow("dynamodb:GetItem", arn(table), Principal="*"),
        "Effect": "Deny",
        "Condition": {"StringNotEquals": {"aws:SourceVpce": placed.endpoint}},
    }
    local.client("dynamodb").put_resource_policy(ResourceArn=arn(table), Policy=document(deny))
    placed.get(table)
    other = Placed(local, function)
    message = refused(lambda: other.get(table))[1]
    assert message.endswith("with an explicit deny in a resource-based policy")
