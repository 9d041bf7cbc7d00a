//! Bedrock's `ConverseStream`: plays a scripted answer in real frames, on schedule, and records when each piece of text left.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::event_stream::{event, exception};
use crate::http::{Cut, Reply, Request, Server};
use crate::sigv4;
use crate::tls::Authority;

const EVENT_STREAM: &str = "application/vnd.amazon.eventstream";
/// Tokens every scripted answer claims to have read.
pub const INPUT_TOKENS: u64 = 42;

/// One thing a stream does. Waiting before the first event also holds back the response's headers, as a thinking model does.
#[derive(Clone, Debug)]
pub enum Step {
    /// Let this much time pass since the step before was due.
    Wait(Duration),
    /// A `contentBlockDelta` with this text.
    Text(String),
    /// Any other event, by its name on the wire.
    Event(&'static str, Value),
    /// An exception inside the stream, by its name on the wire.
    Exception(&'static str),
    /// The same with a text of AWS's.
    ExceptionSaying(&'static str, &'static str),
    /// Half a frame, then the connection is cut.
    CutMidFrame,
    /// Nothing more, while the connection stays open.
    Silence,
}

/// How one request is answered.
#[derive(Clone, Debug)]
pub enum Answer {
    /// A 200 whose stream plays these steps and then ends cleanly.
    Stream(Vec<Step>),
    /// An error before any stream: status and the `x-amzn-errortype`.
    Error(StatusCode, &'static str),
    /// The same with a text of AWS's.
    ErrorSaying(StatusCode, &'static str, &'static str),
    /// The connection is reset instead of an answer.
    Reset,
}

impl Answer {
    /// A complete answer: these texts, the first after `first_token`, the others `interval` apart, then `end_turn` and usage.
    pub fn paced<T: Into<String>>(texts: impl IntoIterator<Item = T>, first_token: Duration, interval: Duration) -> Self {
        let mut steps = vec![Step::Wait(first_token), start()];
        for (index, text) in texts.into_iter().enumerate() {
            if index > 0 && !interval.is_zero() {
                steps.push(Step::Wait(interval));
            }
            steps.push(Step::Text(text.into()));
        }
        steps.extend(finish("end_turn", steps.iter().filter(|step| matches!(step, Step::Text(_))).count()));
        Self::Stream(steps)
    }

    /// A complete answer with no waiting in it.
    pub fn immediate<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::paced(texts, Duration::ZERO, Duration::ZERO)
    }
}

/// The event every stream starts with.
#[must_use]
pub fn start() -> Step {
    Step::Event("messageStart", json!({"role": "assistant"}))
}

/// The events of a complete answer after its text.
#[must_use]
pub fn finish(stop_reason: &str, output_tokens: usize) -> [Step; 3] {
    let total = INPUT_TOKENS + output_tokens as u64;
    let usage = json!({"inputTokens": INPUT_TOKENS, "outputTokens": output_tokens, "totalTokens": total});
    [
        Step::Event("contentBlockStop", json!({"contentBlockIndex": 0})),
        Step::Event("messageStop", json!({"stopReason": stop_reason})),
        Step::Event("metadata", json!({"usage": usage, "metrics": {"latencyMs": 1}})),
    ]
}

/// A request as the model saw it.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Model or inference-profile id, percent-decoded.
    pub model_id: String,
    /// The `ConverseStream` body.
    pub body: Value,
    /// Connection it came over.
    pub connection: u64,
    /// When it was here.
    pub arrived: Instant,
}

/// A piece of text and when it left the model.
#[derive(Clone, Debug)]
pub struct Emitted {
    /// The text of one delta.
    pub text: String,
    /// When it was due and handed to the connection.
    pub at: Instant,
}

#[derive(Default)]
struct State {
    answers: VecDeque<Answer>,
    asked: Vec<Asked>,
    emitted: Vec<Emitted>,
    refused: Vec<String>,
}

/// A running fake.
pub struct Bedrock {
    server: Server,
    state: Arc<Mutex<State>>,
}

impl Bedrock {
    /// Starts Bedrock over TLS. A request that no answer was scripted for is refused with a 500 and recorded as refused.
    pub async fn start(authority: &Authority) -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let handler_state = Arc::clone(&state);
        let server =
            Server::start(Some(authority.server_config()), move |request| Box::pin(answer(request, Arc::clone(&handler_state))))
                .await;
        Self { server, state }
    }

    /// For `AWS_ENDPOINT_URL_BEDROCK_RUNTIME`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("https://localhost:{}", self.server.port())
    }

    /// Adds the answers of the next requests, in order.
    pub fn script(&self, answers: impl IntoIterator<Item = Answer>) {
        self.state.lock().expect("not poisoned").answers.extend(answers);
    }

    /// Every well-formed request so far.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        self.state.lock().expect("not poisoned").asked.clone()
    }

    /// All text emitted so far, over all requests, in order.
    #[must_use]
    pub fn emitted(&self) -> Vec<Emitted> {
        self.state.lock().expect("not poisoned").emitted.clone()
    }

    /// Requests that AWS would have refused, or that nothing was scripted for.
    #[must_use]
    pub fn refused(&self) -> Vec<String> {
        self.state.lock().expect("not poisoned").refused.clone()
    }

    /// Forgets what was asked and emitted; scripts stay.
    pub fn forget(&self) {
        let mut state = self.state.lock().expect("not poisoned");
        state.asked.clear();
        state.emitted.clear();
    }

    /// The server below, for connection counts and resets.
    #[must_use]
    pub fn server(&self) -> &Server {
        &self.server
    }
}

async fn answer(request: Request, state: Arc<Mutex<State>>) -> Reply {
    if let Err(why) = request.names_itself() {
        state.lock().expect("not poisoned").refused.push(why);
        return error(StatusCode::FORBIDDEN, "AccessDeniedException");
    }
    if request.method != Method::POST {
        // A connection warmed by an unsigned request is nothing to record.
        return error(StatusCode::NOT_FOUND, "UnknownOperationException");
    }
    let asked = match read(&request) {
        Ok(asked) => asked,
        Err(why) => {
            state.lock().expect("not poisoned").refused.push(why);
            return error(StatusCode::FORBIDDEN, "AccessDeniedException");
        }
    };
    let scripted = {
        let mut state = state.lock().expect("not poisoned");
        state.asked.push(asked);
        state.answers.pop_front()
    };
    match scripted {
        Some(Answer::Stream(steps)) => stream(steps, request.arrived, state).await,
        Some(Answer::Error(status, error_type)) => error(status, error_type),
        Some(Answer::ErrorSaying(status, error_type, text)) => error_saying(status, error_type, text),
        Some(Answer::Reset) => Reply::Reset,
        None => {
            state.lock().expect("not poisoned").refused.push("no answer was scripted for this request".to_owned());
            error(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerException")
        }
    }
}

fn read(request: &Request) -> Result<Asked, String> {
    sigv4::verify(request, "bedrock").map_err(|refused| refused.to_string())?;
    let model = request.target.strip_prefix("/model/").and_then(|rest| rest.strip_suffix("/converse-stream"));
    let model = model.ok_or_else(|| format!("{} is not ConverseStream", request.target))?;
    let model_id = percent_encoding::percent_decode_str(model).decode_utf8().map_err(|error| error.to_string())?;
    let body: Value = serde_json::from_slice(&request.body).map_err(|error| error.to_string())?;
    if !body["messages"].as_array().is_some_and(|messages| messages.iter().all(|message| message["content"].is_array())) {
        return Err("messages is not a list of messages with content".to_owned());
    }
    Ok(Asked { model_id: model_id.into_owned(), body, connection: request.connection, arrived: request.arrived })
}

fn error(status: StatusCode, error_type: &str) -> Reply {
    error_saying(status, error_type, &format!("{error_type}, scripted by the test"))
}

fn error_saying(status: StatusCode, error_type: &str, text: &str) -> Reply {
    let body = json!({"message": text}).to_string();
    let response = http::Response::builder().status(status).header("x-amzn-errortype", error_type);
    Reply::Whole(response.header("content-type", "application/json").body(Bytes::from(body)).expect("valid headers"))
}

/// Starts the response once the leading wait is over, and plays the rest in its own task.
async fn stream(mut steps: Vec<Step>, arrived: Instant, state: Arc<Mutex<State>>) -> Reply {
    let mut due = arrived;
    if let Some(Step::Wait(thinking)) = steps.first() {
        due += *thinking;
        steps.remove(0);
        tokio::time::sleep_until(due.into()).await;
    }
    let (sender, chunks) = mpsc::channel(1);
    tokio::spawn(play(steps, due, sender, state));
    Reply::Stream(StatusCode::OK, EVENT_STREAM, chunks)
}

/// Plays until the script ends or nobody listens any more.
async fn play(steps: Vec<Step>, mut due: Instant, sender: mpsc::Sender<Result<Bytes, Cut>>, state: Arc<Mutex<State>>) {
    for step in steps {
        let frame = match step {
            Step::Wait(time) => {
                due += time;
                tokio::time::sleep_until(due.into()).await;
                continue;
            }
            Step::Text(text) => {
                let frame = text_frame(&text);
                state.lock().expect("not poisoned").emitted.push(Emitted { text, at: Instant::now() });
                frame
            }
            Step::Event(name, payload) => event(name, &payload),
            Step::Exception(name) => exception(name, &json!({"message": format!("{name}, scripted by the test")})),
            Step::ExceptionSaying(name, text) => exception(name, &json!({"message": text})),
            Step::CutMidFrame => {
                let frame = text_frame("never completed");
                let _ = sender.send(Ok(frame.slice(..frame.len() / 2))).await;
                let _ = sender.send(Err(Cut)).await;
                return;
            }
            Step::Silence => {
                sender.closed().await;
                return;
            }
        };
        if sender.send(Ok(frame)).await.is_err() {
            return;
        }
    }
}

/// Bedrock pads its deltas with a member no caller needs; so does this.
fn text_frame(text: &str) -> Bytes {
    event("contentBlockDelta", &json!({"contentBlockIndex": 0, "delta": {"text": text}, "p": "abcdefghijk"}))
}
