"""Everything a Markdown file names exists: links, headings, paths, make targets, Terraform names, identifiers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import repository_markdown as markdown

Check = Callable[[markdown.Repository, markdown.Document], list[str]]
ROOT = Path(__file__).resolve().parents[2]

# Words of other systems that documents may quote although no source of ours holds them. Each needs its reason.
ALLOWED: frozenset[str] = frozenset()

REPOSITORY = markdown.Repository(ROOT, allowed=ALLOWED)


@pytest.mark.parametrize("path", REPOSITORY.documents)
def test_everything_a_document_names_exists(path: str) -> None:
    document = markdown.Document(path, (ROOT / path).read_text())
    problems = [problem for check in markdown.CHECKS for problem in check(REPOSITORY, document)]
    assert not problems, "\n".join([path, *problems])


def test_no_exception_is_kept_without_need() -> None:
    named = {span for path in REPOSITORY.documents for span in markdown.Document(path, (ROOT / path).read_text()).spans}
    unused = {word for word in ALLOWED if not any(word in span for span in named)}
    assert not unused, f"in ALLOWED, but no document names them: {sorted(unused)}"


@pytest.mark.parametrize(
    ("check", "text", "problem"),
    [
        (markdown.broken_links, "[x](no-such-file.md)", "no-such-file.md"),
        (markdown.broken_links, "[x](README.md#no-such-heading)", "no such heading"),
        (markdown.broken_links, "![x](docs/images/no-such-picture.svg)", "no-such-picture"),
        (markdown.missing_paths, "`lambdas/no-such-crate/src`", "lambdas/no-such-crate/src"),
        (markdown.missing_paths, "`no_such_file.rs`", "no_such_file.rs"),
        (markdown.missing_paths, "`deployment/*.nothing`", "deployment/*.nothing"),
        (markdown.missing_targets, "Run `make no-such-target`.", "no-such-target"),
        (markdown.missing_targets, "```bash\nmake no-such-target X=1\n```\n", "no-such-target"),
        (markdown.missing_terraform_names, "`terraform output -raw no_such_output`", "no_such_output"),
        (markdown.missing_terraform_names, "`terraform apply -var no_such_variable=1`", "no_such_variable"),
        (markdown.missing_terraform_names, "```hcl\nno_such_variable = 1\n```\n", "no_such_variable"),
        (markdown.unknown_identifiers, "`no_such_identifier_anywhere`", "no_such_identifier_anywhere"),
        (markdown.unknown_identifiers, "`NO_SUCH_SETTING_ANYWHERE`", "NO_SUCH_SETTING_ANYWHERE"),
        (markdown.unknown_identifiers, "`noSuchFieldAnywhere`", "noSuchFieldAnywhere"),
    ],
)
def test_each_check_sees_what_it_is_for(check: Check, text: str, problem: str) -> None:
    found = check(REPOSITORY, markdown.Document("README.md", text))
    assert any(problem in line for line in found), found


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (markdown.broken_links, "[x](https://example.com/none) and [y](lambdas) and [z](#here)\n\n# Here\n"),
        (
            markdown.missing_paths,
            "`lambdas/{chat,orchestrator}/src`, `deployment/*.tf`, `dist/data-source.zip`, `text/plain`",
        ),
        (markdown.missing_targets, "`make package ARCH=arm64`, and we make a point of `make`"),
        (markdown.missing_terraform_names, '```hcl\nresource "x" "y" {\n  anything = 1\n}\n```\n'),
        (markdown.unknown_identifiers, "`plain`, `two words`, `model_id`, `errorCode`"),
    ],
)
def test_each_check_leaves_the_rest_alone(check: Check, text: str) -> None:
    assert check(REPOSITORY, markdown.Document("README.md", text)) == []
