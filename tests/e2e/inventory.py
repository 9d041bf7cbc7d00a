"""What an account holds of every kind of resource the deployment makes, by the services' own lists."""

from __future__ import annotations

from typing import Any

from e2e.stacks import aws_client

# service, operation, arguments, key of the list in the answer, what names an item
LISTS: list[tuple[str, str, dict[str, Any], str, str]] = [
    ("appsync", "list_graphql_apis", {}, "graphqlApis", "apiId"),
    ("cloudwatch", "describe_alarms", {}, "MetricAlarms", "AlarmName"),
    ("cloudwatch", "list_dashboards", {}, "DashboardEntries", "DashboardName"),
    ("ec2", "describe_addresses", {}, "Addresses", "AllocationId"),
    ("ec2", "describe_flow_logs", {}, "FlowLogs", "FlowLogId"),
    ("ec2", "describe_internet_gateways", {}, "InternetGateways", "InternetGatewayId"),
    ("ec2", "describe_route_tables", {}, "RouteTables", "RouteTableId"),
    ("ec2", "describe_security_groups", {}, "SecurityGroups", "GroupId"),
    ("ec2", "describe_subnets", {}, "Subnets", "SubnetId"),
    ("ec2", "describe_vpcs", {}, "Vpcs", "VpcId"),
    ("iam", "list_policies", {"Scope": "Local"}, "Policies", "PolicyName"),
    ("iam", "list_roles", {}, "Roles", "RoleName"),
    ("kms", "list_aliases", {}, "Aliases", "AliasName"),
    ("lambda", "list_functions", {}, "Functions", "FunctionName"),
    ("logs", "describe_log_groups", {}, "logGroups", "logGroupName"),
    ("logs", "describe_resource_policies", {}, "resourcePolicies", "policyName"),
    ("route53", "list_hosted_zones", {}, "HostedZones", "Id"),
    ("s3", "list_buckets", {}, "Buckets", "Name"),
    ("scheduler", "list_schedules", {}, "Schedules", "Name"),
    ("sns", "list_subscriptions", {}, "Subscriptions", "SubscriptionArn"),
    ("sns", "list_topics", {}, "Topics", "TopicArn"),
    ("wafv2", "list_web_acls", {"Scope": "REGIONAL"}, "WebACLs", "Name"),
]


def inventory(endpoint: str) -> set[str]:
    """Every resource there is, as `service kind name`. What waits for its deletion does not count."""
    found = {
        f"{service} {key} {item[name]}"
        for service, operation, arguments, key, name in LISTS
        for item in getattr(aws_client(endpoint, service), operation)(**arguments)[key]
    }
    ec2, sqs, kms = (aws_client(endpoint, service) for service in ("ec2", "sqs", "kms"))
    found |= {f"sqs queue {url}" for url in sqs.list_queues().get("QueueUrls", [])}
    gone = ("deleted", "deleting")
    found |= {
        f"ec2 endpoint {item['VpcEndpointId']}"
        for item in ec2.describe_vpc_endpoints()["VpcEndpoints"]
        if item["State"] not in gone
    }
    found |= {
        f"ec2 gateway {item['NatGatewayId']}"
        for item in ec2.describe_nat_gateways()["NatGateways"]
        if item["State"] not in gone
    }
    keys = (kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"] for key in kms.list_keys()["Keys"])
    return found | {f"kms key {key['KeyId']}" for key in keys if key["KeyState"] != "PendingDeletion"}
