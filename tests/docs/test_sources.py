"""What every source file keeps to, whatever its language."""

from __future__ import annotations

from pathlib import Path

from repository_markdown import Repository

REPOSITORY = Repository(Path(__file__).resolve().parents[2])
LONGEST = 400
SOURCES = {
    ".css", ".graphql", ".hcl", ".js", ".mjs", ".py", ".rs", ".sh", ".tf", ".tfvars", ".tftpl", ".toml", ".ts", ".tsx",
}  # fmt: skip


def too_long(root: Path, files: list[str]) -> list[str]:
    """The source files among `files` that are too long to be held in the head."""
    sources = [file for file in files if Path(file).suffix in SOURCES]
    lines = {file: len((root / file).read_text().splitlines()) for file in sources}
    return [f"{file} has {count} lines" for file, count in lines.items() if count > LONGEST]


def test_no_source_file_is_longer_than_400_lines() -> None:
    assert too_long(REPOSITORY.root, REPOSITORY.files) == []


def test_a_longer_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "long.rs").write_text("\n" * (LONGEST + 1))
    (tmp_path / "short.rs").write_text("\n" * LONGEST)
    (tmp_path / "words.md").write_text("\n" * (LONGEST + 1))
    assert too_long(tmp_path, ["long.rs", "short.rs", "words.md"]) == ["long.rs has 401 lines"]
