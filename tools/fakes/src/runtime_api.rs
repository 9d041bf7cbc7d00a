//! The Lambda Runtime API (2018-06-01): hands out invocations and takes their results.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::{Method, Response, StatusCode};
use serde_json::{Value, json};
use tokio::sync::{Notify, oneshot, watch};

use crate::aws::{ACCOUNT, REGION};
use crate::http::{Reply, Request, Server};

const VERSION: &str = "/2018-06-01/runtime";

/// What a function made of an invocation.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The handler returned this.
    Success(Value),
    /// The handler failed.
    Error {
        /// `errorType` of the diagnostic.
        error_type: String,
        /// `errorMessage` of the diagnostic.
        message: String,
    },
    /// The process ended before it answered.
    Crashed,
    /// The timeout passed first; Lambda would have killed the process.
    TimedOut,
}

/// An invocation on its way.
pub struct Invocation {
    /// Lambda's request id.
    pub request_id: String,
    /// When it was queued.
    pub invoked: Instant,
    result: oneshot::Receiver<Outcome>,
}

impl Invocation {
    /// Waits for the result; a function that went away gives [`Outcome::Crashed`].
    pub async fn outcome(self) -> Outcome {
        self.result.await.unwrap_or(Outcome::Crashed)
    }
}

struct Queued {
    request_id: String,
    payload: Bytes,
    deadline_ms: u128,
}

struct Shared {
    function_name: String,
    queue: Mutex<VecDeque<Queued>>,
    queued: Notify,
    running: Mutex<HashMap<String, oneshot::Sender<Outcome>>>,
    polls: watch::Sender<u64>,
    init_error: Mutex<Option<Value>>,
}

/// A running Runtime API for one execution environment.
pub struct RuntimeApi {
    server: Server,
    shared: Arc<Shared>,
    invocations: u64,
}

impl RuntimeApi {
    /// Starts the API for a function of this name.
    pub async fn start(function_name: &str) -> Self {
        let shared = Arc::new(Shared {
            function_name: function_name.to_owned(),
            queue: Mutex::default(),
            queued: Notify::new(),
            running: Mutex::default(),
            polls: watch::Sender::new(0),
            init_error: Mutex::default(),
        });
        let handler_shared = Arc::clone(&shared);
        let server = Server::start(None, move |request| Box::pin(answer(request, Arc::clone(&handler_shared)))).await;
        Self { server, shared, invocations: 0 }
    }

    /// For `AWS_LAMBDA_RUNTIME_API`.
    #[must_use]
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.server.port())
    }

    /// Hands the next poll this payload; the deadline the function is told is `timeout` from now.
    pub fn invoke(&mut self, payload: &Value, timeout: Duration) -> Invocation {
        self.invocations += 1;
        let request_id = format!("{:08x}-0000-4000-a000-{:012x}", std::process::id(), self.invocations);
        let (sender, result) = oneshot::channel();
        let deadline = SystemTime::now() + timeout;
        let deadline_ms = deadline.duration_since(UNIX_EPOCH).expect("a clock after 1970").as_millis();
        let payload = Bytes::from(payload.to_string());
        self.shared.running.lock().expect("not poisoned").insert(request_id.clone(), sender);
        let queued = Queued { request_id: request_id.clone(), payload, deadline_ms };
        self.shared.queue.lock().expect("not poisoned").push_back(queued);
        self.shared.queued.notify_one();
        Invocation { request_id, invoked: Instant::now(), result }
    }

    /// Counts the polls for a next invocation: the first one ends init, each later one ends an invocation.
    #[must_use]
    pub fn polls(&self) -> watch::Receiver<u64> {
        self.shared.polls.subscribe()
    }

    /// What the function reported as its init error.
    #[must_use]
    pub fn init_error(&self) -> Option<Value> {
        self.shared.init_error.lock().expect("not poisoned").clone()
    }

    /// Gives every invocation still running [`Outcome::Crashed`].
    pub fn abandon(&self) {
        self.shared.running.lock().expect("not poisoned").clear();
    }
}

async fn answer(request: Request, shared: Arc<Shared>) -> Reply {
    let path = request.target.strip_prefix(VERSION).unwrap_or_default();
    if request.method == Method::GET && path == "/invocation/next" {
        return next(&shared).await;
    }
    let body: Value = serde_json::from_slice(&request.body).unwrap_or(Value::Null);
    if path == "/init/error" {
        *shared.init_error.lock().expect("not poisoned") = Some(body);
        return accepted();
    }
    let invocation = path.strip_prefix("/invocation/").and_then(|rest| rest.split_once('/'));
    let outcome = match invocation {
        Some((_, "response")) => Outcome::Success(body),
        Some((_, "error")) => Outcome::Error {
            error_type: body["errorType"].as_str().unwrap_or_default().to_owned(),
            message: body["errorMessage"].as_str().unwrap_or_default().to_owned(),
        },
        _ => {
            return Reply::json(StatusCode::NOT_FOUND, &json!({"errorType": "InvalidRequest"}));
        }
    };
    let waiting = invocation.and_then(|(id, _)| shared.running.lock().expect("not poisoned").remove(id));
    match waiting {
        Some(waiting) => {
            // Nobody waits any more once the invocation timed out.
            let _ = waiting.send(outcome);
            accepted()
        }
        None => Reply::json(StatusCode::BAD_REQUEST, &json!({"errorType": "InvalidRequestID"})),
    }
}

async fn next(shared: &Shared) -> Reply {
    shared.polls.send_modify(|polls| *polls += 1);
    let queued = loop {
        if let Some(queued) = shared.queue.lock().expect("not poisoned").pop_front() {
            break queued;
        }
        shared.queued.notified().await;
    };
    let arn = format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{}", shared.function_name);
    let response = Response::builder()
        .header("content-type", "application/json")
        .header("lambda-runtime-aws-request-id", &queued.request_id)
        .header("lambda-runtime-deadline-ms", queued.deadline_ms.to_string())
        .header("lambda-runtime-invoked-function-arn", arn)
        .header("lambda-runtime-trace-id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0");
    Reply::Whole(response.body(queued.payload).expect("valid headers"))
}

fn accepted() -> Reply {
    Reply::json(StatusCode::ACCEPTED, &json!({"status": "OK"}))
}
