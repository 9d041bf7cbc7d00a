"""An API that most of these tests can share: every test uses sessions of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.credentials import Credentials
from conftest import Local

from appsync.issuer import IDENTITY, Issuer, running
from appsync.support import Api, Entrance, new_api, publisher


@pytest.fixture(scope="session")
def api(local: Local) -> Api:
    """An API-key API whose mutation `send` only IAM may call."""
    return new_api(local)


@pytest.fixture(scope="session")
def sender(api: Api) -> Credentials:
    """Credentials of the role that may publish on `api`."""
    return publisher(api)


@pytest.fixture
def make_api(local: Local) -> Iterator[Callable[..., Api]]:
    """Makes APIs of their own configuration; they are deleted at the end."""
    made: list[Api] = []

    def make(*args: Any, **settings: Any) -> Api:
        made.append(new_api(local, *args, **settings))
        return made[-1]

    yield make
    for each in made:
        local.client("appsync").delete_graphql_api(apiId=each.api_id)


@pytest.fixture
def entrance(local: Local) -> Iterator[Callable[..., Entrance]]:
    """Makes ways in; they are gone after the test."""
    made: list[Entrance] = []

    def make(**options: Any) -> Entrance:
        made.append(Entrance(local, **options))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    """An OpenID provider."""
    with running() as provider:
        yield provider


@pytest.fixture
def make_oidc(make_api: Callable[..., Api], issuer: Issuer) -> Callable[..., Api]:
    """Makes an API whose readers show tokens; `config` changes its OpenID configuration."""

    def make(additional: list[Any] | None = None, **config: Any) -> Api:
        api = make_api(
            authenticationType="OPENID_CONNECT",
            openIDConnectConfig={"issuer": issuer.url, "clientId": "app-1|app-2", **config},
            additionalAuthenticationProviders=[{"authenticationType": "AWS_IAM"}] if additional is None else additional,
        )
        api.resolver("Query.ask", IDENTITY)
        return api

    return make
