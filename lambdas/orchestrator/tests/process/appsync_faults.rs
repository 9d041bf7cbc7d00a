//! Every way AppSync can fail. Told readers are a success for Lambda; a reader who could not be told makes the invocation fail, so
//! that the question lands in the dead letter.

use std::time::Duration;

use fakes::appsync::Outcome;
use fakes::bedrock::Answer;
use http::StatusCode;
use tokio::task::JoinSet;

use crate::harness::{TIMEOUT, WORDS, World, failed_with, succeeded};

/// Longer than the five seconds before its end in which an answer is ended.
const SHORT: Duration = Duration::from_secs(8);

struct Case {
    name: &'static str,
    /// What the first mutations meet; START is the first.
    outcomes: Vec<Outcome>,
    /// What all later ones meet.
    usually: Outcome,
    /// Events the reader sees.
    shape: &'static str,
    /// Kind of the failed invocation; absent where Lambda sees a success.
    error_type: Option<&'static str>,
}

const COMPLETE: &str = "START DELTA END";
const REFUSED: &str = "START ERROR ERROR";
const NOT_TOLD: Option<&str> = Some("ReaderNotTold");

fn status(status: StatusCode) -> Outcome {
    Outcome::Status(status, "ScriptedException")
}

/// The start passes, the first text meets this, and everything later passes.
fn on_text(name: &'static str, outcome: Outcome, shape: &'static str) -> Case {
    Case { name, outcomes: vec![Outcome::Deliver, outcome], usually: Outcome::Deliver, shape, error_type: None }
}

/// Everything meets this.
fn always(name: &'static str, outcome: Outcome) -> Case {
    Case { name, outcomes: vec![], usually: outcome, shape: "", error_type: NOT_TOLD }
}

fn cases() -> Vec<Case> {
    vec![
        on_text("500, then well", status(StatusCode::INTERNAL_SERVER_ERROR), COMPLETE),
        on_text("503, then well", status(StatusCode::SERVICE_UNAVAILABLE), COMPLETE),
        on_text("429, then well", status(StatusCode::TOO_MANY_REQUESTS), COMPLETE),
        on_text("throttled with status 200, then well", Outcome::Errors("ThrottlingException"), COMPLETE),
        on_text("a reset connection, then well", Outcome::Reset, COMPLETE),
        on_text("a lost response, then well", Outcome::DeliverAndReset, COMPLETE),
        on_text("ten seconds late", Outcome::DeliverAfter(Duration::from_secs(10)), COMPLETE),
        on_text("no answer, then well", Outcome::Silence, COMPLETE),
        on_text("refused with status 200 and errors", Outcome::Errors("Unauthorized"), REFUSED),
        on_text("refused with 401", status(StatusCode::UNAUTHORIZED), REFUSED),
        on_text("refused with 400", status(StatusCode::BAD_REQUEST), REFUSED),
        Case {
            name: "500 for the start, then well",
            outcomes: vec![status(StatusCode::INTERNAL_SERVER_ERROR)],
            usually: Outcome::Deliver,
            shape: COMPLETE,
            error_type: None,
        },
        Case {
            name: "ten seconds late with the start",
            outcomes: vec![Outcome::DeliverAfter(Duration::from_secs(10))],
            usually: Outcome::Deliver,
            shape: COMPLETE,
            error_type: None,
        },
        Case {
            name: "the end refused",
            outcomes: vec![Outcome::Deliver, Outcome::Deliver, Outcome::Errors("Unauthorized")],
            usually: Outcome::Deliver,
            shape: "START DELTA ERROR ERROR",
            error_type: None,
        },
        Case {
            name: "gone after the start",
            outcomes: vec![Outcome::Deliver],
            usually: Outcome::Reset,
            shape: "START",
            error_type: NOT_TOLD,
        },
        always("401 for everything", status(StatusCode::UNAUTHORIZED)),
        always("errors for everything", Outcome::Errors("Unauthorized")),
        always("500 for everything", status(StatusCode::INTERNAL_SERVER_ERROR)),
        always("every connection reset", Outcome::Reset),
    ]
}

#[tokio::test]
async fn a_reader_gets_the_whole_answer_or_an_error_or_the_question_is_kept() {
    let mut running = JoinSet::new();
    for case in cases() {
        running.spawn(check(case));
    }
    while let Some(finished) = running.join_next().await {
        finished.expect("the case passed");
    }
}

async fn check(case: Case) {
    let mut world = World::start().await;
    world.appsync.script(case.outcomes);
    world.appsync.usually(case.usually);
    // One chunk of text, so that the third mutation is the end.
    world.script([Answer::immediate([WORDS.concat()])]);
    // AppSync is tried again as long as there is time: where it stays away, that is not two minutes here.
    let timeout = if case.error_type.is_some() { SHORT } else { TIMEOUT };
    let outcome = world.ask_within(timeout).await;
    match case.error_type {
        None => assert!(succeeded(&outcome), "{}: {outcome:?}", case.name),
        kind => assert_eq!(failed_with(&outcome), kind, "{}: {outcome:?}", case.name),
    }
    let seen = world.seen();
    assert_eq!(seen.shape(), case.shape, "{}", case.name);
    if case.shape.contains("ERROR") {
        assert_eq!(seen.error_code(), "delivery_failed", "{}", case.name);
    }
    if case.shape == COMPLETE {
        assert_eq!(seen.text(), WORDS.concat(), "{}", case.name);
    }
    let summary = world.function.logged(|line| line["message"] == "answer ended").await.expect("a summary");
    assert_eq!(summary["told"], case.error_type.is_none(), "{}: {summary}", case.name);
    world.finish().await;
}

#[tokio::test]
async fn a_repeated_mutation_keeps_its_sequence_and_is_signed_anew() {
    let mut world = World::start().await;
    // Five pauses are longer than a second together, and a signature's date has seconds.
    world.appsync.script(vec![status(StatusCode::INTERNAL_SERVER_ERROR); 5]);
    world.script([Answer::immediate(WORDS)]);
    assert!(succeeded(&world.ask().await));
    let mutations = world.appsync.mutations();
    let tries: Vec<_> = mutations.iter().filter(|mutation| mutation.input["sequence"] == 0).collect();
    assert_eq!(tries.len(), 6);
    assert!(tries.iter().all(|one| one.input == tries[0].input), "each try sends the same piece");
    assert_ne!(tries[0].authorization, tries[5].authorization, "each try has its own signature");
    world.finish().await;
}

#[tokio::test]
async fn connections_that_died_while_frozen_cost_no_question() {
    let mut world = World::start().await;
    world.script([Answer::immediate(WORDS), Answer::immediate(WORDS)]);
    assert!(succeeded(&world.ask().await));
    world.appsync.forget();
    world.appsync.server().reset_connections();
    world.bedrock.server().reset_connections();
    // Another question: the same one would be taken for a repeated delivery.
    let mut question = crate::harness::question();
    let other = "00000000-0000-4000-8000-000000000002";
    question["requestId"] = other.into();
    let event = fakes::events::sns_event([question.to_string().as_str()]);
    let outcome = world.function.invoke(&event, crate::harness::TIMEOUT).await;
    assert!(succeeded(&outcome), "{outcome:?}");
    let seen = crate::reader::Seen::by_request(&world.appsync.mutations(), other);
    assert_eq!((seen.shape().as_str(), seen.text()), (COMPLETE, WORDS.concat()));
    world.finish().await;
}

/// An outage does not cost the rest of an answer that has time left.
#[tokio::test]
async fn an_appsync_that_was_away_gets_the_whole_answer_when_it_is_back() {
    let mut running = JoinSet::new();
    running.spawn(check_away(status(StatusCode::SERVICE_UNAVAILABLE), Duration::from_secs(10)));
    running.spawn(check_away(Outcome::Reset, Duration::from_secs(40)));
    while let Some(finished) = running.join_next().await {
        finished.expect("the case passed");
    }
}

async fn check_away(away: Outcome, time: Duration) {
    let mut world = World::start().await;
    let tokens: Vec<_> = (0..40).map(|index| format!("token-{index:04}-do-not-log ")).collect();
    world.script([Answer::paced(tokens.clone(), Duration::from_millis(250), Duration::from_millis(25))]);
    world.appsync.script([Outcome::Deliver, Outcome::Deliver]);
    world.appsync.usually(away);
    let appsync = &world.appsync;
    let back = async {
        tokio::time::sleep(time).await;
        appsync.usually(Outcome::Deliver);
    };
    let event = fakes::events::sns_event([crate::harness::question().to_string().as_str()]);
    let (outcome, ()) = tokio::join!(world.function.invoke(&event, TIMEOUT), back);
    assert!(succeeded(&outcome), "{outcome:?}");
    let seen = world.seen();
    assert_eq!((seen.shape().as_str(), seen.text()), (COMPLETE, tokens.concat()));
    world.finish().await;
}
