//! What a test lets clients meet: credentials, acknowledgements, and after each question the steps of its answer, made from the
//! recorded pieces.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use serde_json::{Map, Value, json};
use tokio::sync::Notify;

use super::{Shared, realtime};
use crate::pieces;

/// One thing the API does after a question, on every subscription to the question's session.
#[derive(Clone, Debug)]
pub enum Step {
    /// Publishes a piece: these members over the question's session, request and locale. What nobody set is null.
    Piece(Value),
    /// Sends this frame as it is, with the subscription's id put in.
    Frame(Value),
    /// Says nothing for this long.
    Wait(Duration),
    /// Waits until the test says so.
    Gate(Arc<Notify>),
    /// Closes the socket as the protocol wants it.
    Close(u16, &'static str),
    /// Cuts the connection.
    Cut,
}

/// What becomes of a question, by its text.
pub type Script = Arc<dyn Fn(&str) -> Vec<Step> + Send + Sync>;

/// How the API meets clients.
#[derive(Clone)]
pub struct Behaviour {
    /// The credential it takes: header name and value.
    pub credential: (&'static str, String),
    /// `connectionTimeoutMs` of its acknowledgement.
    pub connection_timeout: Duration,
    /// Whether it answers `connection_init` at all.
    pub acknowledges: bool,
    /// The error it answers to a `start` instead of `start_ack`.
    pub refuses_start: Option<Value>,
    /// Status and body of its reply to a question instead of the acknowledgement. What the script says happens all the same.
    pub reply: Option<(StatusCode, Value)>,
    /// Whether it resets the connection instead of replying.
    pub loses_reply: bool,
    /// How long the reply to a question takes.
    pub reply_after: Duration,
    /// What becomes of a question.
    pub script: Script,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self::scripted(whole_answer)
    }
}

impl Behaviour {
    /// Takes every question and lets this become of it.
    pub fn scripted(script: impl Fn(&str) -> Vec<Step> + Send + Sync + 'static) -> Self {
        Self {
            credential: ("x-api-key", "da2-key".to_owned()),
            connection_timeout: Duration::from_mins(5),
            acknowledges: true,
            refuses_start: None,
            reply: None,
            loses_reply: false,
            reply_after: Duration::ZERO,
            script: Arc::new(script),
        }
    }

    /// Replies this to every question, and lets nothing become of it.
    #[must_use]
    pub fn replying(status: StatusCode, body: Value) -> Self {
        Self { reply: Some((status, body)), ..Self::scripted(|_| Vec::new()) }
    }
}

/// START, three DELTAs, END.
#[must_use]
pub fn whole_answer(question: &str) -> Vec<Step> {
    let texts = ["You asked: ", question, " – das war's."];
    let deltas = (1..).zip(texts).map(|(at, text)| delta(at, text));
    [start()].into_iter().chain(deltas).chain([end(4, "end_turn")]).collect()
}

/// The first piece.
#[must_use]
pub fn start() -> Step {
    piece(pieces::START, json!({}))
}

/// A piece with text.
#[must_use]
pub fn delta(sequence: u32, text: &str) -> Step {
    piece(pieces::DELTA, json!({"sequence": sequence, "message": text}))
}

/// The last piece of a complete answer.
#[must_use]
pub fn end(sequence: u32, stop_reason: &str) -> Step {
    piece(pieces::END, json!({"sequence": sequence, "stopReason": stop_reason}))
}

/// Why an answer failed, in words.
#[must_use]
pub fn apology(sequence: u32, text: &str, code: &str) -> Step {
    piece(pieces::APOLOGY, json!({"sequence": sequence, "message": text, "errorCode": code}))
}

/// The last piece of a failed answer.
#[must_use]
pub fn marker(sequence: u32, code: &str) -> Step {
    piece(pieces::MARKER, json!({"sequence": sequence, "errorCode": code}))
}

/// A recorded piece with other contents; whom it is for comes from the question.
fn piece(recorded: &str, contents: Value) -> Step {
    let mut piece = pieces::read(recorded);
    for member in ["sessionId", "requestId", "locale", "owner"] {
        piece.remove(member);
    }
    piece.extend(object(contents));
    Step::Piece(piece.into())
}

/// Plays the steps of one question's answer.
pub(super) async fn play(steps: Vec<Step>, question: Map<String, Value>, state: Shared) {
    let session = question["sessionId"].as_str().unwrap_or_default();
    let recipient = ["sessionId", "requestId", "locale"].map(|name| (name.to_owned(), json!(question.get(name))));
    for step in steps {
        match step {
            Step::Wait(time) => tokio::time::sleep(time).await,
            Step::Gate(gate) => gate.notified().await,
            Step::Piece(members) => {
                let piece = recipient.iter().cloned().chain(object(members)).collect();
                realtime::publish(&state.lock().expect("not poisoned").subscriptions, session, &piece);
            }
            Step::Frame(frame) => realtime::send(&state, session, &realtime::Outgoing::Frame(frame)),
            Step::Close(code, reason) => realtime::send(&state, session, &realtime::Outgoing::Close(code, reason)),
            Step::Cut => realtime::send(&state, session, &realtime::Outgoing::Cut),
        }
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        other => panic!("{other} is not the members of a piece"),
    }
}
