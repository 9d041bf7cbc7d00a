"""Enhanced subscription filters and invalidation, set by the subscription's resolver."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.credentials import Credentials
from websockets.exceptions import ConnectionClosed

from appsync.support import DOCS, Api, allow, assume, new_api, publisher

FILTERING = DOCS + "aws-appsync-real-time-enhanced-filtering.html"
EXTENSIONS = DOCS + "extensions.html"
TRANSFORM = DOCS + "transformation-helpers-in-utils-transform-js.html"
INVALIDATION = DOCS + "aws-appsync-real-time-invalidation.html"


def subscribing(response: str) -> str:
    """A subscription resolver from the body of its response handler."""
    return (
        "import { util, extensions } from '@aws-appsync/utils';\n"
        "export function request() { return { payload: null }; }\n"
        f"export function response(ctx) {{ {response} return null; }}\n"
    )


def filtering(condition: Any) -> str:
    """A resolver that sets a filter made by toSubscriptionFilter."""
    return subscribing(
        f"extensions.setSubscriptionFilter(util.transform.toSubscriptionFilter({json.dumps(condition)}));"
    )


@pytest.fixture(scope="module")
def filtered(local: Any) -> Api:
    """An API whose subscription resolver each test sets."""
    return new_api(local)


@pytest.fixture(scope="module")
def filtered_sender(filtered: Api) -> Credentials:
    """Who may publish on it."""
    return publisher(filtered)


VALUES: dict[str, dict[str, Any]] = {
    "a1": {"owner": "anna", "sequence": 1, "tags": ["x", "y"]},
    "b5": {"owner": "bert", "sequence": 5, "tags": ["y"]},
    "n9": {"sequence": 9, "tags": []},
}


def reached(api: Api, sender: Credentials, code: str) -> list[str]:
    """Which of the published values a subscription with this resolver gets."""
    session, texts = str(uuid.uuid4()), []
    with api.socket() as socket:
        # A resolver runs once, at start: this one goes on serving the subscription that marks the end.
        api.resolver("Subscription.onSend", filtering({"session": {"eq": session}, "text": {"eq": "end"}}))
        last = socket.subscribe()
        api.resolver("Subscription.onSend", code)
        socket.subscribe(variables={"session": "an argument filters nothing once a filter is set"})
        for text, members in [*VALUES.items(), ("end", {"owner": "end", "sequence": 0})]:
            api.publish(sender, session=session, text=text, **members)
        while (message := socket.hear())["id"] != last:
            texts.append(message["payload"]["data"]["onSend"]["text"])
    return texts


@pytest.mark.documented(EXTENSIONS)
@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"owner": {"eq": "anna"}}, ["a1"]),
        ({"owner": {"ne": "anna"}}, ["b5", "n9"]),
        ({"sequence": {"le": 5}}, ["a1", "b5"]),
        ({"sequence": {"lt": 5}}, ["a1"]),
        ({"sequence": {"ge": 5}}, ["b5", "n9"]),
        ({"sequence": {"gt": 5}}, ["n9"]),
        ({"owner": {"contains": "er"}}, ["b5"]),
        ({"tags": {"contains": "x"}}, ["a1"]),
        ({"tags": {"notContains": "y"}}, ["n9"]),
        ({"owner": {"beginsWith": "an"}}, ["a1"]),
        ({"owner": {"eq": "Anna"}}, []),
        ({"sequence": {"in": [1, 9]}}, ["a1", "n9"]),
        ({"sequence": {"notIn": [1, 9]}}, ["b5"]),
        ({"sequence": {"between": [2, 9]}}, ["b5", "n9"]),
        ({"tags": {"containsAny": ["x", "q"]}}, ["a1"]),
        ({"sequence": {"ge": 1}, "owner": {"eq": "bert"}}, ["b5"]),
        ({"or": [{"owner": {"eq": "bert"}}, {"sequence": {"eq": 9}}]}, ["b5", "n9"]),
        ({"sequence": {"eq": 1, "gt": 5}}, ["a1", "n9"]),
        ({"a.b.c.d.e.f": {"eq": 1}, "owner": {"eq": "anna"}}, ["a1"]),
    ],
)
def test_an_operator_admits_what_it_should(
    filtered: Api, filtered_sender: Credentials, condition: Any, expected: list[str]
) -> None:
    assert reached(filtered, filtered_sender, filtering(condition)) == expected


@pytest.mark.documented(EXTENSIONS)
@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ({"owner": {"like": "a"}}, "operator like is not supported"),
        ({f"f{n}": {"eq": 1} for n in range(6)}, "at most 5 fields"),
        ({"owner": {"in": ["a"] * 6}}, "at most 5 values"),
        ({"tags": {"containsAny": ["a"] * 21}}, "at most 20 values"),
        ({"owner": {"eq": "a" * 257}}, "at most 256 characters"),
        ({"or": [{"owner": {"eq": str(n)}} for n in range(11)]}, "at most 10 filters"),
        ({"owner": {"in": ["a"] * 4}, "text": {"in": ["b"] * 3}}, "at most 10 filters"),
        ({"owner": {"eq": None}}, "no usable value"),
    ],
)
def test_a_filter_outside_the_limits_refuses_the_subscription(filtered: Api, condition: Any, reason: str) -> None:
    filtered.resolver("Subscription.onSend", filtering(condition))
    with filtered.socket() as socket:
        socket.start()
        message = socket.hear()
        assert message["type"] == "error"
        assert reason in message["payload"]["errors"][0]["message"]


@pytest.mark.documented(TRANSFORM)
def test_ignored_fields_and_strict_rules_shape_the_filter(filtered: Api, filtered_sender: Credentials) -> None:
    given = "{ owner: { eq: 'anna' }, sequence: { ge: 1 } }, ['owner'], { text: { eq: 'b5' }, owner: { eq: 'anna' } }"
    code = subscribing(f"extensions.setSubscriptionFilter(util.transform.toSubscriptionFilter({given}));")
    assert reached(filtered, filtered_sender, code) == ["a1", "b5"]


@pytest.mark.documented(DOCS + "security-authorization-use-cases.html")
@pytest.mark.parametrize(
    ("statement", "error_type", "message"),
    [
        ("util.unauthorized();", "Unauthorized", "Not Authorized to access onSend on type Subscription"),
        ("util.error('too short', 'BadRequest');", "BadRequest", "too short"),
    ],
)
def test_a_resolver_can_refuse_a_subscription(filtered: Api, statement: str, error_type: str, message: str) -> None:
    filtered.resolver("Subscription.onSend", subscribing(statement))
    with filtered.socket() as socket:
        identifier = socket.start()
        expected = {"errors": [{"errorType": error_type, "message": message}]}
        assert socket.hear() == {"type": "error", "id": identifier, "payload": expected}


@pytest.mark.documented(DOCS + "extensions-js.html")
def test_filters_are_set_in_subscriptions_only(filtered: Api) -> None:
    filtered.resolver("Query.note", filtering({"owner": {"eq": "a"}}))
    assert "can only be set in a subscription" in filtered.ask("{ note { text } }").error["message"]


@pytest.mark.documented(DOCS + "extensions-js.html")
@pytest.mark.parametrize(("calls", "refused"), [(5, False), (6, True)])
def test_a_request_invalidates_at_most_five_times(filtered: Api, calls: int, refused: bool) -> None:
    again = "extensions.invalidateSubscriptions({ subscriptionField: 'onSend', payload: {} }); " * calls
    filtered.resolver("Mutation.kick", subscribing(again))
    answer = filtered.sign('mutation { kick(session: "s") { text } }', assume(filtered.local, allow("*")))
    assert ("errors" in answer.body) == refused


@pytest.mark.documented(INVALIDATION)
def test_an_invalidated_subscriber_is_told_and_disconnected(make_api: Callable[..., Api]) -> None:
    api = make_api()
    api.resolver(
        "Subscription.onSend",
        subscribing(
            "extensions.setSubscriptionInvalidationFilter("
            "util.transform.toSubscriptionFilter({ session: { eq: ctx.args.session } }));"
        ),
    )
    api.resolver(
        "Mutation.kick",
        "import { extensions } from '@aws-appsync/utils';\n"
        "export function request(ctx) { return { payload: { session: ctx.args.session, text: 'kicked' } }; }\n"
        "export function response(ctx) {\n"
        "  const payload = { session: ctx.args.session };\n"
        "  extensions.invalidateSubscriptions({ subscriptionField: 'onSend', payload });\n"
        "  return ctx.result;\n}\n",
    )
    admin = assume(api.local, allow(f"{api.arn}/*"))
    with api.socket() as kicked, api.socket() as kept:
        first = kicked.subscribe(variables={"session": "one"})
        kept.subscribe(variables={"session": "two"})
        answer = api.sign('mutation { kick(session: "one") { session text } }', admin)
        assert answer.body == {"data": {"kick": {"session": "one", "text": "kicked"}}}
        message = kicked.hear()
        assert (message["id"], message["payload"]["errors"][0]["message"]) == (first, "Subscription complete.")
        with pytest.raises(ConnectionClosed):
            kicked.hear()
        api.publish(admin, session="two")
        assert kept.sent()["session"] == "two"
