//! What becomes of a question when SNS misbehaves: never a half-null result, never an internal told to the caller.

use fakes::events::RESOLVER_REQUEST_ID;
use fakes::sns::Fault;
use http::StatusCode;
use serde_json::Value;

use crate::harness::{World, question};

struct Case {
    name: &'static str,
    faults: Vec<Fault>,
    /// Whether the caller is acknowledged; otherwise told that the service is unavailable.
    taken: bool,
    /// Requests SNS sees for the one question.
    requests: u64,
    /// Level of the line the function logs about it.
    level: &'static str,
}

fn cases() -> Vec<Case> {
    let error = |status: StatusCode, code| Fault::Error(status, code);
    let internal = || error(StatusCode::INTERNAL_SERVER_ERROR, "InternalError");
    let case = |name, faults, taken, requests, level| Case { name, faults, taken, requests, level };
    vec![
        case("a server error, then well", vec![internal()], true, 2, "INFO"),
        case("throttled, then well", vec![error(StatusCode::BAD_REQUEST, "Throttling")], true, 2, "INFO"),
        case("a reset connection, then well", vec![Fault::Reset], true, 2, "INFO"),
        case("server errors without end", vec![internal(), internal(), internal()], false, 3, "ERROR"),
        case("permission denied", vec![error(StatusCode::FORBIDDEN, "AuthorizationError")], false, 1, "ERROR"),
        case("no such topic", vec![error(StatusCode::NOT_FOUND, "NotFound")], false, 1, "ERROR"),
        case("silence", vec![Fault::Silence, Fault::Silence, Fault::Silence], false, 3, "ERROR"),
    ]
}

#[tokio::test]
async fn a_caller_learns_whether_the_question_was_taken_and_nothing_else() {
    for case in cases() {
        let mut world = World::start().await;
        world.sns.fail_next(case.faults);
        let response = world.ask(&question()).await;
        if case.taken {
            assert_eq!(response["messages"][0]["content"], "success", "{}", case.name);
            assert_eq!(response.get("error"), None, "{}", case.name);
        } else {
            assert_eq!(response["error"]["type"], "ServiceUnavailable", "{}", case.name);
            assert_no_internals(&response, case.name);
        }
        assert_eq!(world.sns.requests(), case.requests, "{}", case.name);
        assert_eq!(world.sns.published().len(), usize::from(case.taken), "{}", case.name);
        let line =
            world.function.logged(|line| line["span"]["requestId"] == RESOLVER_REQUEST_ID && line["level"] == case.level).await;
        assert!(line.is_some(), "{}: no {} line\n{}", case.name, case.level, world.function.output());
        world.finish().await;
    }
}

/// The caller's message names no service, code, host or status.
fn assert_no_internals(response: &Value, case: &str) {
    let told = response.to_string();
    for internal in ["SNS", "sns", "arn:", "InternalError", "AuthorizationError", "NotFound", "localhost", "403", "500"] {
        assert!(!told.contains(internal), "{case}: {told} holds {internal}");
    }
}

#[tokio::test]
async fn a_connection_that_died_while_frozen_costs_no_question() {
    let mut world = World::start().await;
    world.ask(&question()).await;
    world.sns.server().reset_connections();
    let response = world.ask(&question()).await;
    assert_eq!(response["messages"][0]["content"], "success");
    assert_eq!(world.sns.published().len(), 2);
    world.finish().await;
}

#[tokio::test]
async fn a_warm_function_keeps_the_connection_it_opened_during_init() {
    let mut world = World::start().await;
    assert_eq!(world.sns.server().connections(), 1, "opened during init");
    for _ in 0..5 {
        world.ask(&question()).await;
    }
    assert_eq!(world.sns.server().connections(), 1);
    world.finish().await;
}
