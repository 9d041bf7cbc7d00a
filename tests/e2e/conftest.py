"""One local AWS and one OpenID provider for the whole run, and every profile of the deployment applied to it."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from demo.local_aws import LocalAws
from demo.terraform import REPOSITORY, Variables

from e2e.client import Api
from e2e.inventory import inventory
from e2e.issuer import CLIENT_ID, Certificates, Issuer
from e2e.profiles import profiles
from e2e.stacks import Fleet, Stack

ARTIFACTS = REPOSITORY / ".local/dist"
FOLDER = REPOSITORY / ".local/e2e"


@pytest.fixture(scope="session")
def folder() -> Path:
    """Where this run keeps its state and logs; the last run's are forgotten first."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    return FOLDER


@pytest.fixture(scope="session")
def certificates(folder: Path) -> Certificates:
    """An authority for this run, and one certificate of it for everything on this machine."""
    return Certificates.made(folder)


@pytest.fixture(scope="session")
def ui_ports() -> tuple[int, int]:
    """Two free ports for the UI, known early: the OpenID provider must name the page before it is served."""
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]


@pytest.fixture(scope="session")
def tokens(folder: Path, certificates: Certificates, ui_ports: tuple[int, int]) -> Iterator[Issuer]:
    """The OpenID provider."""
    issuer = Issuer(folder, certificates, [f"http://127.0.0.1:{ui_ports[1]}/"])
    yield issuer
    issuer.stop()


@pytest.fixture(scope="session")
def aws(folder: Path, certificates: Certificates) -> Iterator[LocalAws]:
    """Local AWS; it trusts the run's authority, as AppSync trusts public ones."""
    running = LocalAws(
        folder / "aws",
        tls=(certificates.certificate, certificates.key),
        environment={"SSL_CERT_FILE": str(certificates.authority)},
    )
    yield running
    running.stop()


@pytest.fixture(scope="session")
def variables(aws: LocalAws, tokens: Issuer) -> dict[str, Variables]:
    """The variables of every profile; what belongs to somebody else already exists."""
    return profiles(aws.endpoint, ARTIFACTS, tokens.issuer, CLIENT_ID)


@pytest.fixture(scope="session")
def resources_before(aws: LocalAws, variables: dict[str, Variables]) -> set[str]:
    """What the account holds before anything is deployed."""
    return inventory(aws.endpoint)


@pytest.fixture(scope="session")
def fleet(aws: LocalAws, folder: Path, variables: dict[str, Variables], resources_before: set[str]) -> Fleet:
    """Every profile, being applied."""
    return Fleet(aws.endpoint, folder / "terraform", variables)


@pytest.fixture(scope="session")
def api_key_stack(fleet: Fleet) -> Stack:
    """sample.tfvars, and one network of readers."""
    return fleet.stack("sample")


@pytest.fixture(scope="session")
def oidc_stack(fleet: Fleet) -> Stack:
    """People sign in."""
    return fleet.stack("oidc")


@pytest.fixture(scope="session")
def api_key_reader(api_key_stack: Stack) -> Api:
    """A browser that holds the API key."""
    outputs = api_key_stack.outputs
    return Api(outputs["graphql_url"], outputs["realtime_url"], {"x-api-key": outputs["api_key"]})


@pytest.fixture(scope="session")
def impatient_reader(fleet: Fleet) -> Api:
    """A browser of the stack whose time-outs are short."""
    outputs = fleet.stack("existing-vpc").outputs
    return Api(outputs["graphql_url"], outputs["realtime_url"], {"x-api-key": outputs["api_key"]})


@pytest.fixture(scope="session")
def oidc_subject() -> str:
    """Who the first signed-in reader is."""
    return "alice"


@pytest.fixture(scope="session")
def oidc_reader(oidc_stack: Stack, tokens: Issuer, oidc_subject: str) -> Api:
    """A browser somebody signed in to."""
    return _signed_in(oidc_stack, tokens.token(oidc_subject))


@pytest.fixture(scope="session")
def other_oidc_reader(oidc_stack: Stack, tokens: Issuer) -> Api:
    """Somebody else's."""
    return _signed_in(oidc_stack, tokens.token("mallory"))


def _signed_in(stack: Stack, token: str) -> Api:
    return Api(stack.outputs["graphql_url"], stack.outputs["realtime_url"], {"authorization": token})


@pytest.fixture(scope="session")
def limit(api_key_stack: Stack) -> int:
    """The longest question, in characters."""
    return api_key_stack.outputs["max_message_chars"]


@pytest.fixture
def faults(aws: LocalAws) -> Iterator[Faults]:
    """Arms faults; whatever a test armed is gone after it, and a fault that never applied fails the test."""
    armed = Faults(aws)
    yield armed
    armed.close()


class Faults:
    """The faults of one test."""

    def __init__(self, aws: LocalAws) -> None:
        """Nothing armed yet."""
        self._aws = aws

    def add(self, point: str, kind: str, **fault: Any) -> None:
        """Arms one: `match`, `skip`, `times`, and any parameter of the kind by name."""
        known = {name: fault.pop(name) for name in ("match", "skip", "times") if name in fault}
        self._aws.admin("POST", "faults", {"point": point, "kind": kind, **known, "parameters": fault})

    def close(self) -> None:
        """Disarms them all; a fault nobody met means that the test proved nothing."""
        met = self._aws.admin("GET", "faults")["faults"]
        self._aws.admin("DELETE", "faults")
        unmet = [fault for fault in met if not fault["taken"]]
        assert not unmet, f"armed but never met: {unmet}"


WHERE = {
    "bedrock.converse_stream": "$.requestMetadata.requestId",
    "appsync.http": "$.input.requestId",
    "appsync.message": "$.requestId",
    "sns.deliver": "$.requestId",
    "lambda.invoke": "$.Records[0].Sns.Message.requestId",
}
"""Where the id of a question stands in what passes each fault point."""


def of_question(point: str, request_id: str) -> dict[str, str]:
    """What a fault matches that is meant for one question."""
    return {WHERE[point]: request_id}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The lifecycle tests come last, since they end with a destroy; all else keeps its order."""
    items.sort(key=lambda item: item.path.stem == "test_lifecycle")
