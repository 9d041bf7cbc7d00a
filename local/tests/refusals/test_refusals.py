"""What a plan accepts and AWS refuses, one test per rule, each with the page it rests on."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from conftest import ACCOUNT, REGION, Local, bootstrap, invoke, role

IP_RANGE = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html"
GROUPS = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html"
BUCKET_NAMES = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"
OBJECT_TAGS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html"
PRINCIPALS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"
ENDPOINTS = "https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html"
QUOTAS = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"
EXECUTION_ROLE = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html"
VPC_RIGHTS = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions"
ZONES = "https://github.com/keboola/developer-portal/issues/81"
LOG_POLICIES = "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html"
FLOW_LOGS = "https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-troubleshooting.html"
IAM_TAGS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules"


def refused(call: Callable[..., Any], **arguments: Any) -> tuple[str, str]:
    """Code and message."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.fixture
def vpc(local: Local) -> str:
    identifier: str = local.client("ec2").create_vpc(CidrBlock="10.66.0.0/16")["Vpc"]["VpcId"]
    local.client("ec2").modify_vpc_attribute(VpcId=identifier, EnableDnsHostnames={"Value": True})
    return identifier


def subnet(local: Local, vpc: str, number: int = 0, zone: str = "a") -> str:
    made = local.client("ec2").create_subnet(
        VpcId=vpc, CidrBlock=f"10.66.{number}.0/24", AvailabilityZone=f"{REGION}{zone}"
    )
    identifier: str = made["Subnet"]["SubnetId"]
    return identifier


@pytest.mark.documented(IP_RANGE)
@pytest.mark.parametrize("peer", ["IpRanges", "UserIdGroupPairs", "Ipv6Ranges"])
@pytest.mark.parametrize("way", ["ingress", "egress"])
def test_1_descriptions_of_rules_have_a_character_set(local: Local, vpc: str, peer: str, way: str) -> None:
    ec2 = local.client("ec2")
    group = ec2.create_security_group(GroupName="g", Description="d", VpcId=vpc)["GroupId"]
    peers = {
        "IpRanges": {"CidrIp": "10.9.0.0/16"},
        "Ipv6Ranges": {"CidrIpv6": "2001:db8::/32"},
        "UserIdGroupPairs": {"GroupId": group},
    }
    call = getattr(ec2, f"authorize_security_group_{way}")

    def permission(description: str) -> list[dict[str, Any]]:
        rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
        return [{**rule, peer: [{**peers[peer], "Description": description}]}]

    code, message = refused(call, GroupId=group, IpPermissions=permission("the readers' network"))
    assert (code, message.split(". ")[0]) == ("InvalidParameterValue", "Invalid rule description")
    assert refused(call, GroupId=group, IpPermissions=permission("x" * 256))[0] == "InvalidParameterValue"
    call(GroupId=group, IpPermissions=permission("HTTPS, from 10.9.0.0/16 (the readers)."))


@pytest.mark.documented(GROUPS)
def test_1_and_7_groups_have_names_and_descriptions_of_a_form(local: Local, vpc: str) -> None:
    create = local.client("ec2").create_security_group
    code, message = refused(create, GroupName="g", Description="the functions' group", VpcId=vpc)
    assert (code, message.split(". ")[0]) == ("InvalidParameterValue", "Invalid security group description")
    assert refused(create, GroupName="sg-functions", Description="d", VpcId=vpc)[0] == "InvalidParameterValue"


@pytest.mark.documented(OBJECT_TAGS)
def test_4_an_object_has_ten_tags_at_most(local: Local) -> None:
    s3, bucket = local.client("s3"), f"b-{uuid.uuid4().hex}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    tags = "&".join(f"k{number}=v" for number in range(10))
    s3.put_object(Bucket=bucket, Key="k", Body=b"", Tagging=tags)
    code, message = refused(s3.put_object, Bucket=bucket, Key="k", Body=b"", Tagging=f"{tags}&k=v")
    assert (code, message) == ("BadRequest", "Object tags cannot be greater than 10")
    eleven = [{"Key": f"k{number}", "Value": "v"} for number in range(11)]
    assert refused(s3.put_object_tagging, Bucket=bucket, Key="k", Tagging={"TagSet": eleven})[0] == "BadRequest"


@pytest.mark.documented(FLOW_LOGS)
def test_5_a_flow_log_made_before_its_roles_policy_delivers_nothing(local: Local, vpc: str) -> None:
    iam, ec2, logs = local.client("iam"), local.client("ec2"), local.client("logs")
    group, name = f"flow-{uuid.uuid4().hex[:8]}", f"flow-{uuid.uuid4().hex[:8]}"
    logs.create_log_group(logGroupName=group)
    trust = {"Effect": "Allow", "Principal": {"Service": "vpc-flow-logs.amazonaws.com"}, "Action": "sts:AssumeRole"}
    arn = iam.create_role(
        RoleName=name, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )["Role"]["Arn"]

    def deliver(**destination: str) -> tuple[str, str | None]:
        made = ec2.create_flow_logs(
            ResourceIds=[vpc],
            ResourceType="VPC",
            TrafficType="ALL",
            **destination,
            DeliverLogsPermissionArn=arn,
        )["FlowLogIds"]
        shown = ec2.describe_flow_logs(FlowLogIds=made)["FlowLogs"][0]
        ec2.delete_flow_logs(FlowLogIds=made)
        return shown["DeliverLogsStatus"], shown.get("DeliverLogsErrorMessage")

    by_name = {"LogGroupName": group}
    by_arn = {"LogDestination": f"arn:aws:logs:eu-west-1:123456789012:log-group:{group}"}
    assert deliver(**by_name) == deliver(**by_arn) == ("FAILED", "Access error")
    rights = {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"}
    iam.put_role_policy(
        RoleName=name, PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [rights]})
    )
    assert deliver(**by_name) == deliver(**by_arn) == ("SUCCESS", None)
    assert deliver(LogGroupName=f"{group}-other") == ("FAILED", "Access error")


@pytest.mark.documented(BUCKET_NAMES)
@pytest.mark.parametrize("prefix", ["sthree-", "amzn-s3-demo-", "xn--"])
def test_8_bucket_names_have_reserved_beginnings(local: Local, prefix: str) -> None:
    create = local.client("s3").create_bucket
    configuration = {"LocationConstraint": REGION}
    name = f"{prefix}{uuid.uuid4().hex[:8]}"
    assert refused(create, Bucket=name, CreateBucketConfiguration=configuration)[0] == "InvalidBucketName"


@pytest.mark.documented(ZONES)
def test_10_lambda_is_not_in_every_zone(local: Local) -> None:
    virginia = {"region_name": "us-east-1"}
    import boto3  # noqa: PLC0415 - another region than the other tests'

    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "endpoint_url": local.endpoint, **virginia}
    ec2, client = boto3.client("ec2", **keys), boto3.client("lambda", **keys)
    network = ec2.create_vpc(CidrBlock="10.66.0.0/16")["Vpc"]["VpcId"]
    group = ec2.create_security_group(GroupName="g", Description="d", VpcId=network)["GroupId"]
    rights = role(local, "logs:*", "ec2:*")

    def create(zone: str, number: int) -> None:
        made = ec2.create_subnet(VpcId=network, CidrBlock=f"10.66.{number}.0/24", AvailabilityZone=f"us-east-1{zone}")
        client.create_function(
            FunctionName=f"f-{uuid.uuid4().hex[:8]}",
            Runtime="provided.al2023",
            Handler="bootstrap",
            Role=rights,
            Code={"ZipFile": bootstrap("answer = 1")},
            VpcConfig={"SubnetIds": [made["Subnet"]["SubnetId"]], "SecurityGroupIds": [group]},
        )

    code, message = refused(lambda: create("e", 0))
    assert code == "InvalidParameterValueException"
    assert message == "The provided subnets contain availability zone Lambda doesn't support."
    create("a", 1)


@pytest.mark.documented(LOG_POLICIES)
def test_11_ten_log_resource_policies_are_all_there_are(local: Local) -> None:
    logs = local.client("logs")
    names = [f"p-{uuid.uuid4().hex[:8]}" for _ in range(11)]
    document = json.dumps({"Version": "2012-10-17", "Statement": []})
    try:
        for name in names[:10]:
            logs.put_resource_policy(policyName=name, policyDocument=document)
        code, _ = refused(logs.put_resource_policy, policyName=names[10], policyDocument=document)
        assert code == "LimitExceededException"
        logs.put_resource_policy(policyName=names[0], policyDocument=document)
    finally:
        for policy in logs.describe_resource_policies()["resourcePolicies"]:
            logs.delete_resource_policy(policyName=policy["policyName"])


@pytest.mark.documented(VPC_RIGHTS)
@pytest.mark.parametrize(
    "missing", ["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces"]
)
def test_12_a_function_in_a_vpc_needs_rights_on_its_interfaces(
    local: Local, function: Callable[..., str], vpc: str, missing: str
) -> None:
    actions = {"ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces"}
    group = local.client("ec2").create_security_group(GroupName="g", Description="d", VpcId=vpc)["GroupId"]
    config = {"VpcConfig": {"SubnetIds": [subnet(local, vpc)], "SecurityGroupIds": [group]}}
    poor, rich = role(local, *(actions - {missing})), role(local, *actions)
    code, message = refused(lambda: function("answer = 1", Role=poor, **config))
    assert code == "InvalidParameterValueException"
    action = missing.removeprefix("ec2:")
    assert message == f"The provided execution role does not have permissions to call {action} on EC2"
    name = function("answer = 1", Role=rich, **config)
    update = local.client("lambda").update_function_configuration
    assert refused(update, FunctionName=name, Role=poor, **config)[0] == "InvalidParameterValueException"


@pytest.mark.documented(VPC_RIGHTS)
def test_12_interfaces_are_made_on_the_subnets_own_arn(local: Local, function: Callable[..., str], vpc: str) -> None:
    group = local.client("ec2").create_security_group(GroupName="g", Description="d", VpcId=vpc)["GroupId"]
    inside = subnet(local, vpc)
    arn, name = role(local, "ec2:D*"), ""
    prefix = f"arn:aws:ec2:{REGION}:{ACCOUNT}"
    shared = [f"{prefix}:network-interface/*", f"arn:aws:ec2:{REGION}:999999999999:subnet/{inside}"]
    for resources, admitted in ((shared, False), ([*shared, f"{prefix}:subnet/*", f"{prefix}:security-group/*"], True)):
        rights = {"Effect": "Allow", "Action": "ec2:CreateNetworkInterface", "Resource": resources}
        document = json.dumps({"Version": "2012-10-17", "Statement": [rights]})
        local.client("iam").put_role_policy(
            RoleName=arn.rsplit("/", 1)[-1], PolicyName="interfaces", PolicyDocument=document
        )
        config = {"VpcConfig": {"SubnetIds": [inside], "SecurityGroupIds": [group]}}
        if admitted:
            name = function("answer = 1", Role=arn, **config)
        else:
            refused(lambda config=config: function("answer = 1", Role=arn, **config))
    assert name


def endpoint(local: Local, vpc: str, *subnets: str, service: str = "sns") -> str:
    made = local.client("ec2").create_vpc_endpoint(
        VpcEndpointType="Interface",
        VpcId=vpc,
        ServiceName=f"com.amazonaws.{REGION}.{service}",
        SubnetIds=list(subnets),
        PrivateDnsEnabled=True,
    )
    identifier: str = made["VpcEndpoint"]["VpcEndpointId"]
    return identifier


@pytest.mark.documented(ENDPOINTS)
@pytest.mark.parametrize("attribute", ["EnableDnsSupport", "EnableDnsHostnames"])
def test_13_private_dns_needs_both_dns_attributes(local: Local, vpc: str, attribute: str) -> None:
    inside = subnet(local, vpc)
    local.client("ec2").modify_vpc_attribute(VpcId=vpc, **{attribute: {"Value": False}})
    code, message = refused(lambda: endpoint(local, vpc, inside))
    assert code == "InvalidParameter"
    assert message.startswith("Enabling private DNS requires both enableDnsSupport and enableDnsHostnames")
    local.client("ec2").modify_vpc_attribute(VpcId=vpc, **{attribute: {"Value": True}})
    assert endpoint(local, vpc, inside)


@pytest.mark.documented(ENDPOINTS)
def test_14_endpoints_have_one_subnet_per_zone_of_one_vpc(local: Local, vpc: str) -> None:
    first, same_zone, other = (subnet(local, vpc, n, zone) for n, zone in enumerate("aab"))
    assert refused(lambda: endpoint(local, vpc, first, same_zone))[0] == "DuplicateSubnetsInSameZone"
    elsewhere = local.client("ec2").create_vpc(CidrBlock="10.66.0.0/16")["Vpc"]["VpcId"]
    assert refused(lambda: endpoint(local, vpc, first, subnet(local, elsewhere, 0, "b")))[0] == "InvalidSubnet"
    made = endpoint(local, vpc, first)
    modify = local.client("ec2").modify_vpc_endpoint
    assert refused(modify, VpcEndpointId=made, AddSubnetIds=[same_zone])[0] == "DuplicateSubnetsInSameZone"
    modify(VpcEndpointId=made, AddSubnetIds=[other])
    modify(VpcEndpointId=made, AddSubnetIds=[same_zone], RemoveSubnetIds=[first])


@pytest.mark.documented(ENDPOINTS)
def test_14_private_dns_is_taken_once_per_service_and_vpc(local: Local, vpc: str) -> None:
    inside = subnet(local, vpc)
    made = endpoint(local, vpc, inside)
    code, message = refused(lambda: endpoint(local, vpc, inside))
    assert code == "InvalidParameter"
    assert "private-dns-enabled cannot be set because there is already a conflicting DNS domain" in message
    assert endpoint(local, vpc, inside, service="sqs")
    ec2 = local.client("ec2")
    service = f"com.amazonaws.{REGION}.sns"
    placed = {"VpcEndpointType": "Interface", "VpcId": vpc, "ServiceName": service, "SubnetIds": [inside]}
    second = ec2.create_vpc_endpoint(**placed, PrivateDnsEnabled=False)
    later = {"VpcEndpointId": second["VpcEndpoint"]["VpcEndpointId"], "PrivateDnsEnabled": True}
    assert "conflicting DNS domain" in refused(ec2.modify_vpc_endpoint, **later)[1]
    ec2.modify_vpc_endpoint(VpcEndpointId=made, PrivateDnsEnabled=True)
    local.client("ec2").delete_vpc_endpoints(VpcEndpointIds=[made])
    assert endpoint(local, vpc, inside)


@pytest.mark.documented(QUOTAS)
def test_15_an_environment_is_measured_as_json(local: Local, function: Callable[..., str]) -> None:
    # {"NAME":"…"} is eleven bytes around the value; an escaped quote is two, an umlaut too.
    fits = function("answer = 1", Environment={"Variables": {"NAME": "v" * 4085}})
    update = local.client("lambda").update_function_configuration
    for value in ("v" * 4086, '"' * 2043, "ä" * 2043):
        code, message = refused(update, FunctionName=fits, Environment={"Variables": {"NAME": value}})
        assert code == "InvalidParameterValueException"
        assert "exceeded the 4KB limit" in message
        assert value not in message


@pytest.mark.documented(EXECUTION_ROLE)
def test_24_a_function_takes_no_role_that_lambda_may_not_assume(local: Local, function: Callable[..., str]) -> None:
    trust = {"Effect": "Allow", "Principal": {"Service": "appsync.amazonaws.com"}, "Action": "sts:AssumeRole"}
    name = f"r-{uuid.uuid4().hex[:8]}"
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    arn = local.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]
    code, message = refused(lambda: function("answer = 1", Role=arn))
    assert code == "InvalidParameterValueException"
    assert message == "The role defined for the function cannot be assumed by Lambda."
    assert invoke(local, function("answer = 1"))["Payload"] == 1


@pytest.mark.documented(IAM_TAGS)
def test_17_tags_of_roles_have_a_character_set_and_keys_that_ignore_case(local: Local) -> None:
    arn = role(local, "s3:*")
    tag = local.client("iam").tag_role
    name = arn.rsplit("/", 1)[-1]
    assert refused(tag, RoleName=name, Tags=[{"Key": "cost", "Value": "a;b"}])[0] == "ValidationError"
    twice = [{"Key": "cost", "Value": "a"}, {"Key": "Cost", "Value": "b"}]
    code, message = refused(tag, RoleName=name, Tags=twice)
    assert (code, message.split(".")[0]) == ("InvalidInput", "Duplicate tag keys found")


@pytest.mark.documented(PRINCIPALS)
def test_18_key_and_bucket_policies_name_principals_that_exist(local: Local) -> None:
    kms, s3, bucket = local.client("kms"), local.client("s3"), f"b-{uuid.uuid4().hex}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    real, gone = role(local, "kms:*"), f"arn:aws:iam::{ACCOUNT}:role/not-yet"

    def document(arn: str, action: str, resource: str) -> str:
        statement = {"Effect": "Allow", "Principal": {"AWS": arn}, "Action": action, "Resource": resource}
        return json.dumps({"Version": "2012-10-17", "Statement": [statement]})

    code, message = refused(kms.create_key, Policy=document(gone, "kms:*", "*"))
    assert code == "MalformedPolicyDocumentException"
    assert message == "Policy contains a statement with one or more invalid principals."
    identifier = kms.create_key(Policy=document(real, "kms:*", "*"))["KeyMetadata"]["KeyId"]
    put = {"KeyId": identifier, "PolicyName": "default"}
    assert refused(kms.put_key_policy, **put, Policy=document(gone, "kms:*", "*"))[0].startswith("MalformedPolicy")
    objects = f"arn:aws:s3:::{bucket}/*"
    code, message = refused(s3.put_bucket_policy, Bucket=bucket, Policy=document(gone, "s3:GetObject", objects))
    assert (code, message) == ("MalformedPolicy", "Invalid principal in policy")
    s3.put_bucket_policy(Bucket=bucket, Policy=document(real, "s3:GetObject", objects))
