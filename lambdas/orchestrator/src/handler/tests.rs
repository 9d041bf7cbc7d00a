use std::sync::Arc;

use chat::{Error, ErrorCode, Piece, Question, StopReason};
use lambda_runtime::{Context, LambdaEvent};
use platform::clock;
use serde_json::json;
use serde_json::value::{RawValue, to_raw_value};

use super::{Handler, NOT_AN_SNS_EVENT, QUESTION_UNREADABLE, READER_NOT_TOLD};
use crate::answer::scripted::{Recorder, Script, Scripted, question, stop, text};
use crate::answer::sink::{AnswerSink, Published};
use crate::answer::source::{AnswerSource, AnswerStream, ModelEvent};
use crate::config::Config;

fn config() -> Config {
    let lookup = |name: &str| {
        let value = match name {
            "APPSYNC_GRAPHQL_URL" => "https://api.example.com/graphql",
            "AWS_REGION" => "eu-west-1",
            "FUNCTION_TIMEOUT_SECONDS" => "120",
            _ => "set",
        };
        let needed =
            ["APPSYNC_GRAPHQL_URL", "MODEL_ID", "LOG_SALT", "AWS_LAMBDA_FUNCTION_NAME", "AWS_REGION", "FUNCTION_TIMEOUT_SECONDS"];
        needed.contains(&name).then(|| value.to_owned())
    };
    Config::read(&lookup).unwrap()
}

/// An SNS event with these messages.
fn event(messages: &[String]) -> LambdaEvent<Box<RawValue>> {
    let records: Vec<_> = messages.iter().map(|message| json!({"Sns": {"MessageId": "m-1", "Message": message}})).collect();
    let mut context = Context::default();
    context.deadline = clock::epoch_ms() + 120_000;
    LambdaEvent::new(to_raw_value(&json!({"Records": records})).unwrap(), context)
}

fn complete_answer(words: &str) -> Vec<Scripted> {
    [text(5, words)].into_iter().chain(stop(StopReason::EndTurn)).collect()
}

fn taken(_: &Piece<'_>) -> (u64, bool) {
    (30, true)
}

#[tokio::test(start_paused = true)]
async fn a_question_is_answered() {
    let (source, sink) = (Script::new([Ok(complete_answer("Yes"))]), Recorder::new(taken));
    assert_eq!(Handler::new(Arc::clone(&source), &sink, &config()).handle(event(&[question().to_json()])).await, Ok(()));
    assert_eq!(sink.kinds(), ["start", "Yes", "end end_turn"]);
}

#[tokio::test(start_paused = true)]
async fn an_unreadable_record_reaches_the_dead_letter_and_does_not_stop_its_siblings() {
    let (source, sink) = (Script::new([Ok(complete_answer("Yes"))]), Recorder::new(taken));
    let messages = ["{\"message\": \"half a question\"}".to_owned(), question().to_json()];
    let outcome = Handler::new(Arc::clone(&source), &sink, &config()).handle(event(&messages)).await;
    assert_eq!(outcome, Err(QUESTION_UNREADABLE));
    assert_eq!(sink.kinds(), ["start", "Yes", "end end_turn"]);
}

/// As after an update of one function and before that of the other.
#[tokio::test(start_paused = true)]
async fn the_reader_of_an_unreadable_question_is_told_where_known() {
    let (source, sink) = (Script::new([]), Recorder::new(taken));
    let later = question().to_json().replace("\"Why?\"", "[\"Why?\"]");
    let outcome = Handler::new(Arc::clone(&source), &sink, &config()).handle(event(&[later])).await;
    assert_eq!(outcome, Err(QUESTION_UNREADABLE));
    assert_eq!(sink.kinds(), ["start", "apology question_unreadable", "failed question_unreadable"]);
    assert_eq!(source.opened(), 0);
}

/// A clock that is ten minutes wrong either way.
#[tokio::test(start_paused = true)]
async fn the_deadline_does_not_depend_on_the_wall_clock() {
    for wrong in [clock::epoch_ms() - 480_000, clock::epoch_ms() + 720_000] {
        let source = Script::new([Ok((0..).map(|_| text(100, "word ")).take(10_000).collect())]);
        let sink = Recorder::new(taken);
        let mut event = event(&[question().to_json()]);
        event.context.deadline = wrong;
        let begun = tokio::time::Instant::now();
        assert_eq!(Handler::new(Arc::clone(&source), &sink, &config()).handle(event).await, Ok(()));
        let took = begun.elapsed().as_secs();
        assert!((110..120).contains(&took), "{took} s");
        assert_eq!(sink.kinds().last().map(String::as_str), Some("failed deadline"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_record_that_is_delivered_again_is_answered_once() {
    let (source, sink) = (Script::new([Ok(complete_answer("Yes")), Ok(complete_answer("Yes again"))]), Recorder::new(taken));
    let handler = Handler::new(Arc::clone(&source), &sink, &config());
    let twice = [question().to_json(), question().to_json()];
    assert_eq!(handler.handle(event(&twice)).await, Ok(()));
    assert_eq!(handler.handle(event(&twice[..1])).await, Ok(()));
    assert_eq!(sink.kinds(), ["start", "Yes", "end end_turn"]);
    assert_eq!(source.opened(), 1);
}

/// What two sandboxes do with one event that reaches both: neither knows of the other.
#[tokio::test(start_paused = true)]
async fn two_runs_answer_one_question_under_two_answer_ids() {
    let sink = Recorder::new(taken);
    for words in ["Yes", "No"] {
        let source = Script::new([Ok(complete_answer(words))]);
        assert_eq!(Handler::new(Arc::clone(&source), &sink, &config()).handle(event(&[question().to_json()])).await, Ok(()));
    }
    assert_eq!(sink.kinds(), ["start", "Yes", "end end_turn", "start", "No", "end end_turn"]);
    let seen = sink.seen();
    let runs: Vec<_> = seen.chunk_by(|left, right| left.answer_id == right.answer_id).map(<[_]>::len).collect();
    assert_eq!(runs, [3, 3]);
}

#[tokio::test(start_paused = true)]
async fn a_reader_who_was_told_of_a_failure_is_a_success() {
    let (source, sink) = (Script::new([Err(Error::Tell(ErrorCode::ModelRejected))]), Recorder::new(taken));
    assert_eq!(Handler::new(Arc::clone(&source), &sink, &config()).handle(event(&[question().to_json()])).await, Ok(()));
    assert_eq!(sink.kinds(), ["start", "apology model_rejected", "failed model_rejected"]);
}

#[tokio::test(start_paused = true)]
async fn a_reader_who_was_not_told_is_an_error_and_the_question_can_be_sent_again() {
    let source = Script::new([Ok(complete_answer("Yes")), Ok(complete_answer("Yes"))]);
    let sink = Recorder::new(|_: &Piece<'_>| (30, false));
    let handler = Handler::new(Arc::clone(&source), &sink, &config());
    assert_eq!(handler.handle(event(&[question().to_json()])).await, Err(READER_NOT_TOLD));
    assert_eq!(handler.handle(event(&[question().to_json()])).await, Err(READER_NOT_TOLD));
    assert_eq!(source.opened(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_event_of_something_else_is_an_error() {
    let (source, sink) = (Script::new([]), Recorder::new(taken));
    let other = LambdaEvent::new(to_raw_value(&json!({"detail-type": "Scheduled Event"})).unwrap(), Context::default());
    assert_eq!(Handler::new(Arc::clone(&source), &sink, &config()).handle(other).await, Err(NOT_AN_SNS_EVENT));
}

/// A source with a fault of our own.
struct Panicking;

impl AnswerSource for Panicking {
    type Stream = Self;

    async fn open(&self, question: &Question) -> Result<Self, Error> {
        panic!("a message that quotes {}", question.message.as_str())
    }
}

impl AnswerStream for Panicking {
    async fn next(&mut self) -> Result<Option<ModelEvent>, Error> {
        Ok(None)
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_an_error_with_fixed_words() {
    let sink = Recorder::new(taken);
    let failed = Handler::new(Panicking, &sink, &config()).handle(event(&[question().to_json()])).await;
    assert_eq!(failed, Err(READER_NOT_TOLD));
}

impl<S: AnswerSource> AnswerSource for Arc<S> {
    type Stream = S::Stream;

    async fn open(&self, question: &Question) -> Result<S::Stream, Error> {
        self.as_ref().open(question).await
    }
}

impl<K: AnswerSink> AnswerSink for &K {
    const LONGEST_TEXT: usize = K::LONGEST_TEXT;
    const ENOUGH_TEXT: usize = K::ENOUGH_TEXT;

    async fn publish(&self, piece: &Piece<'_>, until: tokio::time::Instant) -> Published {
        (*self).publish(piece, until).await
    }
}
