use std::sync::Arc;

use chat::{Error, ErrorCode, Question, StreamEvent};
use lambda_runtime::{Context, LambdaEvent};
use platform::clock;
use serde_json::{Value, json};

use super::{Handler, NOT_AN_SNS_EVENT, READER_NOT_TOLD};
use crate::config::Config;
use crate::scripted::{Recorder, Script, Scripted, question, stop, text};
use crate::sink::{AnswerSink, Published};
use crate::source::{AnswerSource, AnswerStream, Piece};

fn config() -> Config {
    let lookup = |name: &str| {
        let value = if name == "APPSYNC_GRAPHQL_URL" { "https://api.example.com/graphql" } else { "set" };
        let needed = ["APPSYNC_GRAPHQL_URL", "MODEL_ID", "LOG_SALT", "AWS_LAMBDA_FUNCTION_NAME", "AWS_REGION"];
        needed.contains(&name).then(|| value.to_owned())
    };
    Config::read(&lookup).unwrap()
}

/// An SNS event with these messages.
fn event(messages: &[String]) -> LambdaEvent<Value> {
    let records: Vec<_> = messages.iter().map(|message| json!({"Sns": {"MessageId": "m-1", "Message": message}})).collect();
    let mut context = Context::default();
    context.deadline = clock::epoch_ms() + 120_000;
    LambdaEvent::new(json!({"Records": records}), context)
}

fn complete_answer(words: &str) -> Vec<Scripted> {
    [text(5, words)].into_iter().chain(stop("end_turn")).collect()
}

fn taken(_: &StreamEvent<'_>) -> (u64, Result<(), Error>) {
    (30, Ok(()))
}

#[tokio::test(start_paused = true)]
async fn a_question_is_answered() {
    let (source, sink) = (Script::new([Ok(complete_answer("Yes"))]), Recorder::new(taken));
    assert_eq!(Handler::new(Arc::clone(&source), &sink, &config()).handle(event(&[question().to_json()])).await, Ok(()));
    assert_eq!(sink.kinds(), ["start", "Yes", "end end_turn"]);
}

#[tokio::test(start_paused = true)]
async fn a_malformed_record_does_not_stop_its_siblings() {
    let (source, sink) = (Script::new([Ok(complete_answer("Yes"))]), Recorder::new(taken));
    let messages = ["{\"message\": \"half a question\"}".to_owned(), question().to_json()];
    assert_eq!(Handler::new(Arc::clone(&source), &sink, &config()).handle(event(&messages)).await, Ok(()));
    assert_eq!(sink.kinds(), ["start", "Yes", "end end_turn"]);
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
    let sink = Recorder::new(|_: &StreamEvent<'_>| (30, Err(Error::GiveUp(ErrorCode::DeliveryFailed))));
    let handler = Handler::new(Arc::clone(&source), &sink, &config());
    assert_eq!(handler.handle(event(&[question().to_json()])).await, Err(READER_NOT_TOLD));
    assert_eq!(handler.handle(event(&[question().to_json()])).await, Err(READER_NOT_TOLD));
    assert_eq!(source.opened(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_event_of_something_else_is_an_error() {
    let (source, sink) = (Script::new([]), Recorder::new(taken));
    let other = LambdaEvent::new(json!({"detail-type": "Scheduled Event"}), Context::default());
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
    async fn next(&mut self) -> Result<Option<Piece>, Error> {
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
    async fn publish(&self, event: &StreamEvent<'_>, until: tokio::time::Instant) -> Published {
        (*self).publish(event, until).await
    }
}
