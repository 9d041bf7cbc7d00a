"""Every service has one shape: a folder, a row of the table, and parts whose names mean the same everywhere."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import botocore.session
import pytest

from localaws import services

PACKAGE = Path(services.__file__).parent
SHARED = {"authorization", "network"}
"""Folders that serve every service."""

FOLDERS = [row.folder for row in services.SERVICES]


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE), ast.parse(path.read_text("utf-8"))


def test_every_folder_is_a_row_and_every_row_a_folder() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    assert sorted(folders - SHARED) == sorted(FOLDERS)


def test_a_row_names_services_that_exist() -> None:
    known = botocore.session.get_session().get_available_services()
    assert [name for row in services.SERVICES for name in row.names if name not in known] == []


@pytest.mark.parametrize("row", services.SERVICES, ids=FOLDERS)
def test_parts_have_what_their_names_promise(row: services.Service) -> None:
    operations = {
        operation
        for name in row.names
        for operation in botocore.session.get_session().get_service_model(name).operation_names
    }
    for part, table in (("needs", "NEEDS"), ("refusals", "RULES")):
        module = services.part(row.names[0], part)
        assert module is None or set(getattr(module, table)) <= operations
    for part, function in (("faults", "declare"), ("model", "install")):
        module = services.part(row.names[0], part)
        assert module is None or callable(getattr(module, function))


def test_moto_is_changed_in_models_only() -> None:
    """By what `patching` offers, or by a member set on one of moto's classes or modules."""
    found = set()
    for path, tree in trees():
        imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        if any(node.module == "localaws.patching" for node in imports):
            found.add(path)
        ours_not = {
            alias.asname or alias.name
            for node in imports
            if (node.module or "").startswith("moto")
            for alias in node.names
        }
        for target in [target for node in ast.walk(tree) if isinstance(node, ast.Assign) for target in node.targets]:
            if isinstance(target, ast.Attribute) and _root(target) in ours_not | {"moto"}:
                found.add(path)
    assert {path for path in found if path.name != "model.py" or path.parent.name not in FOLDERS} == set()


def _root(node: ast.AST) -> str | None:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def test_every_patch_says_why_it_is_no_subclass() -> None:
    silent = []
    for path, tree in trees():
        lines = (PACKAGE / path).read_text("utf-8").splitlines()
        for outer in [node for node in tree.body if isinstance(node, ast.FunctionDef)]:
            patches = [node for node in outer.body if isinstance(node, ast.FunctionDef) and _is_patch(node)]
            if patches and not any("patched" in line.lower() for line in lines[outer.lineno : patches[0].lineno]):
                silent.append(f"{path} {outer.name}")
    assert silent == []


def _is_patch(node: ast.FunctionDef) -> bool:
    return any(isinstance(each, ast.Call) and _root(each.func) == "replace" for each in node.decorator_list)


def test_faults_are_declared_in_the_part_of_that_name() -> None:
    declaring = {
        path
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "declare"
        if any(keyword.arg == "kinds" for keyword in node.keywords)
    }
    assert len(declaring) > 3
    assert {path for path in declaring if path.name != "faults.py"} == set()


@pytest.mark.parametrize("word", ["sessionId", "answerId", "getLlmResponse", "onSendMessage", "sendMessage"])
def test_nothing_knows_the_products_message(word: str) -> None:
    assert [str(path) for path, _ in trees() if word in (PACKAGE / path).read_text("utf-8")] == []
