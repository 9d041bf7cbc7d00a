"""Who is calling (`authenticate`), and what that caller may do (`principal` for IAM, directives elsewhere)."""

from localaws.appsync.auth.authenticate import Authenticator
from localaws.appsync.auth.caller import Caller, Unauthorized

__all__ = ["Authenticator", "Caller", "Unauthorized"]
