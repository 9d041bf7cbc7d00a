"""The UI in real Chromium, and the public AppSync client: both against the deployed stack."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from demo import ui
from demo.local_aws import LocalAws
from demo.terraform import REPOSITORY

from e2e import amplify
from e2e.amplify import BROWSER
from e2e.client import Api
from e2e.issuer import Certificates
from e2e.stacks import Stack

PICTURES = REPOSITORY / "docs/images"


@pytest.fixture(scope="module")
def sites(
    folder: Path,
    aws: LocalAws,
    certificates: Certificates,
    ui_ports: tuple[int, int],
    api_key_stack: Stack,
    oidc_stack: Stack,
) -> Iterator[Path]:
    """The UI served once for each way to sign in; yields the file that tells the browser suite where."""
    trust = {"NODE_EXTRA_CA_CERTS": str(certificates.authority)}
    described: dict[str, object] = {
        "endpoint": aws.endpoint,
        "pictures": os.environ.get("PICTURES", str(folder / "pictures")),
    }
    with (
        ui.serve(ui_ports[0], api_key_stack.terraform.output_json(), folder / "ui-api-key") as api_key_url,
        ui.serve(ui_ports[1], oidc_stack.terraform.output_json(), folder / "ui-oidc", trust) as oidc_url,
    ):
        described["apiKey"] = {"url": api_key_url, "apiId": api_key_stack.outputs["appsync_api_id"]}
        described["oidc"] = {"url": oidc_url, "apiId": oidc_stack.outputs["appsync_api_id"]}
        file = folder / "browser.json"
        file.write_text(json.dumps(described))
        yield file


def test_the_ui_in_a_real_browser(sites: Path, capfd: pytest.CaptureFixture[str]) -> None:
    command = ["npx", "--no-install", "playwright", "test"]
    # What Playwright prints is shown as it comes: it names each of its tests.
    with capfd.disabled():
        print(flush=True)
        finished = subprocess.run(command, cwd=BROWSER, env=os.environ | {"BROWSER_STACK": str(sites)}, check=False)
    assert finished.returncode == 0, "see Playwright's own report above"


def test_the_public_appsync_client_reads_an_answer(
    aws: LocalAws, api_key_reader: Api, certificates: Certificates
) -> None:
    assert aws.tls_endpoint is not None
    encrypted = replace(api_key_reader, graphql_url=api_key_reader.graphql_url.replace(aws.endpoint, aws.tls_endpoint))
    pieces = amplify.ask(encrypted, certificates, "Does Amplify hear you?")
    assert [piece["sequence"] for piece in pieces] == list(range(len(pieces)))
    assert (pieces[0]["event"], pieces[-1]["event"]) == ("START", "END")
