"""Runs the `aws …` commands that the documents tell people to type, as the CLI would: by the services' own models.

The CLI itself is no dependency here: `aws logs tail` exists in version 2 only, which no package registry has.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jmespath
from botocore import xform_name
from demo.terraform import REPOSITORY

from e2e.stacks import aws_client

DOCUMENTS = sorted([*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/*.md"), *REPOSITORY.glob("*/README.md")])

CLI_NAMES = {"notification-endpoint": "Endpoint"}
"""Options that the CLI calls otherwise than the service: --endpoint-url would be too near."""

_INLINE = re.compile(r"`(aws [a-z].*?)`")
_BLOCK = re.compile(r"```bash\n(.*?)```", re.DOTALL)
_ASSIGNED = re.compile(r"^[A-Z]+=\$\((aws .*)\)$")


@dataclass(frozen=True)
class Command:
    """One command, and the document it stands in."""

    document: str
    text: str

    @property
    def words(self) -> list[str]:
        """The command as the shell splits it."""
        return shlex.split(self.text)

    @property
    def name(self) -> str:
        """Service and operation."""
        return " ".join(self.words[1:3])


def documented() -> list[Command]:
    """Every command of the CLI in every document."""
    return [Command(str(path.relative_to(REPOSITORY)), text) for path in DOCUMENTS for text in _commands(path)]


def _commands(path: Path) -> list[str]:
    text = path.read_text()
    found = [
        command.replace("\\|", "|") for line in _BLOCK.sub("", text).splitlines() for command in _INLINE.findall(line)
    ]
    for block in _BLOCK.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            assigned = _ASSIGNED.match(line)
            if line.startswith("aws ") or assigned:
                found.append(assigned[1] if assigned else line)
    return found


def run(endpoint: str, command: Command, variables: Mapping[str, str]) -> Any:
    """What the command prints, as data. A variable it uses and `variables` lacks is an error."""
    text = command.text
    for name, value in variables.items():
        text = text.replace(name, value)
    if "$" in text:
        raise ValueError(f"{command.document}: unknown in {text}")
    words = shlex.split(text)
    service, operation = words[1], words[2]
    options = _options(words[3:])
    client = aws_client(endpoint, service)
    query = options.pop("query", None)
    options.pop("output", None)
    members = client.meta.service_model.operation_model(_operation(client, operation)).input_shape.members
    names = {xform_name(member, "-"): member for member in members} | CLI_NAMES
    arguments = {names[option]: _value(members[names[option]], given) for option, given in options.items()}
    answer = getattr(client, operation.replace("-", "_"))(**arguments)
    return jmespath.search(query, answer) if query else answer


def _operation(client: Any, name: str) -> str:
    return client.meta.method_to_api_mapping[name.replace("-", "_")]


def _options(words: list[str]) -> dict[str, Any]:
    options: dict[str, Any] = {}
    current = ""
    for word in words:
        if word.startswith("--"):
            current = word.removeprefix("--")
            options[current] = []
        else:
            options[current].append(word)
    return {name: given if len(given) > 1 else given[0] for name, given in options.items()}


def _value(shape: Any, given: Any) -> Any:
    """An option's value in the member's type: numbers, lists, and the shorthand `Name=value,Name=value`."""
    match shape.type_name:
        case "list":
            return [_value(shape.member, each) for each in (given if isinstance(given, list) else [given])]
        case "structure":
            pairs = dict(part.split("=", 1) for part in given.split(","))
            return {name: _value(shape.members[name], value) for name, value in pairs.items()}
        case "map":
            return {
                name: _value(shape.value, value) for name, value in (part.split("=", 1) for part in given.split(","))
            }
        case "integer" | "long":
            return int(given)
    return given
