"""The GraphQL contract as tests see it. Run it to print the schema as AppSync gets it: `python contract.py OIDC`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
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

# An operation inside TypeScript: a template literal without interpolation that starts with the operation's kind.
TEMPLATE = re.compile(r"`\s*((?:query|mutation|subscription)\s+\w+\s*[({][^`]*)`")


def render_schema(client_auth: str) -> str:
    """The schema as locals.tf hands it to AppSync; tests/test_plans.py holds the two together."""
    return (API / "schema.graphql").read_text().replace("@aws_api_key", "@" + CLIENT_DIRECTIVES[client_auth])


def appsync_schema(client_auth: str) -> GraphQLSchema:
    """The rendered schema with AppSync's directives defined, checked for validity."""
    return build_schema(APPSYNC_DIRECTIVES + render_schema(client_auth))


def resolver_files(api: Path) -> list[Path]:
    """One file per resolver, named Type.field.js."""
    return sorted((api / "resolvers").glob("*.js"))


def mutation_document() -> DocumentNode:
    """The document the orchestrator publishes with."""
    return parse((REPOSITORY / "lambdas/orchestrator/src/aws/send_message.graphql").read_text())


def client_documents() -> Iterator[tuple[str, DocumentNode]]:
    """Every operation of the UI and the terminal client, with the file it stands in."""
    for path in sorted((REPOSITORY / "ui/src").rglob("*.ts*")):
        for source in TEMPLATE.findall(path.read_text()):
            yield str(path.relative_to(REPOSITORY)), parse(source)
    for folder in ("ui/src", "tools/ask/src"):
        for path in sorted((REPOSITORY / folder).rglob("*.graphql")):
            yield str(path.relative_to(REPOSITORY)), parse(path.read_text())


if __name__ == "__main__":
    print(render_schema(sys.argv[1]), end="")
