"""Writes the network and the IAM matrix of a stack into docs/security-review.md.

    matrices.py STACK.json            rewrite the two tables
    matrices.py STACK.json --check    exit 1 if they differ from the stack
    matrices.py STACK.json --print    print them and write nothing

STACK.json is any form tools/evidence/stack.py reads.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import sections
from sections import code, table
from stack import Resource, Stack, load

DOCUMENT = sections.ROOT / "docs" / "security-review.md"
INLINE_POLICIES = {
    "aws_kms_key": "key policy",
    "aws_sns_topic": "topic policy",
    "aws_sns_topic_policy": "topic policy",
    "aws_sqs_queue": "queue policy",
    "aws_sqs_queue_policy": "queue policy",
    "aws_s3_bucket_policy": "bucket policy",
    "aws_vpc_endpoint": "endpoint policy",
    "aws_cloudwatch_log_resource_policy": "log resource policy",
}
PERMISSION_CONDITIONS = (
    ("ArnLike", "aws:SourceArn", "source_arn"),
    ("StringEquals", "aws:SourceAccount", "source_account"),
)
SPELLINGS = {
    "api": "API", "app sync": "AppSync", "aws": "AWS", "iam": "IAM", "lambda": "Lambda", "tls": "TLS", "waf": "WAF",
}  # fmt: skip
RULES = ("aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule")


def iam_matrix(stack: Stack) -> str:
    """Every statement of every role and resource policy, one table per holder."""
    parts = [_role_tables(stack, role) for role in stack.of("aws_iam_role")]
    # A topic repeats, as a computed attribute, the policy that a resource of its own gives it.
    repeated = {policy.values.get("arn") for policy in stack.of("aws_sns_topic_policy")}
    for resource in stack.of(*INLINE_POLICIES):
        if resource.type == "aws_sns_topic" and resource.values.get("arn") in repeated:
            continue
        statements = _statements(resource.values.get("policy") or resource.values.get("policy_document"))
        if statements:
            parts.append(_policy_table(stack, f"{_holder(resource)}: {INLINE_POLICIES[resource.type]}", statements))
    permissions = stack.of("aws_lambda_permission")
    if permissions:
        parts.append(_permission_table(stack, permissions))
    return "\n\n".join(parts)


def network_matrix(stack: Stack) -> str:
    """Who may open a connection to whom, then the endpoints, then what would lead out."""
    connections = table(["From", "To", "Port", "Why", "Rules"], sorted(_connections(stack)))
    endpoints = table(["Endpoint service", "Kind", "Private DNS", "Security groups"], list(_endpoints(stack)))
    members = table(["Security group", "Worn by"], list(_members(stack)))
    lists = table(["Network ACL", "Direction", "Addresses", "Port", "Action"], list(_acl_entries(stack)))
    ways_out = table(["What would lead out or in", "In this profile"], list(_ways_out(stack)))
    return "\n\n".join([connections, members, endpoints, lists, ways_out])


def generated(stack: Stack) -> Mapping[str, str]:
    """Both tables by the name in their markers."""
    return {"network-matrix": network_matrix(stack), "iam-matrix": iam_matrix(stack)}


def _role_tables(stack: Stack, role: Resource) -> str:
    own = [
        policy
        for policy in stack.of("aws_iam_role_policy")
        if policy.values.get("role") in (role.values.get("id"), role.values.get("name"))
    ]
    attached = [
        attachment.values["policy_arn"]
        for attachment in stack.of("aws_iam_role_policy_attachment")
        if attachment.values.get("role") in (role.values.get("id"), role.values.get("name"))
    ]
    rows = [_row(stack, statement, trust=True) for statement in _statements(role.values.get("assume_role_policy"))]
    for policy in own:
        rows += [_row(stack, statement) for statement in _statements(policy.values.get("policy"))]
    for arn in attached:
        customer = stack.resource_with("arn", arn, "aws_iam_policy")
        if customer is None:
            rows.append(["", "Allow", code(arn.rpartition("/")[2]), "managed by AWS", "", ""])
        else:
            rows += [_row(stack, statement) for statement in _statements(customer.values.get("policy"))]
    return _headed(f"Role `{role.values['name']}`", rows)


def _policy_table(stack: Stack, title: str, statements: Sequence[Mapping[str, Any]]) -> str:
    return _headed(title, [_row(stack, statement) for statement in statements])


def _permission_table(stack: Stack, permissions: Sequence[Resource]) -> str:
    rows = [
        [
            code(permission.values["principal"]),
            "Allow",
            code(permission.values["action"]),
            code(_function_name(permission.values["function_name"])),
            "<br>".join(
                _condition_text(stack, operator, key, permission.values[attribute])
                for operator, key, attribute in PERMISSION_CONDITIONS
                if permission.values.get(attribute)
            ),
            _sentence(permission.values.get("statement_id") or permission.name),
        ]
        for permission in permissions
    ]
    return _headed("Resource policies of the functions", rows)


def _headed(title: str, rows: Sequence[Sequence[str]]) -> str:
    return f"#### {title}\n\n" + table(["Principal", "Effect", "Action", "Resource", "Condition", "Why"], rows)


def _row(stack: Stack, statement: Mapping[str, Any], trust: bool = False) -> list[str]:
    resource = "" if trust else "<br>".join(code(stack.generic(value)) for value in _resources(statement))
    return [
        "<br>".join(code(stack.generic(value)) for value in _principals(statement)) or "the role",
        statement["Effect"],
        "<br>".join(code(value) for value in _actions(statement)),
        resource or "the role",
        "<br>".join(_conditions(stack, statement)),
        _sentence(statement.get("Sid", "")),
    ]


def _statements(policy: str | None) -> list[Mapping[str, Any]]:
    statements = json.loads(policy)["Statement"] if policy else []
    return statements if isinstance(statements, list) else [statements]


def _principals(statement: Mapping[str, Any]) -> list[str]:
    for prefix, key in (("", "Principal"), ("all but ", "NotPrincipal")):
        principal = statement.get(key)
        if isinstance(principal, str):
            return [prefix + principal]
        if principal:
            return [prefix + value for values in principal.values() for value in _list(values)]
    return []


def _actions(statement: Mapping[str, Any]) -> list[str]:
    return _list(statement.get("Action", [])) + [
        f"all but {action}" for action in _list(statement.get("NotAction", []))
    ]


def _resources(statement: Mapping[str, Any]) -> list[str]:
    return _list(statement.get("Resource", [])) + [
        f"all but {resource}" for resource in _list(statement.get("NotResource", []))
    ]


def _conditions(stack: Stack, statement: Mapping[str, Any]) -> Iterator[str]:
    # Terraform keeps the configuration's order of members, AWS its own.
    conditions = [
        (key, operator, values)
        for operator, keys in statement.get("Condition", {}).items()
        for key, values in keys.items()
    ]
    for key, operator, values in sorted(conditions, key=lambda condition: condition[:2]):
        yield _condition_text(stack, operator, key, values)


def _condition_text(stack: Stack, operator: str, key: str, values: Any) -> str:
    if not values:
        return ""
    return f"`{key}` {operator} " + " or ".join(code(stack.generic(str(value))) for value in _list(values))


def _connections(stack: Stack) -> Iterator[list[str]]:
    """One row per pair of ends: an outgoing rule and the incoming rule that answers it are one row."""
    ends: dict[tuple[str, str, str], list[Resource]] = {}
    for rule in stack.of(*RULES):
        own = _group_name(stack, rule.values["security_group_id"])
        peer = _peer_name(stack, rule)
        source, target = (peer, own) if rule.type == RULES[0] else (own, peer)
        ends.setdefault((source, target, _port(rule)), []).append(rule)
    for (source, target, port), rules in ends.items():
        reasons = dict.fromkeys(rule.values.get("description") or "" for rule in rules)
        yield [source, target, port, " ".join(reasons), "<br>".join(code(rule.label) for rule in rules)]


def _members(stack: Stack) -> Iterator[list[str]]:
    for group in stack.of("aws_security_group"):
        functions = [
            f"function `{function.values['function_name']}`"
            for function in stack.of("aws_lambda_function")
            if group.values["id"] in _vpc_groups(function)
        ]
        endpoints = [
            f"endpoint `{_service(endpoint)}`"
            for endpoint in stack.of("aws_vpc_endpoint")
            if group.values["id"] in (endpoint.values.get("security_group_ids") or [])
        ]
        yield [code(group.values["name"]), ", ".join(functions + endpoints) or "nothing"]
    for group in stack.of("aws_default_security_group"):
        rules = sum(len(group.values.get(direction) or []) for direction in ("ingress", "egress"))
        yield ["the VPC's default group", "nothing; " + (f"it has {rules} rules" if rules else "it has no rule")]


def _endpoints(stack: Stack) -> Iterator[list[str]]:
    for endpoint in stack.of("aws_vpc_endpoint"):
        groups = [_group_name(stack, group) for group in endpoint.values.get("security_group_ids") or []]
        yield [
            code(_service(endpoint)),
            endpoint.values["vpc_endpoint_type"],
            "yes" if endpoint.values.get("private_dns_enabled") else "no",
            ", ".join(sorted(groups)),
        ]


def _acl_entries(stack: Stack) -> Iterator[list[str]]:
    for acl in stack.of("aws_default_network_acl", "aws_network_acl"):
        for direction in ("ingress", "egress"):
            for entry in sorted(acl.values.get(direction) or [], key=lambda entry: entry["rule_no"]):
                addresses = entry.get("cidr_block") or entry.get("ipv6_cidr_block") or ""
                port = _ports(entry["protocol"], entry["from_port"], entry["to_port"])
                yield [code(acl.label), direction, code(addresses), port, entry["action"]]
        yield [code(acl.label), "both", "everything else", "all", "deny"]


def _ways_out(stack: Stack) -> Iterator[list[str]]:
    for kind, words in (
        ("aws_internet_gateway", "Internet gateway"),
        ("aws_nat_gateway", "NAT gateway"),
        ("aws_vpc_peering_connection", "Peering"),
    ):
        yield [words, ", ".join(code(resource.label) for resource in stack.of(kind)) or "none"]
    routes = [f"{code(route.label)} to {route.values.get('destination_cidr_block')}" for route in stack.of("aws_route")]
    inline = [
        f"{code(each.label)} to {route['cidr_block']}"
        for each in stack.of("aws_route_table")
        for route in each.values.get("route") or []
    ]
    yield ["Route beyond the VPC", ", ".join(routes + inline) or "none"]
    public = [code(subnet.label) for subnet in stack.of("aws_subnet") if subnet.values.get("map_public_ip_on_launch")]
    yield ["Subnet that hands out public addresses", ", ".join(public) or "none"]
    for api in stack.of("aws_appsync_graphql_api"):
        yield ["Visibility of the API", api.values.get("visibility") or "GLOBAL"]


def _peer_name(stack: Stack, rule: Resource) -> str:
    group = rule.values.get("referenced_security_group_id")
    if group:
        return _group_name(stack, group)
    return code(rule.values.get("cidr_ipv4") or rule.values.get("cidr_ipv6") or rule.values.get("prefix_list_id") or "")


def _group_name(stack: Stack, group_id: str) -> str:
    group = stack.resource_with("id", group_id, "aws_security_group")
    return code(group.values["name"] if group else group_id)


def _port(rule: Resource) -> str:
    return _ports(*(rule.values.get(key) for key in ("ip_protocol", "from_port", "to_port")))


def _ports(protocol: str, low: int, high: int) -> str:
    if protocol in ("-1", "all"):
        return "all"
    name = {"6": "tcp", "17": "udp"}.get(protocol, protocol).upper()
    return f"{name} {low}" if low == high else f"{name} {low} to {high}"


def _vpc_groups(function: Resource) -> list[str]:
    return [
        group for config in function.values.get("vpc_config") or [] for group in config.get("security_group_ids") or []
    ]


def _service(endpoint: Resource) -> str:
    return re.sub(r"^com\.amazonaws\.[a-z0-9-]+\.", "", endpoint.values["service_name"])


def _function_name(value: str) -> str:
    return value.rpartition(":")[2]


def _holder(resource: Resource) -> str:
    return f"`{resource.label.removesuffix('_policy')}`"


def _sentence(sid: str) -> str:
    """PublishToTheTopic → Publish to the topic."""
    words = " ".join(re.findall(r"[A-Z][a-z0-9]*|[a-z0-9]+", sid)).lower()
    for word, spelling in SPELLINGS.items():
        words = re.sub(rf"\b{word}\b", spelling, words)
    return words[:1].upper() + words[1:]


def _list(value: Any) -> list[str]:
    return list(value) if isinstance(value, list) else [value]


def main() -> int:
    """Returns the process's exit status."""
    parser = argparse.ArgumentParser(
        description="Write the network and IAM matrix of a stack into docs/security-review.md."
    )
    parser.add_argument(
        "stack", type=Path, help="terraform show -json of a state, or the output of terraform test -json -verbose"
    )
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="write nothing; exit 1 if the tables differ")
    mode.add_argument("--print", action="store_true", help="print the tables; write nothing")
    arguments = parser.parse_args()
    stack = load(arguments.stack)
    tables = generated(stack)
    if arguments.print:
        print(f"## Network matrix\n\n{tables['network-matrix']}\n\n## IAM matrix\n\n{tables['iam-matrix']}")
        return 0
    if arguments.check:
        if sections.differs(DOCUMENT, tables):
            print(
                "docs/security-review.md differs from the deployment: run `make docs` and review the change.",
                file=sys.stderr,
            )
            return 1
        return 0
    print(
        "docs/security-review.md: "
        + ("matrices rewritten" if sections.write(DOCUMENT, tables) else "matrices are up to date")
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
