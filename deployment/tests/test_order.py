"""What must not happen at the same time, or too early: read from the references Terraform orders by."""

from __future__ import annotations

import re

from paths import DEPLOYMENT

BLOCK = re.compile(r'^(?:resource|module|output) "?(\w+)"?(?: "(\w+)")? \{\n(.*?)^\}', re.MULTILINE | re.DOTALL)


def waits_for(module: str) -> dict[str, set[str]]:
    """For every resource of a module, the resources it waits for, the indirect ones too."""
    bodies: dict[str, str] = {}
    for path in (DEPLOYMENT / "modules" / module).glob("*.tf"):
        bodies |= {f"{kind}.{name}": body for kind, name, body in BLOCK.findall(path.read_text()) if name}
    direct = {
        address: {other for other in bodies if re.search(rf"\b{re.escape(other)}\b", body)} - {address}
        for address, body in bodies.items()
    }

    def all_of(address: str, seen: frozenset[str]) -> set[str]:
        return {each for other in direct[address] - seen for each in {other} | all_of(other, seen | {other})}

    return {address: all_of(address, frozenset({address})) for address in direct}


def test_the_parts_of_an_api_are_changed_one_after_the_other() -> None:
    # AppSync locks the whole API while one part is written: ConcurrentModificationException.
    order = waits_for("api")
    assert "aws_appsync_datasource.function" in order["aws_appsync_datasource.none"]
    assert "aws_appsync_datasource.none" in order["aws_appsync_resolver.this"]


def test_keys_come_when_the_api_is_complete_and_go_before_it() -> None:
    (output,) = re.findall(r'^output "id_once_complete" \{\n(.*?)^\}', outputs(), re.MULTILINE | re.DOTALL)
    assert "depends_on  = [aws_appsync_resolver.this]" in output
    (call,) = re.findall(r'^module "api_key" \{\n(.*?)^\}', (DEPLOYMENT / "main.tf").read_text(), re.M | re.S)
    assert re.search(r"api_id += module\.api\.id_once_complete\n", call)


def outputs() -> str:
    return (DEPLOYMENT / "modules/api/outputs.tf").read_text()


def test_writers_wait_for_the_right_to_write() -> None:
    for module, writer, policy in (
        ("network", "aws_flow_log.this", "aws_iam_role_policy.flow"),
        ("api", "aws_appsync_datasource.function", "aws_iam_role_policy.data_source"),
        ("api-key", "aws_scheduler_schedule.expiry", "aws_iam_role_policy.expiry"),
        ("function", "aws_lambda_function.this", "aws_iam_role_policy.platform"),
        ("function", "aws_lambda_function.this", "aws_iam_role_policy.function"),
        ("firewall", "aws_wafv2_web_acl_logging_configuration.this", "aws_cloudwatch_log_resource_policy.this"),
        ("messaging", "aws_sns_topic_subscription.orchestrator", "aws_lambda_permission.topic"),
    ):
        assert policy in waits_for(module)[writer], (module, writer)
