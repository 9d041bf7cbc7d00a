"""The terminal client against the deployed stack: what it prints, and the exit code a script acts on."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from demo.terraform import REPOSITORY

from e2e.conftest import Faults
from e2e.issuer import Issuer
from e2e.stacks import Stack

QUESTION = "What happens between my question and the first word?"
CONVERSATIONS = "20"

Ask = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def program() -> Path:
    """The built client."""
    command = ["cargo", "build", "--package", "ask", "--message-format=json-render-diagnostics"]
    built = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
    messages = [json.loads(line) for line in built.splitlines()]
    return Path(next(message["executable"] for message in messages if message.get("executable")))


@pytest.fixture(scope="session")
def ask(program: Path, api_key_stack: Stack, folder: Path) -> Ask:
    """Runs the client with the configuration a UI of the API-key stack has."""
    config = _config(folder / "ask-api-key.json", api_key_stack.outputs)
    return lambda *arguments: _run([program, "--config", config, *arguments])


@pytest.fixture(scope="session")
def ask_signed_in(program: Path, oidc_stack: Stack, folder: Path) -> Ask:
    """The same for the OIDC stack; the token comes in a file."""
    config = _config(folder / "ask-oidc.json", oidc_stack.outputs)
    file = folder / "ask-token"

    def run(token: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        file.write_text(token)
        return _run([program, "--config", config, "--token-file", file, *arguments])

    return run


def test_the_answer_is_on_standard_output_and_its_figures_are_not(ask: Ask) -> None:
    done = ask(QUESTION)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout) > 200
    assert "#END_STREAM#" not in done.stdout
    for figure in ("first text", "complete", "tokens in", "end_turn"):
        assert figure in done.stderr


def test_a_token_opens_the_oidc_stack_and_a_wrong_one_does_not(ask_signed_in: Ask, tokens: Issuer) -> None:
    done = ask_signed_in(tokens.token("alice"), QUESTION)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout) > 200
    for flaw in ("signature", "expired", "audience"):
        refused = ask_signed_in(tokens.flawed(flaw), QUESTION)
        assert (refused.returncode, refused.stdout) == (7, ""), (flaw, refused.stderr)


def test_a_refused_question_names_each_rule_it_breaks(ask: Ask) -> None:
    done = ask("--locale", "tlh", "--json", " ")
    assert done.returncode == 3, done.stderr
    outcome = json.loads(done.stdout.splitlines()[-1])
    assert {violation["field"] for violation in outcome["violations"]} == {"message", "locale"}


def test_many_conversations_at_once_are_each_complete_and_in_order(ask: Ask) -> None:
    done = ask("--repeat", CONVERSATIONS, "--concurrency", CONVERSATIONS, "--strict", QUESTION)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{CONVERSATIONS} of {CONVERSATIONS} conversations answered" in done.stdout


@pytest.mark.parametrize(
    ("kind", "fault", "code", "said"),
    [
        ("drop", {"match": {"$.event": "DELTA"}, "skip": 2}, 8, "missing sequence 3"),
        ("reorder", {"match": {"$.event": "DELTA"}, "skip": 2}, 0, "1 out of order"),
        ("repeat", {"match": {"$.event": "DELTA"}, "skip": 2}, 0, "1 repeated"),
        ("cut", {"match": {"$.event": "DELTA"}, "skip": 2}, 6, "closed the connection (1001)"),
        ("drop", {"match": {"$.event": "END"}}, 5, "no end of the answer within 10 s"),
    ],
)
def test_each_fault_of_delivery_is_told(
    ask: Ask, faults: Faults, kind: str, fault: dict[str, Any], code: int, said: str
) -> None:
    faults.add("appsync.message", kind, **fault)
    done = ask("--gap-wait", "1", "--timeout", "10", QUESTION)
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr


def test_an_error_of_the_model_is_told_by_its_code(ask: Ask, faults: Faults) -> None:
    message = "Input is too long for requested model."
    faults.add("bedrock.converse_stream", "error", code="ValidationException", message=message)
    done = ask(QUESTION)
    assert done.returncode == 4, done.stderr
    assert "model_rejected" in done.stderr
    assert done.stdout == ""


def _config(file: Path, outputs: dict[str, Any]) -> Path:
    """What `make ui-config` writes, as far as the client reads it."""
    if outputs["client_auth"] == "OIDC":
        auth = {"mode": "OIDC", "issuer": outputs["oidc_issuer"], "clientId": outputs["oidc_client_id"]}
    else:
        auth = {"mode": "API_KEY", "apiKey": outputs["api_key"]}
    file.write_text(
        json.dumps({"graphqlUrl": outputs["graphql_url"], "realtimeUrl": outputs["realtime_url"], "auth": auth})
    )
    return file


def _run(command: list[Any]) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ASK_")}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240, check=False)
