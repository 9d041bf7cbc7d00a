//! Every way the model can fail, and what the reader is told. In all of them the reader is told, so Lambda sees a success.

use std::time::Duration;

use fakes::bedrock::{Answer, Step, finish, start};
use http::StatusCode;
use tokio::task::JoinSet;

use crate::harness::{WORDS, World, succeeded};

/// The shortest idle timeout the function accepts, so that silence does not take half a minute.
const IDLE_TIMEOUT_MS: &str = "1000";

struct Case {
    name: &'static str,
    answers: Vec<Answer>,
    /// Events the reader sees.
    shape: &'static str,
    /// Code of the error; empty for a complete answer.
    code: &'static str,
    /// How often the model is asked.
    asked: usize,
}

fn case(name: &'static str, answers: Vec<Answer>, shape: &'static str, code: &'static str, asked: usize) -> Case {
    Case { name, answers, shape, code, asked }
}

const COMPLETE: &str = "START DELTA END";
const FAILED: &str = "START ERROR ERROR";
const FAILED_LATE: &str = "START DELTA ERROR ERROR";

fn well() -> Answer {
    Answer::immediate(WORDS)
}

const TOO_LONG: &str = "The model returned the following errors: Input is too long for requested model.";

fn invalid(text: &'static str) -> Answer {
    Answer::ErrorSaying(StatusCode::BAD_REQUEST, "ValidationException", text)
}

fn throttled_for_today() -> Answer {
    let text = "Too many tokens per day, please wait before trying again.";
    Answer::ErrorSaying(StatusCode::TOO_MANY_REQUESTS, "ThrottlingException", text)
}

fn refused(status: StatusCode, error_type: &'static str) -> Answer {
    Answer::Error(status, error_type)
}

/// Text, and then this.
fn after_text(step: Step) -> Vec<Answer> {
    vec![Answer::Stream([start()].into_iter().chain(WORDS.map(|word| Step::Text(word.to_owned()))).chain([step]).collect())]
}

/// This instead of any text.
fn before_text(step: Step) -> Answer {
    Answer::Stream(vec![start(), step])
}

fn cases_before_the_stream() -> Vec<Case> {
    let throttled = || refused(StatusCode::TOO_MANY_REQUESTS, "ThrottlingException");
    let twice = |status, error_type| vec![refused(status, error_type), refused(status, error_type)];
    vec![
        case("throttled, then well", vec![throttled(), well()], COMPLETE, "", 2),
        case("throttled without end", (0..7).map(|_| throttled()).collect(), FAILED, "model_throttled", 7),
        case(
            "unavailable, then well",
            vec![refused(StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailableException"), well()],
            COMPLETE,
            "",
            2,
        ),
        case(
            "a server error, then well",
            vec![refused(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerException"), well()],
            COMPLETE,
            "",
            2,
        ),
        case(
            "not ready, then well",
            vec![refused(StatusCode::TOO_MANY_REQUESTS, "ModelNotReadyException"), well()],
            COMPLETE,
            "",
            2,
        ),
        case("a reset connection, then well", vec![Answer::Reset, well()], COMPLETE, "", 2),
        case("timed out twice", twice(StatusCode::REQUEST_TIMEOUT, "ModelTimeoutException"), FAILED, "model_timeout", 2),
        case("failed twice", twice(StatusCode::FAILED_DEPENDENCY, "ModelErrorException"), FAILED, "model_error", 2),
        case("denied", vec![refused(StatusCode::FORBIDDEN, "AccessDeniedException")], FAILED, "model_misconfigured", 1),
        case("not found", vec![refused(StatusCode::NOT_FOUND, "ResourceNotFoundException")], FAILED, "model_misconfigured", 1),
        case("too long", vec![invalid("Input is too long for requested model.")], FAILED, "model_rejected", 1),
        case("asked wrongly", vec![invalid("This model doesn't support system messages.")], FAILED, "model_misconfigured", 1),
        case("used up for today", vec![throttled_for_today()], FAILED, "quota_exhausted", 1),
        case(
            "used up for good",
            vec![refused(StatusCode::BAD_REQUEST, "ServiceQuotaExceededException")],
            FAILED,
            "quota_exhausted",
            1,
        ),
        case(
            "silent from the start",
            vec![Answer::Stream(vec![Step::Wait(Duration::from_hours(1))])],
            FAILED,
            "model_timeout",
            1,
        ),
    ]
}

fn cases_in_the_stream() -> Vec<Case> {
    let late = |name, exception, code| case(name, after_text(Step::Exception(exception)), FAILED_LATE, code, 1);
    let early = |exception| vec![before_text(Step::Exception(exception)), well()];
    vec![
        case("throttled before the first token, then well", early("throttlingException"), COMPLETE, "", 2),
        case("failed before the first token, then well", early("modelStreamErrorException"), COMPLETE, "", 2),
        late("throttled after text", "throttlingException", "model_throttled"),
        late("model error after text", "modelStreamErrorException", "model_error"),
        late("asked wrongly, after text", "validationException", "model_misconfigured"),
        case(
            "too long, after text",
            after_text(Step::ExceptionSaying("validationException", TOO_LONG)),
            FAILED_LATE,
            "model_rejected",
            1,
        ),
        late("server error after text", "internalServerException", "model_unavailable"),
        late("unavailable after text", "serviceUnavailableException", "model_unavailable"),
        late("an exception the SDK does not know", "modelTimeoutException", "model_error"),
        case("cut inside a frame after text", after_text(Step::CutMidFrame), FAILED_LATE, "model_interrupted", 1),
        case(
            "cut inside the first frame, twice",
            vec![before_text(Step::CutMidFrame), before_text(Step::CutMidFrame)],
            FAILED,
            "model_interrupted",
            2,
        ),
        case("a clean end without messageStop", after_text(Step::Wait(Duration::ZERO)), FAILED_LATE, "model_interrupted", 1),
        case("silence after text", after_text(Step::Silence), FAILED_LATE, "model_timeout", 1),
        case("an empty answer", vec![Answer::immediate(Vec::<String>::new())], FAILED, "empty_answer", 1),
    ]
}

#[tokio::test]
async fn failures_before_the_stream_are_tried_again_or_told() {
    run(cases_before_the_stream()).await;
}

#[tokio::test]
async fn failures_in_the_stream_are_told_with_the_text_that_came_before() {
    run(cases_in_the_stream()).await;
}

async fn run(cases: Vec<Case>) {
    let mut running = JoinSet::new();
    for case in cases {
        running.spawn(check(case));
    }
    while let Some(finished) = running.join_next().await {
        finished.expect("the case passed");
    }
}

async fn check(case: Case) {
    let mut world = World::start_with(&[("IDLE_TIMEOUT_MS", IDLE_TIMEOUT_MS)]).await;
    world.script(case.answers);
    let outcome = world.ask().await;
    assert!(succeeded(&outcome), "{}: {outcome:?}", case.name);
    let seen = world.seen();
    assert_eq!(seen.shape(), case.shape, "{}", case.name);
    assert_eq!(seen.error_code(), case.code, "{}", case.name);
    assert_eq!(world.bedrock.asked().len(), case.asked, "{}", case.name);
    if case.shape.contains("DELTA") {
        assert_eq!(seen.text(), WORDS.concat(), "{}", case.name);
    }
    let summary = world.function.logged(|line| line["message"] == "answer ended").await.expect("a summary");
    assert_eq!(summary["errorCode"].as_str().unwrap_or_default(), case.code, "{}: {summary}", case.name);
    world.finish().await;
}

#[tokio::test]
async fn the_models_reason_to_stop_reaches_the_reader_if_it_is_a_known_word() {
    let reasons = [
        ("end_turn", "end_turn"),
        ("max_tokens", "max_tokens"),
        ("stop_sequence", "stop_sequence"),
        ("guardrail_intervened", "guardrail_intervened"),
        ("content_filtered", "content_filtered"),
        // What others may write one day reaches neither a log nor a reader.
        ("a_reason_of_the_future", "unknown"),
    ];
    let mut world = World::start().await;
    for (reason, told) in reasons {
        world.appsync.forget();
        let steps = [start(), Step::Text(WORDS[0].to_owned())].into_iter().chain(finish(reason, 17)).collect();
        world.script([Answer::Stream(steps)]);
        let mut question = crate::harness::question();
        question["requestId"] = serde_json::json!(format!("5c6f1d0e-9a3b-4a51-8d1e-{:0>12}", reason.len()));
        let event = fakes::events::sns_event([question.to_string().as_str()]);
        let outcome = world.function.invoke(&event, crate::harness::TIMEOUT).await;
        assert!(succeeded(&outcome), "{reason}: {outcome:?}");
        let mutations = world.appsync.mutations();
        let end = &mutations.last().expect("mutations").input;
        assert_eq!((&end["event"], &end["stopReason"]), (&"END".into(), &told.into()));
        assert_eq!((&end["inputTokens"], &end["outputTokens"]), (&fakes::bedrock::INPUT_TOKENS.into(), &17.into()));
    }
    world.finish().await;
}

#[tokio::test]
async fn a_guardrail_that_stops_an_answer_before_its_first_word_is_told_as_such() {
    for reason in ["guardrail_intervened", "content_filtered", "max_tokens"] {
        let mut world = World::start().await;
        world.script([Answer::Stream([start()].into_iter().chain(finish(reason, 0)).collect())]);
        assert!(succeeded(&world.ask().await));
        let seen = world.seen();
        assert_eq!(seen.shape(), "START END", "{reason}");
        assert_eq!(seen.last().text("stopReason"), reason);
        world.finish().await;
    }
}
