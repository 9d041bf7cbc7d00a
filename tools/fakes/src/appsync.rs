//! An `AppSync` API: takes signed `sendMessage` mutations from the orchestrator and questions and subscriptions from clients, on one
//! port. What it takes is held to the schema; what was published reaches whoever subscribed, and is recorded with its times.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use crate::aws::Latency;
use crate::http::{Reply, Request, Server};
use crate::tls::Authority;
use crate::{schema, wait};

mod mutation;
mod query;
mod realtime;
mod script;

pub use mutation::{MAX_EVENT_BYTES, Mutation, Outcome};
pub use script::{Behaviour, Step, apology, delta, end, marker, start, whole_answer};

/// The path of the real-time endpoint.
const REALTIME: &str = "/graphql/realtime";
/// How long a client's goodbye may take to arrive once the client is gone.
const GOODBYE_LIMIT: Duration = Duration::from_secs(10);

#[derive(Default)]
struct State {
    /// Mutations ever begun; forgetting does not set it back, so that latencies differ from one answer to the next.
    begun: u64,
    mutations: Vec<Mutation>,
    /// What the next mutations meet.
    script: VecDeque<Outcome>,
    /// What a mutation meets that the script says nothing about.
    usual: Option<Outcome>,
    /// How clients are met.
    behaviour: Behaviour,
    /// The input of every question.
    questions: Vec<Map<String, Value>>,
    /// The types of all frames that clients sent, in order.
    frames: Vec<String>,
    /// The live subscriptions of all sockets.
    subscriptions: Vec<realtime::Subscription>,
    /// Requests and frames that `AppSync` would have refused, with the reason.
    refused: Vec<String>,
}

type Shared = Arc<Mutex<State>>;

/// A running fake.
pub struct AppSync {
    server: Server,
    secure: bool,
    state: Shared,
}

impl AppSync {
    /// Starts `AppSync` over TLS; a mutation takes `latency` unless the script says otherwise.
    pub async fn start(authority: &Authority, latency: Latency) -> Self {
        Self::listen(Some(authority), latency).await
    }

    /// Starts `AppSync` for clients of this machine, which need no TLS on the loopback interface.
    pub async fn start_without_tls(behaviour: Behaviour) -> Self {
        let appsync = Self::listen(None, Latency::Fixed(Duration::ZERO)).await;
        appsync.meet_clients(behaviour);
        appsync
    }

    async fn listen(authority: Option<&Authority>, latency: Latency) -> Self {
        let state = Shared::default();
        let handler_state = Arc::clone(&state);
        let server = Server::start(authority.map(Authority::server_config), move |request| {
            Box::pin(answer(request, Arc::clone(&handler_state), latency))
        })
        .await;
        Self { server, secure: authority.is_some(), state }
    }

    /// For `APPSYNC_GRAPHQL_URL`, and where clients ask.
    #[must_use]
    pub fn url(&self) -> String {
        let (scheme, host) = if self.secure { ("https", "localhost") } else { ("http", "127.0.0.1") };
        format!("{scheme}://{host}:{}/graphql", self.server.port())
    }

    /// Where clients listen.
    #[must_use]
    pub fn realtime_url(&self) -> String {
        self.url().replacen("http", "ws", 1).replace("/graphql", REALTIME)
    }

    /// Lets the next mutations meet these, in order.
    pub fn script(&self, outcomes: impl IntoIterator<Item = Outcome>) {
        self.state.lock().expect("not poisoned").script.extend(outcomes);
    }

    /// What every mutation meets that the script says nothing about; at first [`Outcome::Deliver`].
    pub fn usually(&self, outcome: Outcome) {
        self.state.lock().expect("not poisoned").usual = Some(outcome);
    }

    /// How clients are met from now on.
    pub fn meet_clients(&self, behaviour: Behaviour) {
        self.state.lock().expect("not poisoned").behaviour = behaviour;
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

    /// The input of every question that was asked with a good credential.
    #[must_use]
    pub fn questions(&self) -> Vec<Map<String, Value>> {
        self.state.lock().expect("not poisoned").questions.clone()
    }

    /// The types of all frames that clients sent, in order.
    #[must_use]
    pub fn frames(&self) -> Vec<String> {
        self.state.lock().expect("not poisoned").frames.clone()
    }

    /// The same once a client has said goodbye: that may still be under way when the client is gone.
    pub async fn frames_until_stop(&self) -> Vec<String> {
        let said = || self.frames().iter().any(|kind| kind == "stop").then_some(());
        // Without a goodbye the frames tell the test so.
        let _ = wait::until(GOODBYE_LIMIT, said).await;
        self.frames()
    }

    /// Requests and frames that `AppSync` would have refused, with the reason.
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

async fn answer(request: Request, state: Shared, latency: Latency) -> Reply {
    if let Err(why) = request.names_itself() {
        refuse(&state, why);
        return failure(StatusCode::FORBIDDEN, "WAFForbiddenException");
    }
    if request.method == Method::GET && request.target == REALTIME {
        return realtime::upgrade(&request, state);
    }
    if request.method != Method::POST {
        // A connection warmed by an unsigned request is nothing to record.
        return failure(StatusCode::UNAUTHORIZED, "UnauthorizedException");
    }
    // A client's credential is never a signature: only the functions' roles sign.
    if request.header("authorization").is_some_and(|value| value.starts_with("AWS4-HMAC-SHA256")) {
        mutation::take(request, state, latency).await
    } else {
        query::take(&request, state).await
    }
}

/// What a request body asks for: one root field, called with one input.
struct Call {
    operation: schema::Operation,
    input: Map<String, Value>,
}

impl Call {
    /// Reads a body that asks for `root.field` with an input of the type `input_type`, or says what is wrong with it.
    fn read(body: &[u8], root: &str, field: &str, input_type: &str) -> Result<Self, String> {
        let mut body: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
        let operation = schema::operation(body["query"].as_str().ok_or("query is not a text")?)?;
        if (operation.root, operation.field.as_str()) != (root, field) {
            return Err(format!("the document does not ask for {root}.{field}"));
        }
        let Value::Object(input) = body["variables"]["input"].take() else {
            return Err("variables.input is not an object".to_owned());
        };
        schema::check_input(input_type, &input)?;
        Ok(Self { operation, input })
    }
}

/// Records what `AppSync` would have refused.
fn refuse(state: &Mutex<State>, why: impl Into<String>) {
    state.lock().expect("not poisoned").refused.push(why.into());
}

/// A refusal before GraphQL.
fn failure(status: StatusCode, error_type: &str) -> Reply {
    Reply::json(status, &json!({"errors": [{"errorType": error_type, "message": "scripted by the test"}]}))
}

/// A GraphQL error of the root field `field`.
fn errors(field: &str, error_type: &str) -> Reply {
    let error = json!({"path": [field], "data": null, "errorType": error_type, "message": "scripted by the test"});
    Reply::json(StatusCode::OK, &json!({"data": {field: null}, "errors": [error]}))
}
