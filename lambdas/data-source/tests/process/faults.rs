//! What becomes of a question when SNS misbehaves: never a half-null result, never an internal told to the caller.

use std::time::Duration;

use data_source::topic::IDLE;
use fakes::aws::Latency;
use fakes::events::RESOLVER_REQUEST_ID;
use fakes::runtime_api::Outcome;
use fakes::sns::Fault;
use http::StatusCode;
use serde_json::Value;

use crate::harness::{TIMEOUT, World, launch, question, services};

struct Case {
    name: &'static str,
    faults: Vec<Fault>,
    /// The error the caller is told; empty where the question is acknowledged.
    error: &'static str,
    /// Requests SNS sees for the one question.
    requests: u64,
    /// Level of the line the function logs about it.
    level: &'static str,
}

fn cases() -> Vec<Case> {
    let error = |status: StatusCode, code| Fault::Error(status, code);
    let internal = || error(StatusCode::INTERNAL_SERVER_ERROR, "InternalError");
    let throttled = || error(StatusCode::BAD_REQUEST, "Throttling");
    let case = |name, faults, error, requests, level| Case { name, faults, error, requests, level };
    vec![
        case("a server error, then well", vec![internal()], "", 2, "INFO"),
        case("throttled, then well", vec![error(StatusCode::BAD_REQUEST, "Throttling")], "", 2, "INFO"),
        case("throttled without end", vec![throttled(), throttled(), throttled()], "Busy", 3, "ERROR"),
        // From here on it may have been taken: asking SNS again might answer the question twice.
        case("a connection that is reset instead of an answer", vec![Fault::Reset], "OutcomeUnknown", 1, "ERROR"),
        case("silence", vec![Fault::Silence], "OutcomeUnknown", 1, "ERROR"),
        case("server errors without end", vec![internal(), internal(), internal()], "ServiceUnavailable", 3, "ERROR"),
        case("permission denied", vec![error(StatusCode::FORBIDDEN, "AuthorizationError")], "ServiceUnavailable", 1, "ERROR"),
        case("no such topic", vec![error(StatusCode::NOT_FOUND, "NotFound")], "ServiceUnavailable", 1, "ERROR"),
    ]
}

#[tokio::test]
async fn a_caller_learns_whether_the_question_was_taken_and_nothing_else() {
    for case in cases() {
        let mut world = World::start().await;
        world.sns.fail_next(case.faults);
        let response = world.ask(&question()).await;
        if case.error.is_empty() {
            assert_eq!(response["messages"][0]["content"], "success", "{}", case.name);
            assert_eq!(response.get("error"), None, "{}", case.name);
        } else {
            assert_eq!(response["error"]["type"], case.error, "{}", case.name);
            assert_no_internals(&response, case.name);
        }
        assert_eq!(world.sns.requests(), case.requests, "{}", case.name);
        assert_eq!(world.sns.published().len(), usize::from(case.error.is_empty()), "{}", case.name);
        let line =
            world.function.logged(|line| line["span"]["requestId"] == RESOLVER_REQUEST_ID && line["level"] == case.level).await;
        assert!(line.is_some(), "{}: no {} line\n{}", case.name, case.level, world.function.output());
        world.finish().await;
    }
}

/// SNS takes the question after 2.5 s, when an impatient function would long have sent it again.
#[tokio::test]
async fn a_slow_topic_gets_the_question_once() {
    let mut world = World::start_with(Latency::Fixed(Duration::from_millis(2_500))).await;
    let response = world.ask(&question()).await;
    assert_eq!(response["messages"][0]["content"], "success");
    assert_eq!((world.sns.requests(), world.sns.published().len()), (1, 1));
    world.finish().await;
}

#[tokio::test]
async fn a_topic_that_is_not_there_took_nothing() {
    let (authority, nowhere) = services().await;
    let mut function = launch(&authority, &nowhere).start().await;
    function.ready().await.expect("init succeeds");
    drop(nowhere);
    let outcome = function.invoke(&fakes::events::resolver_payload(&question()), TIMEOUT).await;
    let Outcome::Success(response) = outcome else { panic!("{outcome:?}") };
    assert_eq!(response["error"]["type"], "ServiceUnavailable");
    let line = function.logged(|line| line["level"] == "ERROR").await.expect("a line");
    assert_eq!(line["reason"], "unreachable: connection refused");
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

/// What a frozen sandbox cannot see coming: the connection looks open, and whether the question was taken would stay unknown.
#[tokio::test]
async fn a_connection_that_was_silent_is_not_trusted_with_a_question() {
    let mut world = World::start().await;
    world.ask(&question()).await;
    tokio::time::sleep(IDLE + Duration::from_millis(100)).await;
    world.sns.server().forget_connections();
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
