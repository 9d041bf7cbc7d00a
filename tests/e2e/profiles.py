"""The deployment profiles under test: variables on top of sample.tfvars."""

from __future__ import annotations

from pathlib import Path

from demo.terraform import Variables, host_architecture
from localaws.authorization.readers import NETWORK as READERS

from e2e.stacks import aws_client

TWO_ZONES = ("us-east-1a", "us-east-1b")


def profiles(endpoint: str, artifacts: Path, issuer: str, client_id: str) -> dict[str, Variables]:
    """Variables by profile; makes what `existing-vpc` finds already there."""
    common = {"lambda_artifact_dir": str(artifacts), "lambda_architecture": host_architecture()}
    # The sample admits no reader: each private API here admits the network that readers of local AWS stand on.
    private = {**common, "client_cidr_blocks": [READERS]}
    return {
        "sample": private,
        "oidc": {
            **private,
            "environment": "e2e-oidc",
            "client_auth": "OIDC",
            "oidc_issuer": issuer,
            "oidc_client_id": client_id,
        },
        "global": {
            **common,
            "environment": "e2e-global",
            "appsync_visibility": "GLOBAL",
            "create_nat_gateway": True,
        },
        # Impatient, so that silence and the deadline are met in seconds.
        "existing-vpc": {
            **private,
            "environment": "e2e-existing",
            "orchestrator_timeout_seconds": 15,
            "idle_timeout_ms": 2000,
            "first_token_p95_alarm_ms": 1000,
            **existing_network(endpoint),
        },
    }


def existing_network(endpoint: str) -> dict[str, list[str]]:
    """A network somebody else manages: two private subnets and a security group for the functions."""
    ec2 = aws_client(endpoint, "ec2")
    vpc = ec2.create_vpc(CidrBlock="10.90.0.0/16")["Vpc"]["VpcId"]
    # Off in a VPC made by the API; private DNS of the endpoints needs it.
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.90.{number}.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for number, zone in enumerate(TWO_ZONES)
    ]
    group = ec2.create_security_group(GroupName="functions", Description="The functions", VpcId=vpc)["GroupId"]
    return {"lambda_vpc_subnet_id_list": subnets, "lambda_vpc_sg_id_list": [group]}
