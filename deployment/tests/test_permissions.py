"""Who may do what, in every plan: one statement per purpose, one resource per statement, nothing else."""

from __future__ import annotations

from expected import API_ARN, MADE_KEY
from plans import Plan, as_list

# Statements that must say "*" because IAM has nothing narrower for the action; the reason is their name.
STAR_STATEMENTS = {"SendTracesWhichHaveNoResource", "FindNetworkInterfacesWhichHasNoResource"}


def test_nobody_may_make_a_log_group_that_destroy_would_leave_behind(plans: dict[str, Plan]) -> None:
    for plan in plans.values():
        for document in plan.documents():
            assert "logs:CreateLogGroup" not in document.text, (plan.name, document.address)


def test_no_action_is_a_wildcard(plans: dict[str, Plan]) -> None:
    for plan in plans.values():
        for document in plan.documents():
            for statement in document.statements:
                assert "NotAction" not in statement
                assert not [action for action in as_list(statement["Action"]) if "*" in action], (
                    plan.name,
                    document.address,
                )


def test_only_listed_statements_allow_on_every_resource(plans: dict[str, Plan]) -> None:
    for plan in plans.values():
        for document in plan.documents():
            # In a key's own policy "*" is that key.
            if ".aws_kms_key." in document.address or document.attribute == "assume_role_policy":
                continue
            for statement in document.statements:
                assert "NotResource" not in statement
                if statement["Effect"] == "Allow" and statement["Sid"] not in STAR_STATEMENTS:
                    assert "*" not in as_list(statement["Resource"]), (plan.name, document.address, statement["Sid"])


def test_the_guardrail_is_open_in_role_and_endpoint(plans: dict[str, Plan]) -> None:
    plan = plans["application_profile_and_guardrail"]
    for address in (
        "module.orchestrator.aws_iam_role_policy.function",
        'module.endpoints.aws_vpc_endpoint.this["bedrock-runtime"]',
    ):
        (statement,) = [each for each in plan.statements(address) if each["Action"] == "bedrock:ApplyGuardrail"]
        assert len(statement["Resource"]) == 4


def test_the_orchestrator_may_do_this_and_nothing_else(sample: Plan) -> None:
    granted = {
        (action, resource)
        for statement in sample.statements("module.orchestrator.aws_iam_role_policy.function")
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    }
    assert granted == {
        ("appsync:GraphQL", f"{API_ARN}/types/Mutation/fields/sendMessage"),
        ("sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:bedrock-chat-failed"),
        ("kms:Decrypt", MADE_KEY),
        ("kms:GenerateDataKey", MADE_KEY),
        (
            "bedrock:InvokeModelWithResponseStream",
            "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-2-lite-v1:0",
        ),
        ("bedrock:InvokeModelWithResponseStream", "arn:aws:bedrock:us-east-1:123456789012:project/default"),
        *(
            (
                "bedrock:InvokeModelWithResponseStream",
                f"arn:aws:bedrock:{region}::foundation-model/amazon.nova-2-lite-v1:0",
            )
            for region in ("us-east-1", "us-east-2", "us-west-2")
        ),
    }


def test_the_data_source_may_do_this_and_nothing_else(sample: Plan) -> None:
    granted = {
        (action, statement["Resource"])
        for statement in sample.statements("module.data_source.aws_iam_role_policy.function")
        for action in as_list(statement["Action"])
    }
    assert granted == {
        ("sns:Publish", "arn:aws:sns:us-east-1:123456789012:bedrock-chat-questions"),
        ("kms:Decrypt", MADE_KEY),
        ("kms:GenerateDataKey", MADE_KEY),
    }


def test_every_function_may_log_trace_read_its_environment_and_join_its_subnets(sample: Plan) -> None:
    for name in ("data_source", "orchestrator"):
        function = f"bedrock-chat-{name.replace('_', '-')}"
        statements = {
            statement["Sid"]: statement
            for statement in sample.statements(f"module.{name}.aws_iam_role_policy.platform")
        }
        assert (
            statements.pop("WriteOwnLogs")["Resource"]
            == f"arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/{function}:log-stream:*"
        )
        assert statements.pop("ReadOwnEnvironment") == {
            "Sid": "ReadOwnEnvironment",
            "Effect": "Allow",
            "Action": "kms:Decrypt",
            "Resource": MADE_KEY,
        }
        deny = statements.pop("LeaveNetworkInterfacesToLambdaItself")
        assert deny["Effect"] == "Deny"
        assert deny["Condition"] == {
            "ArnEquals": {"lambda:SourceFunctionArn": f"arn:aws:lambda:us-east-1:123456789012:function:{function}"}
        }
        actions = {action for statement in statements.values() for action in as_list(statement["Action"])}
        assert actions == {
            "ec2:AssignPrivateIpAddresses",
            "ec2:CreateNetworkInterface",
            "ec2:DeleteNetworkInterface",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSubnets",
            "ec2:UnassignPrivateIpAddresses",
            "xray:PutTelemetryRecords",
            "xray:PutTraceSegments",
        }


def test_only_the_publisher_writes_to_the_topic_by_tls_and_through_the_endpoint(plans: dict[str, Plan]) -> None:
    for plan in plans.values():
        statements = {
            statement["Sid"]: statement
            for statement in plan.statements("module.messaging.aws_sns_topic_policy.questions")
        }
        publisher = "arn:aws:iam::123456789012:role/bedrock-chat-data-source"
        endpoint = "vpce-0222" if plan.name.startswith("shared_") else "vpce-0cccccccccccccccc"
        # Who may is said once, in the publisher's own policy; here only who may not.
        assert {statement["Effect"] for statement in statements.values()} == {"Deny"}
        assert statements["NobodyElse"]["Condition"] == {"ArnNotEquals": {"aws:PrincipalArn": publisher}}
        assert statements["OnlyThroughTheEndpoint"]["Condition"] == {"StringNotEquals": {"aws:SourceVpce": endpoint}}
        assert statements["NobodyElseMayListen"]["Action"] == "sns:Subscribe"
        assert statements["NobodyElseMayListen"]["Condition"] == {
            "StringNotEquals": {
                "sns:Endpoint": "arn:aws:lambda:us-east-1:123456789012:function:bedrock-chat-orchestrator"
            }
        }
        assert statements["TlsOnly"]["Effect"] == "Deny"


def test_whoever_assumes_a_role_is_named_with_its_source(plans: dict[str, Plan]) -> None:
    for plan in plans.values():
        for role in plan.of("aws_iam_role"):
            for statement in plan.statements(role.address, "assume_role_policy"):
                service = statement["Principal"]["Service"]
                # Lambda documents no source condition for execution roles.
                assert service == "lambda.amazonaws.com" or statement["Condition"]["StringEquals"] == {
                    "aws:SourceAccount": "123456789012"
                }, role.address
        trust = plan.statements("module.api.aws_iam_role.data_source", "assume_role_policy")[0]
        assert trust["Condition"]["ArnEquals"] == {"aws:SourceArn": API_ARN}


def test_the_boundary_is_on_every_role(plans: dict[str, Plan]) -> None:
    roles = plans["callers_key_bucket_topic_and_boundary"].of("aws_iam_role")
    assert len(roles) >= 5
    assert {role.values["permissions_boundary"] for role in roles} == {"arn:aws:iam::123456789012:policy/boundary"}


def test_the_key_names_each_service_with_a_source(sample: Plan) -> None:
    services = [
        statement
        for statement in sample.statements("module.encryption[0].aws_kms_key.this")
        if "Service" in statement["Principal"]
    ]
    assert {statement["Principal"]["Service"] for statement in services} == {
        "logs.us-east-1.amazonaws.com",
        "sns.amazonaws.com",
        "cloudwatch.amazonaws.com",
    }
    assert all(statement["Condition"] for statement in services)
    assert sample.one("module.encryption[0].aws_kms_key.this")["enable_key_rotation"] is True


def test_nothing_waits_for_an_account_that_sns_may_not_send(plans: dict[str, Plan]) -> None:
    # AWS documents aws:SourceArn alone for SNS; the exact topic's ARN holds the account.
    topic = "arn:aws:sns:us-east-1:123456789012:bedrock-chat-questions"
    for plan in plans.values():
        (permission,) = plan.of("aws_lambda_permission")
        assert (permission.values["source_arn"], permission.values["source_account"]) == (topic, None)
        found = 0
        for document in plan.documents():
            for statement in document.statements:
                if statement.get("Principal") == {"Service": "sns.amazonaws.com"}:
                    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": topic}}, document.address
                    found += 1
        assert found == (1 if plan.name.startswith("callers_key") else 2), plan.name


def test_the_role_names_subnets_and_groups_by_their_owners_arns(plans: dict[str, Plan]) -> None:
    for name, account in (("existing_vpc", "123456789012"), ("shared_subnets", "999999999999")):
        for module in ("data_source", "orchestrator"):
            statements = plans[name].statements(f"module.{module}.aws_iam_role_policy.platform")
            (attach,) = [statement for statement in statements if statement["Sid"] == "AttachToTheSubnets"]
            assert attach["Resource"] == [
                "arn:aws:ec2:us-east-1:123456789012:network-interface/*",
                f"arn:aws:ec2:us-east-1:{account}:subnet/subnet-0aaa",
                f"arn:aws:ec2:us-east-1:{account}:subnet/subnet-0bbb",
                f"arn:aws:ec2:us-east-1:{account}:security-group/sg-0123",
            ], name
