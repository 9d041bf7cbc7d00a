"""Readers of a PRIVATE API: the way from their network is walked, and the endpoint's policy is asked."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable

import pytest
from authorization.support import allow, document
from conftest import Local, wait_until
from websockets.exceptions import InvalidStatus

from appsync.support import Api, Entrance, assume
from appsync.support import allow as allow_api

PRIVATE = "https://docs.aws.amazon.com/appsync/latest/devguide/using-private-apis.html"
ASK = {"query": "{ plain }"}


def reaches(api: Api, seconds: float = 5) -> bool:
    """Whether a reader is answered at all."""
    request = urllib.request.Request(api.url, b'{"query":"{ plain }"}', {"x-api-key": api.key})
    try:
        with urllib.request.urlopen(request, timeout=seconds):
            return True
    except urllib.error.HTTPError:
        return True
    except (TimeoutError, urllib.error.URLError):
        return False


@pytest.mark.documented(PRIVATE)
def test_a_private_api_answers_readers_through_an_endpoint_only(
    local: Local, make_api: Callable[..., Api], entrance: Callable[..., Entrance]
) -> None:
    api = make_api(visibility="PRIVATE")
    assert not reaches(api, 0.3)
    missing = "no route from the readers' network to a PRIVATE API: its name leads to no endpoint"
    wait_until(lambda: missing in local.log.read_text())
    assert any(each.get("missing") == missing for each in local.admin("GET", "/_local/decisions")["decisions"])
    way = entrance()
    assert reaches(api)
    with api.socket():
        pass
    way.ec2.revoke_security_group_ingress(GroupId=way.group, IpPermissions=way.rule)
    assert not reaches(api, 0.3)
    with pytest.raises(TimeoutError), api.raw_socket(seconds=0.3):
        pass
    assert f"{way.group} of {way.endpoint} does not admit it on 443" in local.log.read_text()


def test_readers_stand_where_the_operator_says(
    local: Local, make_api: Callable[..., Api], entrance: Callable[..., Entrance]
) -> None:
    api = make_api(visibility="PRIVATE")
    entrance(network="172.16.0.0/16")
    assert not reaches(api, 0.3)
    try:
        local.admin("POST", "/_local/readers", {"cidr_block": "172.16.4.0/22"})
        assert local.admin("GET", "/_local/health")["readers"] == "172.16.4.0/22"
        assert reaches(api)
    finally:
        local.admin("POST", "/_local/readers", {"cidr_block": "10.20.0.0/16"})
    for wrong in ({"cidr_block": "10.20.0.1/16"}, {"cidr": "10.0.0.0/8"}):
        with pytest.raises(urllib.error.HTTPError) as refused:
            local.admin("POST", "/_local/readers", wrong)
        assert b"readers are declared as" in refused.value.read()


@pytest.mark.documented(PRIVATE)
def test_the_endpoints_policy_admits_readers_to_the_apis_it_names(
    make_api: Callable[..., Api], entrance: Callable[..., Entrance]
) -> None:
    api, other = make_api(visibility="PRIVATE"), make_api(visibility="PRIVATE")
    named = [api.arn, f"{api.arn}/*"]
    entrance(PolicyDocument=document({**allow("appsync:GraphQL", Principal="*"), "Resource": named}))
    assert api.ask(ASK).status == 200
    answer = other.ask(ASK)
    assert (answer.status, answer.error["errorType"]) == (403, "AccessDeniedException")
    assert answer.error["message"].endswith("because no VPC endpoint policy allows the appsync:GraphQL action")
    with pytest.raises(InvalidStatus) as refused, other.raw_socket():
        pass
    assert refused.value.response.status_code == 403


@pytest.mark.documented(PRIVATE)
def test_a_policy_that_names_iam_principals_shuts_readers_out_and_lets_signers_in(
    local: Local, make_api: Callable[..., Api], entrance: Callable[..., Entrance]
) -> None:
    api = make_api(visibility="PRIVATE")
    here = {"StringEquals": {"aws:PrincipalAccount": "123456789012"}}
    entrance(PolicyDocument=document({**allow("appsync:GraphQL", Principal="*"), "Condition": here}))
    assert api.ask(ASK).status == 403
    signer = assume(local, allow_api(f"{api.arn}/*"))
    assert api.publish(signer, session="s").status == 200


def test_a_global_api_needs_no_way(make_api: Callable[..., Api]) -> None:
    assert make_api().ask(ASK).status == 200
