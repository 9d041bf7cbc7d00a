"""The demo and the tests run Terraform beside somebody's real deployment: none of it may act, be read or be asked."""

from __future__ import annotations

import json
import socketserver
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Local

from demo import source
from demo.environment import local_environment
from demo.terraform import Terraform, host_architecture

PROXIES = ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")


class Elsewhere:
    """Stands for everything that is not local AWS: a real backend, a real account, a proxy. Nobody may connect."""

    def __init__(self) -> None:
        self.calls: list[bytes] = []
        calls = self.calls

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                calls.append(self.rfile.readline())
                # At once, or the provider would try again for minutes.
                self.wfile.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    real = Elsewhere()
    yield real
    real.server.shutdown()
    real.server.server_close()
    assert real.calls == []


@pytest.fixture(scope="module")
def code() -> list[tuple[Path, bytes]]:
    return [(path, (source.REPOSITORY / path).read_bytes()) for path in source.files()]


@pytest.fixture
def repository(tmp_path: Path, code: list[tuple[Path, bytes]], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working copy to spoil: the code as it stands, known to git."""
    root = tmp_path / "repository"
    for path, content in code:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    git(root, "init", "--quiet")
    git(root, "add", "--all", "--force")
    monkeypatch.setattr(source, "REPOSITORY", root)
    return root


def git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True)


def stack(local: Local, folder: Path) -> Terraform:
    artifacts = Path(source.__file__).resolve().parents[2] / "deployment/tests/artifacts"
    variables = {"lambda_artifact_dir": str(artifacts), "lambda_architecture": host_architecture()}
    return Terraform("breakout", local.endpoint, folder / "state", variables)


BACKENDS = {
    "http": 'backend "http" {{ address = "http://{0}/state" }}',
    "s3": 'backend "s3" {{\n bucket = "b"\n key = "k"\n region = "eu-west-1"\n endpoint = "http://{0}"\n }}',
    "remote": 'backend "remote" {{\n hostname = "{0}"\n organization = "o"\n workspaces {{ name = "prod" }}\n }}',
    "cloud": 'cloud {{\n hostname = "{0}"\n organization = "o"\n workspaces {{ name = "prod" }}\n }}',
}


@pytest.mark.parametrize("tracked", [False, True])
@pytest.mark.parametrize("kind", BACKENDS)
@pytest.mark.documented("https://developer.hashicorp.com/terraform/language/files/override")
def test_no_backend_is_asked(
    local: Local, repository: Path, tmp_path: Path, elsewhere: Elsewhere, kind: str, tracked: bool
) -> None:
    block = BACKENDS[kind].format(elsewhere.address)
    (repository / "deployment/backend.tf").write_text(f"terraform {{\n  {block}\n}}\n")
    if tracked:
        git(repository, "add", "deployment/backend.tf")
    terraform = stack(local, tmp_path)
    terraform.init()
    assert terraform.resources() == []


LEFTOVERS = {
    "terraform.tfvars": 'environment = "real"\n',
    "terraform.tfvars.json": '{"environment": "real"}\n',
    "prod.auto.tfvars": 'environment = "real"\n',
    "prod.auto.tfvars.json": '{"environment": "real"}\n',
    "override.tf": 'variable "environment" {\n  default = "real"\n}\n',
    "prod_override.tf": 'locals {\n  prefix = "real"\n}\n',
    "prod_override.tf.json": '{"provider": {"aws": {"region": "eu-west-3"}}}\n',
    "terraform.tfstate": '{"version": 4, "serial": 1, "lineage": "real", "outputs": {}, "resources": []}\n',
    ".terraform/terraform.tfstate": '{"version": 3, "backend": {"type": "http", "config": {"address": "http://x"}}}\n',
    ".terraform/environment": "prod",
    "more.tf": 'resource "aws_sns_topic" "real" {}\n',
}
SHELL = {
    "TF_WORKSPACE": "prod",
    "TF_CLI_ARGS": "-no-such-option",
    "TF_CLI_ARGS_init": "-upgrade -backend-config=bucket=real",
    "TF_CLI_ARGS_plan": "-refresh=false -var=environment=real",
    "TF_CLI_ARGS_apply": "-var=environment=real",
    "TF_VAR_environment": "real",
    "TF_LOG": "TRACE",
    "TF_LOG_PATH": "/proc/no-such-file",
    "TF_DATA_DIR": "/proc/no-such-folder",
    "TF_REATTACH_PROVIDERS": "{",
    "AWS_PROFILE": "prod",
    "AWS_DEFAULT_PROFILE": "prod",
    "AWS_ENDPOINT_URL_STS": "http://{0}",
    "AWS_ENDPOINT_URL_SNS": "http://{0}",
    "AWS_ROLE_ARN": "arn:aws:iam::999999999999:role/real",
    "AWS_WEB_IDENTITY_TOKEN_FILE": "/proc/no-such-file",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://{0}/credentials",
    "AWS_CA_BUNDLE": "/proc/no-such-file",
    "AWS_REGION": "eu-west-3",
    "BEDROCK": "aws",
    **dict.fromkeys(PROXIES, "http://{0}"),
    "NO_PROXY": "intranet.example",
}


def test_nothing_left_beside_the_code_or_in_the_shell_changes_the_plan(
    local: Local, repository: Path, tmp_path: Path, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    clean = stack(local, tmp_path / "clean")
    clean.init()
    expected = clean.changes()
    assert "create module.api.aws_appsync_graphql_api.this" in expected

    deployment = repository / "deployment"
    for name, text in LEFTOVERS.items():
        (deployment / name).parent.mkdir(exist_ok=True)
        (deployment / name).write_text(text)
    (repository / "terraform.tfvars").write_text('environment = "real"\n')
    committed = ("terraform.tfvars", "prod_override.tf", "override.tf")
    git(repository, "add", "--force", *(f"deployment/{name}" for name in committed))
    config = tmp_path / "config"
    config.write_text(f"[profile prod]\nendpoint_url = http://{elsewhere.address}\n[default]\nregion = eu-west-3\n")
    (tmp_path / "credentials").write_text("[prod]\naws_access_key_id = real\naws_secret_access_key = real\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    shell = {name: value.replace("{0}", elsewhere.address) for name, value in SHELL.items() if name not in PROXIES}
    for name, value in shell.items():
        monkeypatch.setenv(name, value)
    spoilt = stack(local, tmp_path / "spoilt")
    spoilt.init()
    # Only now, since whoever has no mirror downloads the provider through them.
    for name in PROXIES:
        monkeypatch.setenv(name, f"http://{elsewhere.address}")
    behind_proxy = stack(local, tmp_path / "spoilt")
    assert behind_proxy.changes() == expected
    assert variables(behind_proxy) == variables(clean)


def variables(terraform: Terraform) -> dict[str, Any]:
    """What every variable of the last plan was."""
    planned: dict[str, Any] = json.loads(terraform._run("show", "-json", str(terraform._plan)))["variables"]
    return planned


def test_a_provider_of_the_readers_own_gets_no_credentials(
    local: Local, repository: Path, tmp_path: Path, elsewhere: Elsewhere
) -> None:
    """Committed in a fork: the demo still signs with its invented keys and talks to local AWS only."""
    (tmp_path / "credentials").write_text("[prod]\naws_access_key_id = real\naws_secret_access_key = real\n")
    versions = repository / "deployment/versions.tf"
    own = f"""
  profile = "prod"
  shared_credentials_files = ["{tmp_path}/credentials"]
  endpoints {{
    sts = "http://{elsewhere.address}"
    sns = "http://{elsewhere.address}"
    ec2 = "http://{elsewhere.address}"
  }}
"""
    versions.write_text(versions.read_text().replace('provider "aws" {\n', 'provider "aws" {\n' + own))
    terraform = stack(local, tmp_path)
    terraform.init()
    assert "create module.api.aws_appsync_graphql_api.this" in terraform.changes()


def test_a_developers_uncommitted_change_counts(repository: Path, tmp_path: Path) -> None:
    deployment = repository / "deployment"
    (deployment / "outputs.tf").write_text("# changed\n")
    (deployment / "data.tf").unlink()
    (deployment / "added.tf").write_text("# added\n")
    (deployment / "unknown.tf").write_text("# the reader's own, or forgotten\n")
    git(repository, "add", "deployment/added.tf")
    copied = source.copy_code(tmp_path / "copy")
    assert (copied / "outputs.tf").read_text() == "# changed\n"
    assert (copied / "added.tf").exists()
    assert not (copied / "data.tf").exists()
    assert not (copied / "unknown.tf").exists()
    assert source.left_out() == [Path("deployment/unknown.tf")]
    assert (copied.parent / "sample.tfvars").read_text() == (repository / "sample.tfvars").read_text()


def test_an_archive_without_git_is_copied_by_names(repository: Path, tmp_path: Path) -> None:
    subprocess.run(["rm", "-r", repository / ".git"], check=True)
    for name in ("terraform.tfvars", "prod_override.tf", "terraform.tfstate", ".terraform/environment"):
        (repository / "deployment" / name).parent.mkdir(exist_ok=True)
        (repository / "deployment" / name).write_text("")
    copied = source.copy_code(tmp_path / "copy")
    assert {path.name for path in copied.iterdir()} >= {"main.tf", ".terraform.lock.hcl", "api", "modules"}
    names = {path.name for path in copied.rglob("*")}
    assert not names & {"terraform.tfvars", "prod_override.tf", "terraform.tfstate", ".terraform"}


def test_a_repository_git_cannot_read_is_not_guessed_at(repository: Path) -> None:
    (repository / ".git/HEAD").write_text("nonsense")
    with pytest.raises(source.SourceError, match="git cannot say"):
        source.files()


def test_where_plugins_come_from_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", "/etc/mirror.tfrc")
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    environment = local_environment("http://127.0.0.1:1")
    assert environment["TF_CLI_CONFIG_FILE"] == "/etc/mirror.tfrc"
    assert environment["https_proxy"] == "http://proxy.example:3128"
