"""Partitions other than the commercial one: the same services, with ARNs and an IAM of their own."""

from __future__ import annotations

import json

import boto3
import pytest
from conftest import ACCOUNT, Local, bootstrap, wait_until

REGIONS = {
    "us-gov-west-1": "aws-us-gov",
    "cn-north-1": "aws-cn",
    "us-iso-east-1": "aws-iso",
    "eusc-de-east-1": "aws-eusc",
}


@pytest.mark.documented("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html")
@pytest.mark.parametrize(("region", "partition"), REGIONS.items())
def test_a_question_can_be_carried_in_every_partition(local: Local, region: str, partition: str) -> None:
    def client(service: str) -> object:
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=local.endpoint,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    assert client("sts").get_caller_identity()["Arn"].startswith(f"arn:{partition}:")
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = client("iam").create_role(RoleName=f"r-{region}", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    write = {"Effect": "Allow", "Action": "logs:*", "Resource": f"arn:{partition}:logs:{region}:{ACCOUNT}:*"}
    rights = json.dumps({"Version": "2012-10-17", "Statement": [write]})
    client("iam").put_role_policy(RoleName=f"r-{region}", PolicyName="logs", PolicyDocument=rights)
    function = client("lambda").create_function(
        FunctionName="f",
        Runtime="provided.al2023",
        Handler="bootstrap",
        Role=role,
        Code={"ZipFile": bootstrap("print(event['Records'][0]['EventSubscriptionArn'], flush=True)\nanswer = 1")},
    )["FunctionArn"]
    topic = client("sns").create_topic(Name="t")["TopicArn"]
    assert (function, topic) == (
        f"arn:{partition}:lambda:{region}:{ACCOUNT}:function:f",
        f"arn:{partition}:sns:{region}:{ACCOUNT}:t",
    )
    client("lambda").add_permission(
        FunctionName="f",
        StatementId="s",
        Action="lambda:InvokeFunction",
        Principal="sns.amazonaws.com",
        SourceArn=topic,
    )
    client("logs").create_log_group(logGroupName="/aws/lambda/f")
    client("sns").subscribe(TopicArn=topic, Protocol="lambda", Endpoint=function)
    client("sns").publish(TopicArn=topic, Message="question")
    logs = client("logs")
    lines = wait_until(lambda: logs.filter_log_events(logGroupName="/aws/lambda/f", filterPattern="arn")["events"])
    assert f"arn:{partition}:sns" in lines[0]["message"]
    api = client("appsync").create_graphql_api(name="a", authenticationType="API_KEY")["graphqlApi"]
    assert api["arn"].startswith(f"arn:{partition}:appsync:{region}:")
