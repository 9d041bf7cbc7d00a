"""Terraform's own promises, for every profile: what is applied stays as planned, changes in place, and leaves nothing.

The folder's conftest moves these tests to the end: the last of them destroys what the others use.
"""

from __future__ import annotations

from demo.local_aws import LocalAws

from e2e.inventory import inventory
from e2e.stacks import Fleet, Stack


def test_a_second_plan_changes_nothing(fleet: Fleet) -> None:
    changes = fleet.each(lambda _name, stack: stack.terraform.changes())
    assert changes == {name: [] for name in changes}


def test_a_changed_variable_changes_the_functions_in_place(fleet: Fleet) -> None:
    def change(_name: str, stack: Stack) -> list[str]:
        stack.terraform.variables["flush_interval_ms"] = 125
        return stack.terraform.changes()

    planned = fleet.each(change)
    for name, changes in planned.items():
        assert changes, name
        assert all(change.startswith("update ") for change in changes), (name, changes)
        assert any("orchestrator" in change for change in changes), (name, changes)

    fleet.each(lambda _name, stack: stack.terraform.apply_changes())
    remaining = fleet.each(lambda _name, stack: stack.terraform.changes())
    assert remaining == {name: [] for name in remaining}


def test_destroy_leaves_nothing(fleet: Fleet, aws: LocalAws, resources_before: set[str]) -> None:
    fleet.each(lambda _name, stack: stack.terraform.destroy())
    assert fleet.each(lambda _name, stack: stack.terraform.resources()) == {name: [] for name in fleet.names}
    assert inventory(aws.endpoint) - resources_before == set()
