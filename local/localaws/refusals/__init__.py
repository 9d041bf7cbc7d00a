"""What AWS's control planes refuse and a plan, a mocked provider and moto let pass. It holds for the operator too.

One function per rule, with the page it rests on; `check` asks those of the operation.
"""

from __future__ import annotations

from localaws.authorization.guard import Guard
from localaws.http import Response
from localaws.operations import Operation
from localaws.refusals import functions, networks, storage
from localaws.refusals.rule import Refused, Rule

RULES: dict[tuple[str, str], tuple[Rule, ...]] = {
    ("ec2", "AuthorizeSecurityGroupEgress"): (networks.rule_descriptions,),
    ("ec2", "AuthorizeSecurityGroupIngress"): (networks.rule_descriptions,),
    ("ec2", "CreateSecurityGroup"): (networks.group_name, networks.group_description),
    ("ec2", "CreateVpcEndpoint"): (networks.endpoint_subnets, networks.private_dns),
    ("ec2", "ModifySecurityGroupRules"): (networks.rule_descriptions,),
    ("ec2", "ModifyVpcEndpoint"): (networks.more_endpoint_subnets,),
    ("kms", "CreateKey"): (storage.key_principals,),
    ("kms", "PutKeyPolicy"): (storage.key_principals,),
    ("lambda", "CreateFunction"): (
        functions.environment_size,
        functions.trust,
        functions.zones,
        functions.network_interfaces,
    ),
    ("lambda", "UpdateFunctionConfiguration"): (
        functions.environment_size,
        functions.trust,
        functions.zones,
        functions.network_interfaces,
    ),
    ("s3", "CreateBucket"): (storage.bucket_name,),
    ("s3", "PutBucketPolicy"): (storage.bucket_principals,),
}


def check(operation: Operation, guard: Guard) -> Response | None:
    """The refusal of an operation, or None."""
    for rule in RULES.get((operation.service, operation.name), ()):
        try:
            rule(operation, guard)
        except Refused as refused:
            return operation.error(refused.code, refused.message, refused.status)
    return None
