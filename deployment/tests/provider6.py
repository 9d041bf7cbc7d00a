"""What provider 6 knows, from the types HashiCorp publishes of it, kept beside the tests as provider-6.json.

npm pack @cdktf/provider-aws@21.22.1 && python provider6.py cdktf-provider-aws-21.22.1.tgz

Those types are generated from the schema of provider 6.25.0. The package is 37 MB, so the tests read the extract: for
each type of resource and data source used here, the names of its arguments, attributes and nested blocks.
"""

from __future__ import annotations

import json
import re
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hcl2

from paths import DEPLOYMENT, TESTS

EXTRACT = TESTS / "provider-6.json"
# Terraform's own, in every block.
META = {
    "count",
    "depends_on",
    "dynamic",
    "for_each",
    "labels",
    "lifecycle",
    "override_provider",
    "provider",
    "timeouts",
}
# Maps, whose keys are values, and a web ACL's statements, which the package does not type.
CLOSED = {"tags", "variables", "statement"}
NAMED = re.compile(r"^\s+(?:readonly (\w+)\??:|get (\w+)\()", re.MULTILINE)
REFERENCE = re.compile(r"\b(data\.)?(aws_\w+)\.\w+(?:\[[^\]]*\])?\.(\w+)")


def camel(name: str) -> str:
    return re.sub(r"_([a-z0-9])", lambda match: match[1].upper(), name)


def used() -> dict[str, set[str]]:
    """Names used of each type, as the published types spell them; a data source's type begins with data_."""
    found: dict[str, set[str]] = {}
    for path in sorted(DEPLOYMENT.glob("**/*.tf")):
        if ".terraform" in path.parts:
            continue
        text = path.read_text()
        parsed = hcl2.loads(text)
        for kind, prefix in (("resource", ""), ("data", "data_")):
            for block in parsed.get(kind, []):
                for label, bodies in block.items():
                    for body in bodies.values():
                        found.setdefault(prefix + label.strip('"'), set()).update(map(camel, names(body)))
        for data, label, name in REFERENCE.findall(text):
            found.setdefault(("data_" if data else "") + label, set()).add(camel(name))
    return found


def names(body: dict[str, Any]) -> Iterator[str]:
    """Arguments and nested blocks of a block, however deep; not the keys of maps."""
    for name, value in body.items():
        if name.startswith("__"):
            continue
        if name == "dynamic":
            for each in value:
                for block, inside in each.items():
                    yield block.strip('"')
                    for content in inside["content"]:
                        yield from names(content)
        elif name not in META:
            yield name
            if isinstance(value, list) and name not in CLOSED:
                for each in value:
                    if isinstance(each, dict):
                        yield from names(each)


def extract(package: Path) -> dict[str, Any]:
    """The names of every type used here that the package knows."""
    known: dict[str, list[str]] = {}
    with tarfile.open(package) as archive:
        manifest = json.load(archive.extractfile("package/package.json"))  # type: ignore[arg-type]
        for kind in sorted(used()):
            folder = kind.replace("data_aws_", "data-aws-").removeprefix("aws_").replace("_", "-")
            member = archive.extractfile(f"package/lib/{folder}/index.d.ts")
            text = member.read().decode() if member else ""
            known[kind] = sorted({name for match in NAMED.findall(text) for name in match if name})
    return {"package": f"{manifest['name']}@{manifest['version']}", "provider": "6.25.0", "types": known}


if __name__ == "__main__":
    EXTRACT.write_text(json.dumps(extract(Path(sys.argv[1])), indent=0) + "\n")
