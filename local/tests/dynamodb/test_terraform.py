"""A table, its policy and the way to it, as the AWS provider makes them, finds them again and takes them away."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from conftest import REGION, Local

from demo.environment import local_environment
from demo.source import REPOSITORY


def test_a_table_applies_plans_empty_and_is_destroyed(local: Local, tmp_path: Path) -> None:
    shutil.copy(Path(__file__).parent / "table.tf", tmp_path)
    shutil.copy(REPOSITORY / "deployment/.terraform.lock.hcl", tmp_path)

    def terraform(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["terraform", f"-chdir={tmp_path}", *arguments]
        environment = local_environment(local.endpoint) | {"AWS_REGION": REGION}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    for arguments in (["init", "-input=false", "-lockfile=readonly"], ["apply", "-auto-approve", "-input=false"]):
        done = terraform(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
    planned = terraform("plan", "-input=false", "-detailed-exitcode", "-no-color")
    assert planned.returncode == 0, planned.stdout + planned.stderr
    shown = json.loads(terraform("show", "-json").stdout)["values"]["root_module"]["resources"]
    values = {resource["type"]: resource["values"] for resource in shown if resource["mode"] == "managed"}
    prefix_list = values["aws_vpc_endpoint"]["prefix_list_id"]
    assert prefix_list.startswith("pl-")
    assert values["aws_vpc_security_group_egress_rule"]["prefix_list_id"] == prefix_list
    table = local.client("dynamodb").describe_table(TableName="conversations")["Table"]
    assert table["SSEDescription"]["KMSMasterKeyArn"] == values["aws_kms_key"]["arn"]
    destroyed = terraform("destroy", "-auto-approve", "-input=false")
    assert destroyed.returncode == 0, destroyed.stdout + destroyed.stderr
    assert "conversations" not in local.client("dynamodb").list_tables()["TableNames"]
