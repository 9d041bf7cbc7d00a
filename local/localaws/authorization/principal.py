"""Who asks, and whether a Principal element names them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any


class Naming(IntEnum):
    """How a statement names a principal, the weakest first."""

    NOT = 0
    ACCOUNT = 1
    """The account only: it hands the decision to the account's own identity policies."""
    LIMITED = 2
    """The role, or everybody: a permissions boundary or session policy still limits it."""
    DIRECT = 3
    """The very user, session or service."""


@dataclass(frozen=True)
class Principal:
    """One caller."""

    kind: str
    """`operator`, `role`, `user`, `service` or `anonymous`."""
    arn: str
    """For a role its session's ARN; for a service its name, such as sns.amazonaws.com."""
    account: str = ""
    user_id: str = ""
    """`AROA…:session`, `AIDA…`; what aws:userid holds."""
    role_arn: str | None = None

    @property
    def policy_arn(self) -> str:
        """What aws:PrincipalArn holds: for a session the role's ARN."""
        return self.role_arn or self.arn

    def _names(self) -> dict[str, Naming]:
        if self.kind in ("service", "anonymous"):
            return {self.arn: Naming.DIRECT}
        partition = self.arn.split(":")[1]
        names = {self.account: Naming.ACCOUNT, f"arn:{partition}:iam::{self.account}:root": Naming.ACCOUNT}
        if self.role_arn:
            names[self.role_arn] = names[self.user_id.partition(":")[0]] = Naming.LIMITED
        else:
            names[self.user_id] = Naming.DIRECT
        names[self.arn] = Naming.DIRECT
        return names

    def named_by(self, element: Any) -> Naming:
        """How a Principal element names this caller."""
        everybody = Naming.DIRECT if self.kind in ("service", "anonymous") else Naming.LIMITED
        if element == "*":
            return everybody
        names = self._names()
        found = Naming.NOT
        kind = "Service" if self.kind == "service" else "AWS"
        for group, members in (element or {}).items():
            for member in members if isinstance(members, list) else [members]:
                if group == "AWS" and member == "*":
                    found = max(found, everybody)
                elif group == kind:
                    found = max(found, names.get(member, Naming.NOT))
        return found

    def spared_by(self, element: Any) -> bool:
        """Whether a NotPrincipal element names this caller in full: session, role and account."""
        listed = element if isinstance(element, dict) else {"AWS": element}
        members: set[str] = set()
        for group in ("Service",) if self.kind == "service" else ("AWS",):
            found = listed.get(group, [])
            members |= set(found if isinstance(found, list) else [found])
        if self.kind in ("service", "anonymous"):
            return self.arn in members
        partition = self.arn.split(":")[1]
        account = {self.account, f"arn:{partition}:iam::{self.account}:root"} & members
        return bool(account) and {self.arn, self.policy_arn} <= members
