"""The tables of docs/configuration.md: root variables, outputs and the functions' environment, read from the sources.

configuration.py            rewrite the tables
configuration.py --check    exit 1 if they differ from the sources
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import sections
from hcl import blocks
from sections import ROOT, code, table

DOCUMENT = ROOT / "docs" / "configuration.md"
DEPLOYMENT = ROOT / "deployment"
FUNCTIONS = ("data-source", "orchestrator")
DOCUMENTED = re.compile(r"((?:^\s*///.*\n)+)", re.MULTILINE)
NAMED = re.compile(r"^`([A-Z][A-Z0-9_]*)`(?: or `([A-Z][A-Z0-9_]*)`)?(, set by Lambda)?(?:, which[^:]*)?[:.,]? ?(.*)$")
ENVIRONMENT_ENTRY = re.compile(r"^\s*([A-Z][A-Z0-9_]*)\s*=\s*(.+)$", re.MULTILINE)


class UndocumentedSettingError(ValueError):
    """A function reads or is given a variable that its config.rs does not describe."""


def variables() -> str:
    """Every root variable: type, default, meaning and what is accepted, in the files' order."""
    rows = [
        [
            code(name),
            code(attributes["type"]),
            _default(attributes),
            _one_line(attributes["description"]),
            _one_line(" ".join(_rule(rule["error_message"]) for rule in attributes.get("validation", []))),
        ]
        for name, attributes in blocks(DEPLOYMENT, "variable")
    ]
    return table(["Variable", "Type", "Default", "Meaning", "Accepted"], rows)


def outputs() -> str:
    """Every root output and whether Terraform hides it."""
    rows = [
        [code(name), _one_line(attributes["description"]), "yes" if attributes.get("sensitive") else "no"]
        for name, attributes in blocks(DEPLOYMENT, "output")
    ]
    return table(["Output", "Meaning", "Sensitive"], rows)


def environment() -> str:
    """What each function reads, what Terraform sets it from, and what holds where it is unset."""
    rows = []
    for function in FUNCTIONS:
        given = _given(function)
        # The function's own words win over the platform's.
        described = dict(reversed(list(_described(function))))
        described = dict(reversed(described.items()))
        missing = sorted(set(given) - set(described))
        if missing:
            raise UndocumentedSettingError(
                f"{function}: {missing} are set by deployment/locals.tf but not read by config.rs"
            )
        for name, (meaning, default) in described.items():
            rows.append([code(function), code(name), _source(given.get(name)), default, meaning])
    return table(["Function", "Variable", "Set from", "Where unset", "Meaning"], rows)


def generated() -> Mapping[str, str]:
    """Every section of the document by the name in its markers."""
    return {"variables": variables(), "outputs": outputs(), "environment": environment()}


def _default(attributes: Mapping[str, Any]) -> str:
    if "default" not in attributes:
        return "required"
    default = attributes["default"]
    if default in ([], {}):
        return "empty"
    return code(
        {None: "null", True: "true", False: "false"}.get(default, str(default))
        if not isinstance(default, int) or isinstance(default, bool)
        else str(default)
    )


def _given(function: str) -> dict[str, str]:
    """The function's environment in deployment/locals.tf as {name: expression}."""
    text = (DEPLOYMENT / "locals.tf").read_text()
    name = function.replace("-", "_")
    maps = re.findall(
        rf"^  {name}_(?:environment|settings) = (?:merge\([\w.]+, )?\{{\n(.*?)^  \}}\)?$",
        text,
        re.MULTILINE | re.DOTALL,
    )
    if not maps:
        raise UndocumentedSettingError(f"deployment/locals.tf has no environment for {function}")
    return dict(entry for each in maps for entry in ENVIRONMENT_ENTRY.findall(each))


def _described(function: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """(name, (meaning, default)) of every variable documented as `NAME`: meaning, in the function or for both."""
    places = (f"lambdas/{function}/src/config.rs", "lambdas/platform/src/settings.rs")
    text = "".join((ROOT / place).read_text().partition("#[cfg(test)]")[0] for place in places)
    for comment in DOCUMENTED.findall(text):
        match = NAMED.match(" ".join(re.sub(r"^\s*///\s?", "", line) for line in comment.splitlines()))
        if match is None:
            continue
        meaning = match.group(4)[:1].upper() + match.group(4)[1:]
        for name in filter(None, match.groups()[:2]):
            yield name, (meaning, "set by Lambda" if match.group(3) else _fallback(text, name))


def _fallback(text: str, name: str) -> str:
    """What config.rs does where the variable is unset."""
    constant = re.search(rf'const (\w+): &str = "{name}";', text)
    spelled = rf'(?:"{name}"|{constant.group(1)}\b)' if constant else f'"{name}"'
    read = re.search(rf"settings\s*\.(\w+)\({spelled}.*?(?=settings\s*\.|\n        }};|;\n)", text, re.DOTALL)
    if re.search(rf"settings\s*\.required\w*\({spelled}", text):
        return "refuses to start"
    if read is None:
        return ""
    if read.group(1).startswith("required"):
        return "refuses to start"
    fallback = re.search(r'(?:unwrap_or|map_or)\(([A-Za-z0-9_:.]+)|unwrap_or_else\(\|\| "([^"]*)"', read.group(0))
    if fallback is None:
        return "left out"
    value = fallback.group(1) or fallback.group(2)
    return code(_constant(text, value))


def _constant(text: str, value: str) -> str:
    """The value behind a constant's name; digits without their separators."""
    match = re.search(rf"const {re.escape(value)}: [^=]+= ([^;]+);", text)
    found = match.group(1) if match else value
    duration = re.search(r"from_millis\(([\d_]+)\)", found)
    found = duration.group(1) if duration else found
    if "::" in found:
        return found.rpartition("::")[2].lower()
    return found.replace("_", "") if re.fullmatch(r"[\d_]+", found) else found.strip('"')


def _source(expression: str | None) -> str:
    if expression is None:
        return ""
    variable = re.search(r"var\.(\w+)\s*$", expression)
    return code(variable.group(1)) if variable else "the stack itself"


def _rule(message: str) -> str:
    """A refusal as it reads for the reader of a table: ranges written out, another variable by its name."""
    ranges = json.loads((DEPLOYMENT / "ranges.json").read_text())
    (seconds,) = re.findall(r"^  time_to_tell_seconds += (\d+)$", (DEPLOYMENT / "rules.tf").read_text(), re.MULTILINE)
    (private,) = re.findall(r"^  private_ranges += \[(.*)\]$", (DEPLOYMENT / "rules.tf").read_text(), re.MULTILINE)

    def written(match: re.Match[str]) -> str:
        limits = ranges[match.group(1)]
        return f"{'a whole number' if limits['whole'] else 'a number'} from {limits['least']:,} to {limits['most']:,}"

    message = re.sub(r"\$\{local\.range_texts\.(\w+)\}", written, message)
    message = message.replace("${local.time_to_tell_seconds}", seconds)
    message = message.replace('${join(", ", local.private_ranges)}', private.replace('"', ""))
    message = message.replace("${local.region_partition}", "PARTITION")
    message = re.sub(r"\$\{var\.(\w+)\}", lambda match: match.group(1).upper(), message)
    if "${" in message:
        raise UndocumentedSettingError(f"a refusal holds an expression this table cannot show: {message}")
    return message


def _one_line(text: str) -> str:
    return " ".join(text.split())


def main() -> int:
    """Returns the process's exit status."""
    parser = argparse.ArgumentParser(description="Write the tables of docs/configuration.md.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the tables differ")
    if parser.parse_args().check:
        if sections.differs(DOCUMENT, generated()):
            print(
                "docs/configuration.md differs from the sources: run `make docs` and review the change.",
                file=sys.stderr,
            )
            return 1
        return 0
    print(
        "docs/configuration.md: "
        + ("tables rewritten" if sections.write(DOCUMENT, generated()) else "tables are up to date")
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
