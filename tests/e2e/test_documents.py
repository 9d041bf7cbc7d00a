"""The tables an auditor reads are those of the stack that was really applied."""

from __future__ import annotations

import json

import matrices
import sections
from localaws.authorization.readers import NETWORK as READERS
from stack import Stack as Resources

from e2e.stacks import Stack

# The sample in the document admits no network of readers. What it says of one that is admitted, row by row.
ADMITTED = [
    f"| `{READERS}` | `bedrock-chat-appsync-api` | TCP 443 | HTTPS and WebSocket from the networks of the readers. "
    f"| `endpoints.vpc_security_group_ingress_rule.client[{READERS}]` |",
    f"| `network.default_network_acl` | ingress | `{READERS}` | TCP 443 | allow |",
    f"| `network.default_network_acl` | ingress | `{READERS}` | TCP 53 | allow |",
    f"| `network.default_network_acl` | ingress | `{READERS}` | UDP 53 | allow |",
    f"| `network.default_network_acl` | egress | `{READERS}` | TCP 1024 to 65535 | allow |",
    f"| `network.default_network_acl` | egress | `{READERS}` | UDP 1024 to 65535 | allow |",
]


def test_the_network_and_iam_matrices_are_those_of_the_applied_stack(api_key_stack: Stack) -> None:
    applied = json.loads(api_key_stack.terraform.state_json())
    tables = dict(matrices.generated(Resources(applied["values"]["root_module"])))
    rows = tables["network-matrix"].splitlines()
    assert [row for row in rows if READERS in row] == ADMITTED
    tables["network-matrix"] = "\n".join(row for row in rows if READERS not in row)
    assert not sections.differs(matrices.DOCUMENT, tables), "run `make docs` and review the change"
