"""Control planes: what Terraform sets comes back, so that a second plan is empty."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError
from conftest import ACCOUNT, REGION, Local, queue, role

Create = Callable[..., str]


@pytest.mark.documented("https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html")
def test_function_keeps_every_member_it_is_given(local: Local, function: Create) -> None:
    _, arn = queue(local)
    key = local.client("kms").create_key()["KeyMetadata"]["Arn"]
    given = {
        "DeadLetterConfig": {"TargetArn": arn},
        "KMSKeyArn": key,
        "LoggingConfig": {
            "LogFormat": "JSON",
            "ApplicationLogLevel": "WARN",
            "SystemLogLevel": "INFO",
            "LogGroup": "/own",
        },
        "TracingConfig": {"Mode": "Active"},
        "EphemeralStorage": {"Size": 1024},
    }
    name = function("answer = 1", **given)
    client = local.client("lambda")
    shown = client.get_function_configuration(FunctionName=name)
    assert {member: shown[member] for member in given} == given
    changed = {"TracingConfig": {"Mode": "PassThrough"}, "LoggingConfig": {"LogFormat": "Text", "LogGroup": "/other"}}
    client.update_function_configuration(FunctionName=name, **changed)
    after = client.get_function_configuration(FunctionName=name)
    assert {member: after[member] for member in changed} == changed
    assert after["RevisionId"] != shown["RevisionId"]


@pytest.mark.parametrize(
    ("config", "named"),
    [
        ({"Runtime": "python3.13"}, "python3.13"),
        ({"Runtime": "nodejs22.x"}, "nodejs22.x"),
        ({"Layers": [f"arn:aws:lambda:{REGION}:{ACCOUNT}:layer:l:1"]}, "layers"),
        ({"SnapStart": {"ApplyOn": "PublishedVersions"}}, "SnapStart"),
    ],
)
def test_what_cannot_run_here_is_refused_when_it_is_declared(
    local: Local, function: Create, config: dict[str, object], named: str
) -> None:
    with pytest.raises(ClientError, match=named) as refused:
        function("answer = 1", **config)
    assert refused.value.response["Error"]["Code"] == "InvalidParameterValueException"
    name = function("answer = 1")
    with pytest.raises(ClientError, match=named):
        local.client("lambda").update_function_configuration(FunctionName=name, **config)


def test_container_image_is_refused(local: Local) -> None:
    with pytest.raises(ClientError, match="container images"):
        local.client("lambda").create_function(
            FunctionName="image",
            PackageType="Image",
            Role=role(local, "logs:*"),
            Code={"ImageUri": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/a:b"},
        )


@pytest.mark.documented("https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html")
def test_reserved_concurrency_of_nothing_is_shown(local: Local, function: Create) -> None:
    name = function("answer = 1")
    client = local.client("lambda")
    client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    assert client.get_function(FunctionName=name)["Concurrency"] == {"ReservedConcurrentExecutions": 0}


@pytest.mark.documented("https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html")
def test_key_keeps_its_rotation_period(local: Local) -> None:
    kms = local.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=180)
    assert kms.get_key_rotation_status(KeyId=key)["RotationPeriodInDays"] == 180


@pytest.mark.documented("https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html")
def test_topic_shows_its_tracing_and_signature(local: Local) -> None:
    sns = local.client("sns")
    given = {"TracingConfig": "Active", "SignatureVersion": "2"}
    topic = sns.create_topic(Name=f"t-{uuid.uuid4().hex[:8]}", Attributes=given)["TopicArn"]
    shown = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    assert {name: shown[name] for name in given} == given


@pytest.mark.documented("https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRule.html")
def test_rule_between_security_groups_keeps_its_description(local: Local) -> None:
    ec2 = local.client("ec2")
    group = ec2.create_security_group(GroupName=uuid.uuid4().hex, Description="d")["GroupId"]
    pair = {"GroupId": group, "Description": "HTTPS from the functions."}
    permission = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "UserIdGroupPairs": [pair]}
    rule = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])["SecurityGroupRules"][0]
    filters = [{"Name": "security-group-rule-id", "Values": [rule["SecurityGroupRuleId"]]}]
    shown = ec2.describe_security_group_rules(Filters=filters)["SecurityGroupRules"][0]
    assert shown["Description"] == "HTTPS from the functions."
    change = {
        "IpProtocol": "tcp",
        "FromPort": 443,
        "ToPort": 443,
        "ReferencedGroupId": group,
        "Description": "changed",
    }
    ec2.modify_security_group_rules(
        GroupId=group,
        SecurityGroupRules=[{"SecurityGroupRuleId": rule["SecurityGroupRuleId"], "SecurityGroupRule": change}],
    )
    assert ec2.describe_security_group_rules(Filters=filters)["SecurityGroupRules"][0]["Description"] == "changed"


@pytest.mark.documented("https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html")
def test_bucket_that_refuses_plain_http_stays_open(local: Local) -> None:
    s3 = local.client("s3")
    bucket = f"b-{uuid.uuid4().hex}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": f"arn:aws:s3:::{bucket}/*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    s3.put_object(Bucket=bucket, Key="a", Body=b"b")
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"b"


@pytest.mark.documented("https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html")
def test_permission_of_a_function_names_its_source(local: Local, function: Create) -> None:
    name = function("answer = 1")
    client = local.client("lambda")
    source = f"arn:aws:sns:{REGION}:{ACCOUNT}:t"
    client.add_permission(
        FunctionName=name,
        StatementId="s",
        Action="lambda:InvokeFunction",
        Principal="sns.amazonaws.com",
        SourceArn=source,
        SourceAccount=ACCOUNT,
    )
    statement = json.loads(client.get_policy(FunctionName=name)["Policy"])["Statement"][0]
    assert statement["Condition"] == {
        "ArnLike": {"AWS:SourceArn": source},
        "StringEquals": {"AWS:SourceAccount": ACCOUNT},
    }


@pytest.mark.documented("https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html")
def test_an_endpoint_is_found_by_the_description_of_its_interfaces(local: Local) -> None:
    ec2 = local.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.78.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.78.0.0/24")["Subnet"]["SubnetId"]
    service = f"com.amazonaws.{REGION}.sns"
    created = ec2.create_vpc_endpoint(VpcId=vpc, VpcEndpointType="Interface", ServiceName=service, SubnetIds=[subnet])
    endpoint = created["VpcEndpoint"]["VpcEndpointId"]
    filters = [{"Name": "description", "Values": [f"VPC Endpoint Interface {endpoint}"]}]
    (interface,) = ec2.describe_network_interfaces(Filters=filters)["NetworkInterfaces"]
    assert (interface["SubnetId"], interface["InterfaceType"]) == (subnet, "vpc_endpoint")


@pytest.mark.documented("https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpoints.html")
def test_deleted_endpoint_is_gone(local: Local) -> None:
    ec2 = local.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
    created = ec2.create_vpc_endpoint(VpcId=vpc, VpcEndpointType="Interface", ServiceName=f"com.amazonaws.{REGION}.sns")
    endpoint = created["VpcEndpoint"]["VpcEndpointId"]
    name = created["VpcEndpoint"]["DnsEntries"][0]["DnsName"]
    assert name.startswith(f"{endpoint}-")
    assert name.endswith(f".sns.{REGION}.vpce.amazonaws.com")
    ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    filters = [{"Name": "vpc-id", "Values": [vpc]}]
    assert ec2.describe_vpc_endpoints(Filters=filters)["VpcEndpoints"] == []
    with pytest.raises(ClientError, match="InvalidVpcEndpointId"):
        ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])


@pytest.mark.documented("https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html")
def test_zone_created_with_a_vpc_is_private(local: Local) -> None:
    vpc = local.client("ec2").create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    route53 = local.client("route53")
    zone = route53.create_hosted_zone(
        Name="api.example", CallerReference=uuid.uuid4().hex, VPC={"VPCRegion": REGION, "VPCId": vpc}
    )["HostedZone"]
    assert zone["Config"]["PrivateZone"]
    assert route53.get_hosted_zone(Id=zone["Id"])["VPCs"] == [{"VPCRegion": REGION, "VPCId": vpc}]


def test_versions_are_listed_while_other_objects_go(local: Local) -> None:
    """Terraform deletes two functions' zips at once: it lists the versions of each while the other one disappears."""
    client, bucket = local.client("s3"), f"b-{uuid.uuid4().hex}"
    client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})

    def come_and_go(worker: int) -> None:
        for number in range(25):
            client.put_object(Bucket=bucket, Key=f"{worker}/{number}", Body=b"zip")
            client.list_object_versions(Bucket=bucket, Prefix=f"{worker}/")
            client.delete_object(Bucket=bucket, Key=f"{worker}/{number}")

    with ThreadPoolExecutor(max_workers=8) as pool:
        assert list(pool.map(come_and_go, range(8))) == [None] * 8


def test_an_endpoint_keeps_what_is_changed_later(local: Local) -> None:
    ec2 = local.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.81.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    made = ec2.create_vpc_endpoint(
        VpcEndpointType="Interface", VpcId=vpc, ServiceName=f"com.amazonaws.{REGION}.sns", PrivateDnsEnabled=False
    )
    endpoint = made["VpcEndpoint"]["VpcEndpointId"]
    first = made["VpcEndpoint"]["PolicyDocument"]
    closed = json.dumps({"Version": "2012-10-17", "Statement": []})
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, PrivateDnsEnabled=True, PolicyDocument=closed)
    shown = ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])["VpcEndpoints"][0]
    assert (shown["PrivateDnsEnabled"], shown["PolicyDocument"]) == (True, closed)
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, ResetPolicy=True)
    shown = ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])["VpcEndpoints"][0]
    assert (shown["PrivateDnsEnabled"], json.loads(shown["PolicyDocument"])) == (True, json.loads(first))
