"""What can be checked about a Markdown file without reading it as a person: that everything it names exists.

Each function takes one document and returns sentences about what is wrong with it, so the tests can feed it bad
documents too.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path

FENCE = re.compile(r"^\s*(```+|~~~+)\s*(\w*)[^\n]*\n(.*?)^\s*\1\s*$", re.MULTILINE | re.DOTALL)
CODE_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*$", re.MULTILINE)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
PATH = re.compile(r"^\.?[\w@*-][\w.@*{},-]*(/[\w.@*{},-]+)*/?$")
IDENTIFIER = re.compile(
    r"^[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)+$|^[a-z]+([A-Z][a-z0-9]*)+$|^[A-Z][a-z0-9]+([A-Z][a-z0-9]*)+$|^_[A-Z0-9_]+$"
)
MAKE = re.compile(r"(?:^|[\s;&|(\"'$])make\s+((?:[A-Za-z][\w.-]*=\S+\s+)*)([a-z][a-z0-9-]*)")
OUTPUT = re.compile(r"terraform (?:-chdir=\S+ )?output(?: -(?:raw|json))+ ([a-z][a-z0-9_]*)")
VARIABLE_FLAG = re.compile(r"-var[= ]['\"]?([a-z][a-z0-9_]*)=")
VARIABLE_REFERENCE = re.compile(r"\bvar\.([a-z][a-z0-9_]*)")
ASSIGNMENT = re.compile(r"^([a-z][a-z0-9_]*)\s*=", re.MULTILINE)
DECLARED = r'^{kind} "([a-z0-9_]+)"'
FILE_NAME = re.compile(
    r"^\.?[\w-]+(\.[\w-]+)*\.(rs|tf|tfvars|toml|py|ts|tsx|js|mjs|json|md|sh|yml|yaml|graphql|tftpl|hcl|svg|png)$"
)


@dataclass
class Repository:
    """The files git tracks, and the names they declare. `allowed` are words that need not occur in any of them."""

    root: Path
    allowed: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def files(self) -> list[str]:
        """Every tracked path, relative to the root."""
        return [path for path in self._git("ls-files", "-z").split("\0") if path and (self.root / path).exists()]

    @cached_property
    def documents(self) -> list[str]:
        """Every tracked Markdown file."""
        return [path for path in self.files if path.endswith(".md")]

    @cached_property
    def folders(self) -> set[str]:
        """Every folder that holds a tracked file."""
        return {str(parent) for path in self.files for parent in Path(path).parents}

    @cached_property
    def ignored_patterns(self) -> list[str]:
        """What .gitignore lists: files that commands write."""
        return (self.root / ".gitignore").read_text().split()

    @cached_property
    def make_targets(self) -> set[str]:
        """The targets of the Makefile."""
        return set(re.findall(r"^([a-z][a-z0-9-]*):", (self.root / "Makefile").read_text(), re.MULTILINE))

    @cached_property
    def variables(self) -> set[str]:
        """Names of the root Terraform variables."""
        return self._declared("variable", "deployment/*.tf")

    @cached_property
    def outputs(self) -> set[str]:
        """Names of the root Terraform outputs."""
        return self._declared("output", "deployment/*.tf")

    @cached_property
    def words(self) -> set[str]:
        """Every identifier that occurs in a tracked file other than Markdown, lock files and pictures."""
        found: set[str] = set()
        for path in self.files:
            if not path.endswith(
                (".md", ".lock", "package-lock.json", ".png", ".svg", ".ico", ".woff2")
            ) and not path.startswith("tests/docs/"):
                found |= set(re.findall(r"\w+", (self.root / path).read_text(errors="ignore")))
        return found

    def has(self, path: str) -> bool:
        """Whether `path`, which may hold * and {a,b}, names what git tracks or is told to ignore."""
        candidates = [alternative.rstrip("/") for alternative in _alternatives(path)]
        return all(self._has_one(candidate) for candidate in candidates)

    def ignored(self, path: str) -> bool:
        """Whether git is told to ignore `path`: what a command writes need not exist to be named."""
        return (
            subprocess.run(["git", "check-ignore", "-q", "--no-index", path], cwd=self.root, check=False).returncode
            == 0
        )

    def _has_one(self, path: str) -> bool:
        if "*" in path:
            return any(_matches(existing, path) for existing in [*self.files, *self.folders])
        return path in self.folders or path in self.files or self.ignored(path) or self.ignored(path + "/")

    def _declared(self, kind: str, pattern: str) -> set[str]:
        texts = [
            (self.root / path).read_text()
            for path in self.files
            if fnmatch(path, pattern) and "/" not in path.removeprefix("deployment/")
        ]
        return {name for text in texts for name in re.findall(DECLARED.format(kind=kind), text, re.MULTILINE)}

    def _git(self, *arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=self.root, capture_output=True, text=True, check=True).stdout


@dataclass
class Document:
    """One Markdown file, taken apart."""

    path: str
    text: str

    @cached_property
    def blocks(self) -> list[tuple[str, str]]:
        """Fenced blocks as (language, content)."""
        return [(match.group(2), match.group(3)) for match in FENCE.finditer(self.text)]

    @cached_property
    def prose(self) -> str:
        """The text without fenced blocks and comments."""
        return COMMENT.sub("", FENCE.sub("", self.text))

    @cached_property
    def spans(self) -> list[str]:
        """What stands between single backticks in the prose."""
        return CODE_SPAN.findall(self.prose)

    @cached_property
    def anchors(self) -> set[str]:
        """The fragments GitHub gives the headings."""
        seen: dict[str, int] = {}
        anchors = set()
        for heading in HEADING.findall(self.prose):
            slug = _slug(heading)
            count = seen.get(slug, 0)
            seen[slug] = count + 1
            anchors.add(slug if count == 0 else f"{slug}-{count}")
        return anchors


def broken_links(repository: Repository, document: Document) -> list[str]:
    """Relative links that lead nowhere, and fragments no heading has."""
    problems = []
    for target in LINK.findall(CODE_SPAN.sub("", document.prose)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, fragment = target.partition("#")
        resolved = _resolve(document.path, path) if path else document.path
        if not repository.has(resolved):
            problems.append(f"link to {target}: no such file is tracked")
        elif fragment and resolved.endswith(".md"):
            linked = (
                document if resolved == document.path else Document(resolved, (repository.root / resolved).read_text())
            )
            if fragment not in linked.anchors:
                problems.append(f"link to {target}: {resolved} has no such heading")
    return problems


def missing_paths(repository: Repository, document: Document) -> list[str]:
    """Backticked paths into the repository, and file names, that do not exist."""
    problems = []
    names = {Path(path).name for path in [*repository.files, *repository.ignored_patterns]}
    top = {path.split("/")[0] for path in repository.files}
    for span in document.spans:
        if FILE_NAME.match(span):
            if (
                span not in names
                and not repository.has(_resolve(document.path, span))
                and not repository.has(span)
                and span not in repository.allowed
            ):
                problems.append(f"`{span}`: no tracked file has this name")
        elif "/" in span and PATH.match(span):
            here = _resolve(document.path, span)
            known = span.split("/", maxsplit=1)[0] in top or _starts_here(repository, document, span)
            if known and not repository.has(span) and not repository.has(here):
                problems.append(f"`{span}`: no such path")
    return problems


def missing_targets(repository: Repository, document: Document) -> list[str]:
    """`make x` where the Makefile has no x, in code spans and in fenced blocks."""
    commands = [
        *document.spans,
        *(content for language, content in document.blocks if language in ("", "bash", "sh", "console")),
    ]
    named = {
        match.group(2)
        for command in commands
        for line in command.splitlines()
        for match in MAKE.finditer(line.split(" #")[0])
    }
    return [f"make {target}: the Makefile has no such target" for target in sorted(named - repository.make_targets)]


def missing_terraform_names(repository: Repository, document: Document) -> list[str]:
    """Root variables and outputs named in commands or in tfvars blocks that are not declared."""
    everything = "\n".join([*document.spans, *(content for _, content in document.blocks)])
    variables = set(VARIABLE_FLAG.findall(everything)) | set(VARIABLE_REFERENCE.findall(everything))
    for language, content in document.blocks:
        if language in ("hcl", "tfvars", "terraform") and not re.search(
            r"^(resource|module|data|terraform|provider|backend|import)\b", content, re.MULTILINE
        ):
            variables |= set(ASSIGNMENT.findall(content))
    problems = [f"variable {name} is not declared in deployment/" for name in sorted(variables - repository.variables)]
    outputs = set(OUTPUT.findall(everything))
    return problems + [f"output {name} is not declared in deployment/" for name in sorted(outputs - repository.outputs)]


def unknown_identifiers(repository: Repository, document: Document) -> list[str]:
    """Backticked snake_case, UPPER_SNAKE, camelCase and PascalCase words that occur in no source."""
    named = {span.removeprefix("var.").split("=")[0] for span in document.spans}
    identifiers = {name for name in named if IDENTIFIER.match(name)}
    return [
        f"`{name}` occurs in no source file" for name in sorted(identifiers - repository.words - repository.allowed)
    ]


CHECKS = (broken_links, missing_paths, missing_targets, missing_terraform_names, unknown_identifiers)


def _starts_here(repository: Repository, document: Document, span: str) -> bool:
    """Whether the first part of `span` exists beside the document, so that the rest must exist too."""
    first = _resolve(document.path, span.split("/", maxsplit=1)[0])
    return first in repository.folders or first in repository.files


def _resolve(document: str, target: str) -> str:
    parts: list[str] = []
    start = [] if target.startswith("/") else list(Path(document).parent.parts)
    for part in [*start, *Path(target.lstrip("/")).parts]:
        if part == ".." and parts:
            parts.pop()
        elif part not in (".", ""):
            parts.append(part)
    return "/".join(parts) or "."


def _slug(heading: str) -> str:
    plain = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", heading).replace("`", "")
    return re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")


def _alternatives(path: str) -> list[str]:
    match = re.search(r"\{([^{}]*)\}", path)
    if not match:
        return [path]
    return [
        option
        for part in match.group(1).split(",")
        for option in _alternatives(path[: match.start()] + part + path[match.end() :])
    ]


def _matches(existing: str, pattern: str) -> bool:
    parts = "[^/]*".join(re.escape(part) for part in pattern.replace("**", "\0").split("*")).replace("\0", ".*")
    return re.fullmatch(parts, existing) is not None
