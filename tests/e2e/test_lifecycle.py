"""Terraform's own promises, for every profile: what is applied stays as planned, changes in place, and leaves nothing.

The folder's conftest moves these tests to the end: the last of them destroys what the others use.
"""

from __future__ import annotations

from demo.local_aws import LocalAws

from e2e.inventory import inventory
from e2e.stacks import Fleet, Stack


def test_a_second_plan_changes_nothing(fleet: Fleet) -> None:
    changes = fleet.second_plans()
    assert changes == {name: [] for name in fleet.names}


def test_a_changed_variable_changes_the_functions_in_place(fleet: Fleet) -> None:
    def change(_name: str, stack: Stack) -> tuple[list[str], list[str]]:
        stack.terraform.variables["flush_interval_ms"] = 125
        planned = stack.terraform.changes()
        stack.terraform.apply_changes()
        return planned, stack.terraform.changes()

    for name, (planned, remaining) in fleet.each(change).items():
        assert planned, name
        assert all(change.startswith("update ") for change in planned), (name, planned)
        assert any("orchestrator" in change for change in planned), (name, planned)
        assert remaining == [], name


def test_destroy_leaves_nothing(fleet: Fleet, aws: LocalAws, resources_before: set[str]) -> None:
    fleet.each(lambda _name, stack: stack.terraform.destroy())
    assert fleet.each(lambda _name, stack: stack.terraform.resources()) == {name: [] for name in fleet.names}
    assert inventory(aws.endpoint) - resources_before == set()
