//! `sendMessage` as the orchestrator sees it: signed, held to the schema, met as scripted, recorded with its times.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::{Call, Shared, State, errors, failure, realtime, refuse};
use crate::aws::Latency;
use crate::http::{Reply, Request};
use crate::{schema, sigv4};

/// `AppSync` drops a larger event on its way to the subscriber, while the mutation still succeeds.
pub const MAX_EVENT_BYTES: usize = 240 * 1024;
/// Longer than any caller waits.
const FOREVER: Duration = Duration::from_hours(1);

/// What one mutation meets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Delivered after the endpoint's usual latency.
    Deliver,
    /// Delivered after this time.
    DeliverAfter(Duration),
    /// Delivered, but the connection is reset before the caller hears of it.
    DeliverAndReset,
    /// An HTTP error with an `AppSync` error type.
    Status(StatusCode, &'static str),
    /// 200 with `errors` of this type and no data.
    Errors(&'static str),
    /// The connection is reset, nothing is delivered.
    Reset,
    /// Nothing ever comes back.
    Silence,
}

/// One mutation request that was well signed and well formed.
#[derive(Clone, Debug)]
pub struct Mutation {
    /// `variables.input`.
    pub input: Map<String, Value>,
    /// Connection it came over.
    pub connection: u64,
    /// Signature of the request, to tell a fresh one from a replayed one.
    pub authorization: String,
    /// When the request was here.
    pub arrived: Instant,
    /// When `AppSync` was done with it; absent while it is not.
    pub answered: Option<Instant>,
    /// What it met.
    pub outcome: Outcome,
    /// Whether a subscriber received it.
    pub delivered: bool,
}

impl Mutation {
    /// A field of the input as text; empty where absent.
    #[must_use]
    pub fn text(&self, field: &str) -> &str {
        self.input.get(field).and_then(Value::as_str).unwrap_or_default()
    }
}

pub(super) async fn take(request: Request, state: Shared, latency: Latency) -> Reply {
    if let Err(refused) = sigv4::verify(&request, "appsync") {
        refuse(&state, refused.to_string());
        return failure(StatusCode::FORBIDDEN, "InvalidSignatureException");
    }
    let input = match read(&request.body) {
        Ok(input) => input,
        Err(why) => {
            refuse(&state, why);
            return errors("sendMessage", "ValidationError");
        }
    };
    let Begun { number, index, outcome } = begin(&request, input, &state);
    match &outcome {
        Outcome::DeliverAfter(time) => tokio::time::sleep(*time).await,
        Outcome::Silence => tokio::time::sleep(FOREVER).await,
        _ => tokio::time::sleep(latency.of(number)).await,
    }
    finish(index, &outcome, &state)
}

/// Reads the input of a `sendMessage` mutation that selects everything a subscriber may want.
fn read(body: &[u8]) -> Result<Map<String, Value>, String> {
    let Call { operation, input } = Call::read(body, "Mutation", "sendMessage", "SendMessageInput")?;
    // The blog's baseline sends the four old fields only, and selects only those.
    if input.contains_key("event") {
        let mut known = schema::fields("SendMessageResponse").into_iter();
        if let Some((field, _)) = known.find(|(field, _)| operation.selected.iter().all(|name| name != field)) {
            return Err(format!("the mutation does not select {field}"));
        }
    }
    Ok(input)
}

/// A mutation that was recorded and now takes its time.
struct Begun {
    /// Which mutation of this fake it is.
    number: u64,
    /// Its place in the record.
    index: usize,
    outcome: Outcome,
}

fn begin(request: &Request, input: Map<String, Value>, state: &Mutex<State>) -> Begun {
    let mut state = state.lock().expect("not poisoned");
    let usual = state.usual.clone().unwrap_or(Outcome::Deliver);
    let outcome = state.script.pop_front().unwrap_or(usual);
    state.mutations.push(Mutation {
        input,
        connection: request.connection,
        authorization: request.header("authorization").unwrap_or_default().to_owned(),
        arrived: request.arrived,
        answered: None,
        outcome: outcome.clone(),
        delivered: false,
    });
    state.begun += 1;
    Begun { number: state.begun, index: state.mutations.len() - 1, outcome }
}

fn finish(index: usize, outcome: &Outcome, state: &Mutex<State>) -> Reply {
    let delivers = matches!(outcome, Outcome::Deliver | Outcome::DeliverAfter(_) | Outcome::DeliverAndReset);
    let State { mutations, subscriptions, .. } = &mut *state.lock().expect("not poisoned");
    // The record is gone where the test forgot it while the mutation was under way.
    let Some(mutation) = mutations.get_mut(index) else {
        return errors("sendMessage", "InternalFailure");
    };
    let event = published(&mutation.input);
    mutation.answered = Some(Instant::now());
    mutation.delivered = delivers && json!(event).to_string().len() <= MAX_EVENT_BYTES;
    if mutation.delivered {
        realtime::publish(subscriptions, mutation.text("sessionId"), &event);
    }
    match outcome {
        Outcome::Deliver | Outcome::DeliverAfter(_) => Reply::json(StatusCode::OK, &json!({"data": {"sendMessage": event}})),
        Outcome::DeliverAndReset | Outcome::Reset | Outcome::Silence => Reply::Reset,
        Outcome::Status(status, error_type) => failure(*status, error_type),
        Outcome::Errors(error_type) => errors("sendMessage", error_type),
    }
}

/// What the resolver returns: the input with `AppSync`'s time.
fn published(input: &Map<String, Value>) -> Map<String, Value> {
    let mut event = input.clone();
    event.insert("timeStamp".to_owned(), json!("2026-01-01T00:00:00.000Z"));
    event
}
