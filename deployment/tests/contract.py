"""The GraphQL contract as tests see it. Run it to print the schema as AppSync gets it: `python contract.py OIDC`."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from graphql import DocumentNode, GraphQLSchema, build_schema, parse

from paths import API, REPOSITORY

CLIENT_DIRECTIVES = {"API_KEY": "aws_api_key", "OIDC": "aws_oidc"}

# What AppSync knows without being told.
APPSYNC_DIRECTIVES = """
directive @aws_api_key on FIELD_DEFINITION | OBJECT
directive @aws_iam on FIELD_DEFINITION | OBJECT
directive @aws_oidc on FIELD_DEFINITION | OBJECT
directive @aws_subscribe(mutations: [String!]!) on FIELD_DEFINITION
"""


# The start of a document in any language: the operation's kind, a name, its variables.
OPERATION = re.compile(r"\b(?:query|mutation|subscription)\s+\w+\s*\(\$")


def render_schema(client_auth: str) -> str:
    """The schema as locals.tf hands it to AppSync; tests/test_plans.py holds the two together."""
    return (API / "schema.graphql").read_text().replace("@aws_api_key", "@" + CLIENT_DIRECTIVES[client_auth])


def appsync_schema(client_auth: str) -> GraphQLSchema:
    """The rendered schema with AppSync's directives defined, checked for validity."""
    return build_schema(APPSYNC_DIRECTIVES + render_schema(client_auth))


def resolver_files(api: Path) -> list[Path]:
    """One file per resolver, named Type.field.js."""
    return sorted((api / "resolvers").glob("*.js"))


def operations() -> dict[str, DocumentNode]:
    """Every document our clients and the orchestrator speak, by the name of its file: the only copies."""
    return {path.stem: parse(path.read_text()) for path in sorted((API / "operations").glob("*.graphql"))}


def copies() -> list[str]:
    """Files of the clients, the orchestrator and their fakes that hold an operation of their own."""
    files = subprocess.run(
        ["git", "ls-files", "-z", "lambdas", "tools", "ui", "tests"],
        cwd=REPOSITORY, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    sources = [name for name in files.split("\0") if name.endswith((".rs", ".ts", ".tsx", ".mjs", ".py", ".graphql"))]
    existing = [name for name in sources if (REPOSITORY / name).is_file()]
    return [name for name in existing if OPERATION.search((REPOSITORY / name).read_text())]


if __name__ == "__main__":
    print(render_schema(sys.argv[1]), end="")
