//! `AppSync`'s GraphQL endpoint as the orchestrator sees it: takes signed `sendMessage` mutations, holds them to the schema, and
//! records what a subscriber would have received and when.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use crate::aws::Latency;
use crate::http::{Reply, Request, Server};
use crate::tls::Authority;
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

#[derive(Default)]
struct State {
    /// Mutations ever begun; forgetting does not set it back, so that latencies differ from one answer to the next.
    begun: u64,
    mutations: Vec<Mutation>,
    refused: Vec<String>,
    script: VecDeque<Outcome>,
    usual: Option<Outcome>,
}

/// A running fake.
pub struct AppSync {
    server: Server,
    state: Arc<Mutex<State>>,
}

impl AppSync {
    /// Starts `AppSync` over TLS; a mutation takes `latency` unless the script says otherwise.
    pub async fn start(authority: &Authority, latency: Latency) -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let handler_state = Arc::clone(&state);
        let server = Server::start(Some(authority.server_config()), move |request| {
            Box::pin(answer(request, Arc::clone(&handler_state), latency))
        })
        .await;
        Self { server, state }
    }

    /// For `APPSYNC_GRAPHQL_URL`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("https://localhost:{}/graphql", self.server.port())
    }

    /// Lets the next mutations meet these, in order.
    pub fn script(&self, outcomes: impl IntoIterator<Item = Outcome>) {
        self.state.lock().expect("not poisoned").script.extend(outcomes);
    }

    /// What every mutation meets that the script says nothing about; at first [`Outcome::Deliver`].
    pub fn usually(&self, outcome: Outcome) {
        self.state.lock().expect("not poisoned").usual = Some(outcome);
    }

    /// All mutations so far, failed ones included, in order of arrival.
    #[must_use]
    pub fn mutations(&self) -> Vec<Mutation> {
        self.state.lock().expect("not poisoned").mutations.clone()
    }

    /// The mutations a subscriber received, in order of arrival.
    #[must_use]
    pub fn delivered(&self) -> Vec<Mutation> {
        self.mutations().into_iter().filter(|mutation| mutation.delivered).collect()
    }

    /// Requests that `AppSync` would have refused, with the reason.
    #[must_use]
    pub fn refused(&self) -> Vec<String> {
        self.state.lock().expect("not poisoned").refused.clone()
    }

    /// Forgets recorded mutations and what is left of the script.
    pub fn forget(&self) {
        let mut state = self.state.lock().expect("not poisoned");
        state.mutations.clear();
        state.script.clear();
    }

    /// The server below, for connection counts and resets.
    #[must_use]
    pub fn server(&self) -> &Server {
        &self.server
    }
}

async fn answer(request: Request, state: Arc<Mutex<State>>, latency: Latency) -> Reply {
    if let Err(why) = request.names_itself() {
        state.lock().expect("not poisoned").refused.push(why);
        return failure(StatusCode::FORBIDDEN, "WAFForbiddenException");
    }
    if request.method != Method::POST {
        // A connection warmed by an unsigned request is nothing to record.
        return failure(StatusCode::UNAUTHORIZED, "UnauthorizedException");
    }
    if let Err(refused) = sigv4::verify(&request, "appsync") {
        state.lock().expect("not poisoned").refused.push(refused.to_string());
        return failure(StatusCode::FORBIDDEN, "InvalidSignatureException");
    }
    let input = match read(&request.body) {
        Ok(input) => input,
        Err(why) => {
            state.lock().expect("not poisoned").refused.push(why);
            return errors("ValidationError");
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
    let body: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let operation = schema::operation(body["query"].as_str().ok_or("query is not a text")?)?;
    if (operation.root, operation.field.as_str()) != ("Mutation", "sendMessage") {
        return Err("the document is not a sendMessage mutation".to_owned());
    }
    let Some(Value::Object(input)) = body.pointer("/variables/input") else {
        return Err("variables.input is not an object".to_owned());
    };
    schema::check_input("SendMessageInput", input)?;
    // The blog's baseline sends the four old fields only, and selects only those.
    if input.contains_key("event") {
        let mut known = schema::fields("SendMessageResponse").into_iter();
        if let Some((field, _)) = known.find(|(field, _)| operation.selected.iter().all(|name| name != field)) {
            return Err(format!("the mutation does not select {field}"));
        }
    }
    Ok(input.clone())
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
    let mut state = state.lock().expect("not poisoned");
    // The record is gone where the test forgot it while the mutation was under way.
    let Some(mutation) = state.mutations.get_mut(index) else {
        return errors("InternalFailure");
    };
    let event = published(&mutation.input);
    mutation.answered = Some(Instant::now());
    mutation.delivered = delivers && event.to_string().len() <= MAX_EVENT_BYTES;
    match outcome {
        Outcome::Deliver | Outcome::DeliverAfter(_) => Reply::json(StatusCode::OK, &json!({"data": {"sendMessage": event}})),
        Outcome::DeliverAndReset | Outcome::Reset | Outcome::Silence => Reply::Reset,
        Outcome::Status(status, error_type) => failure(*status, error_type),
        Outcome::Errors(error_type) => errors(error_type),
    }
}

/// What the resolver returns: the input with `AppSync`'s time.
fn published(input: &Map<String, Value>) -> Value {
    let mut event = input.clone();
    event.insert("timeStamp".to_owned(), json!("2026-01-01T00:00:00.000Z"));
    Value::Object(event)
}

fn failure(status: StatusCode, error_type: &str) -> Reply {
    Reply::json(status, &json!({"errors": [{"errorType": error_type, "message": "scripted by the test"}]}))
}

fn errors(error_type: &str) -> Reply {
    let error = json!({"path": ["sendMessage"], "data": null, "errorType": error_type, "message": "scripted by the test"});
    Reply::json(StatusCode::OK, &json!({"data": {"sendMessage": null}, "errors": [error]}))
}
