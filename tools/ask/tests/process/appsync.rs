//! An `AppSync` API in process: real-time socket and query on one port. What it takes from the client is as strict as
//! the service; what it sends is what a test scripts.

use std::{
    collections::HashMap,
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::{SinkExt as _, StreamExt as _};
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, Response, StatusCode, body::Incoming, header, service::service_fn, upgrade};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    sync::{Notify, mpsc},
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Message,
        handshake::derive_accept_key,
        protocol::{CloseFrame, Role},
    },
};

/// One thing the API does on a subscription after a question.
#[derive(Clone)]
pub enum Step {
    /// Publishes these members of a piece, over the question's session, request and locale.
    Piece(Value),
    /// Sends this frame as it is, with the subscription's id put in where it has none.
    Frame(Value),
    /// Says nothing for so many milliseconds.
    Silence(u64),
    /// Waits until the test says so.
    Gate(Arc<Notify>),
    /// Closes the socket as the protocol wants it.
    Close(u16, &'static str),
    /// Cuts the connection.
    Cut,
}

/// How the API behaves.
#[derive(Clone)]
pub struct Behaviour {
    /// The credential it takes: header name and value.
    pub credential: (&'static str, String),
    /// `connectionTimeoutMs` of its acknowledgement.
    pub connection_timeout_ms: u64,
    /// Whether it answers `connection_init` at all.
    pub acknowledges: bool,
    /// What it answers to a start instead of `start_ack`.
    pub refuses_start: Option<Value>,
    /// Status and body of its reply to the query, instead of success.
    pub reply: Option<(u16, Value)>,
    /// How long the reply to the query takes, in milliseconds.
    pub reply_after_ms: u64,
    /// What it does about a question, by the question's text.
    pub script: fn(&str) -> Vec<Step>,
    /// Steps a closure cannot hold without being shared, run before the script's.
    pub prelude: Vec<Step>,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            credential: ("x-api-key", "da2-key".to_owned()),
            connection_timeout_ms: 300_000,
            acknowledges: true,
            refuses_start: None,
            reply: None,
            reply_after_ms: 0,
            script: whole_answer,
            prelude: Vec::new(),
        }
    }
}

/// START, three DELTAs, END.
pub fn whole_answer(question: &str) -> Vec<Step> {
    let mut steps = vec![start()];
    steps.extend(["You asked: ", question, " – das war's."].iter().zip(1..).map(|(text, at)| delta(at, text)));
    steps.push(end(4, "end_turn"));
    steps
}

pub fn start() -> Step {
    Step::Piece(json!({"sequence": 0, "event": "START", "message": "#START_STREAM#"}))
}

pub fn delta(sequence: u32, text: &str) -> Step {
    Step::Piece(json!({"sequence": sequence, "event": "DELTA", "message": text}))
}

pub fn end(sequence: u32, stop_reason: &str) -> Step {
    Step::Piece(json!({
        "sequence": sequence, "event": "END", "message": "#END_STREAM#",
        "stopReason": stop_reason, "inputTokens": 12, "outputTokens": 34,
    }))
}

pub fn error(sequence: u32, text: &str, code: &str) -> Step {
    Step::Piece(json!({"sequence": sequence, "event": "ERROR", "message": text, "errorCode": code}))
}

/// What a subscription does next.
type Script = mpsc::UnboundedSender<(Value, Vec<Step>)>;

/// A running API. It ends with the test's runtime.
pub struct AppSync {
    address: SocketAddr,
    secure: bool,
    state: Arc<State>,
}

struct State {
    behaviour: Behaviour,
    host: String,
    /// Live subscriptions by session: a question asked before its subscription lives is answered to nobody.
    subscriptions: Mutex<HashMap<String, Script>>,
    questions: Mutex<Vec<Value>>,
    /// Frames received, and problems with requests, in order.
    frames: Mutex<Vec<String>>,
}

impl AppSync {
    pub async fn start(behaviour: Behaviour) -> Self {
        Self::listen(behaviour, None).await
    }

    /// The same over TLS, for the name `localhost`.
    pub async fn start_with_tls(behaviour: Behaviour, tls: ServerConfig) -> Self {
        Self::listen(behaviour, Some(TlsAcceptor::from(Arc::new(tls)))).await
    }

    async fn listen(behaviour: Behaviour, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let secure = tls.is_some();
        let state = Arc::new(State {
            behaviour,
            host: format!("{}:{}", name(secure), address.port()),
            subscriptions: Mutex::default(),
            questions: Mutex::default(),
            frames: Mutex::default(),
        });
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (state, tls) = (Arc::clone(&shared), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => serve(stream, state).await,
                        // A client that does not trust the certificate goes away; the test sees its exit code.
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                serve(stream, state).await;
                            }
                        }
                    }
                });
            }
        });
        Self { address, secure, state }
    }

    pub fn graphql_url(&self) -> String {
        let scheme = if self.secure { "https" } else { "http" };
        format!("{scheme}://{}:{}/graphql", name(self.secure), self.address.port())
    }

    pub fn realtime_url(&self) -> String {
        let scheme = if self.secure { "wss" } else { "ws" };
        format!("{scheme}://{}:{}/graphql/realtime", name(self.secure), self.address.port())
    }

    /// The input of every question that was asked.
    pub fn questions(&self) -> Vec<Value> {
        self.state.questions.lock().unwrap().clone()
    }

    /// The type of every frame received up to the first goodbye, which may still be under way when its sender is gone.
    pub async fn frames_until_stop(&self) -> Vec<String> {
        let arrival = async {
            while !self.frames().iter().any(|kind| kind == "stop") {
                tokio::task::yield_now().await;
            }
        };
        let _ = tokio::time::timeout(Duration::from_secs(10), arrival).await;
        self.frames()
    }

    /// The type of every frame received, in order.
    pub fn frames(&self) -> Vec<String> {
        self.state.frames.lock().unwrap().clone()
    }
}

fn name(secure: bool) -> &'static str {
    if secure { "localhost" } else { "127.0.0.1" }
}

async fn serve(stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static, state: Arc<State>) {
    let service = service_fn(move |request| {
        let state = Arc::clone(&state);
        async move {
            // A firewall before the API refuses a request without it.
            assert!(request.headers().contains_key(header::USER_AGENT));
            Ok::<_, Infallible>(match request.uri().path() {
                "/graphql/realtime" => state.realtime(request),
                _ => state.query(request).await,
            })
        }
    });
    let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // A client that breaks off is part of some tests.
    let _ = connection.with_upgrades().await;
}

fn reply(status: u16, body: &impl ToString) -> Response<Full<hyper::body::Bytes>> {
    let mut response = Response::new(Full::from(body.to_string()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    response
}

impl State {
    /// Whether an authorization object is what this API takes.
    fn accepts(&self, authorization: &Value) -> bool {
        let (name, value) = &self.behaviour.credential;
        *authorization == json!({"host": self.host, *name: value})
    }

    fn realtime(self: &Arc<Self>, mut request: Request<Incoming>) -> Response<Full<hyper::body::Bytes>> {
        let header = |name| request.headers()[name].to_str().unwrap().to_owned();
        let key = header(header::SEC_WEBSOCKET_KEY);
        let offered = header(header::SEC_WEBSOCKET_PROTOCOL);
        let (protocol, credential) = offered.split_once(", header-").expect("two sub-protocols");
        assert_eq!((protocol, request.uri().query()), ("graphql-ws", None));
        let credential: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(credential).unwrap()).unwrap();
        let accepted = self.accepts(&credential);
        let state = Arc::clone(self);
        let upgraded = upgrade::on(&mut request);
        tokio::spawn(async move {
            let stream = TokioIo::new(upgraded.await.unwrap());
            let socket = WebSocketStream::from_raw_socket(stream, Role::Server, None).await;
            state.converse(socket, accepted).await;
        });
        let mut response = reply(101, &"");
        let headers = response.headers_mut();
        headers.insert(header::CONNECTION, "Upgrade".parse().unwrap());
        headers.insert(header::UPGRADE, "websocket".parse().unwrap());
        headers.insert(header::SEC_WEBSOCKET_ACCEPT, derive_accept_key(key.as_bytes()).parse().unwrap());
        headers.insert(header::SEC_WEBSOCKET_PROTOCOL, "graphql-ws".parse().unwrap());
        response
    }

    async fn query(&self, request: Request<Incoming>) -> Response<Full<hyper::body::Bytes>> {
        let (name, value) = &self.behaviour.credential;
        if request.headers().get(*name).is_none_or(|given| given != value) {
            let error = json!({"errorType": "UnauthorizedException", "message": "You are not authorized to make this call."});
            return reply(401, &json!({"errors": [error]}));
        }
        let body: Value = serde_json::from_slice(&request.into_body().collect().await.unwrap().to_bytes()).unwrap();
        let input = body["variables"]["input"].clone();
        assert!(body["query"].as_str().unwrap().contains("getLlmResponse(input: $input)"));
        self.questions.lock().unwrap().push(input.clone());
        if let Some((status, body)) = &self.behaviour.reply {
            return reply(*status, body);
        }
        let mut steps = self.behaviour.prelude.clone();
        steps.extend((self.behaviour.script)(input["message"].as_str().unwrap()));
        if let Some(script) = self.subscriptions.lock().unwrap().get(input["sessionId"].as_str().unwrap()) {
            script.send((input.clone(), steps)).unwrap();
        }
        tokio::time::sleep(Duration::from_millis(self.behaviour.reply_after_ms)).await;
        reply(200, &json!({"data": {"getLlmResponse": {"requestId": input["requestId"]}}}))
    }

    /// Speaks the real-time protocol until the client leaves or the script ends it.
    async fn converse<S: AsyncRead + AsyncWrite + Unpin>(&self, mut socket: WebSocketStream<S>, accepted: bool) {
        let (script, mut scripts) = mpsc::unbounded_channel();
        let mut subscription = Value::Null;
        loop {
            let frame = tokio::select! {
                Some((question, steps)) = scripts.recv() => {
                    if play(&mut socket, &subscription, &question, steps).await.is_none() {
                        return;
                    }
                    continue;
                }
                frame = socket.next() => frame,
            };
            let Some(Ok(Message::Text(text))) = frame else { return };
            let frame: Value = serde_json::from_str(&text).unwrap();
            let kind = frame["type"].as_str().unwrap().to_owned();
            self.frames.lock().unwrap().push(kind.clone());
            let answer = match kind.as_str() {
                "connection_init" if !accepted => json!({"type": "connection_error", "payload": {"errors": [
                    {"errorType": "UnauthorizedException", "errorCode": 401},
                ]}}),
                "connection_init" if self.behaviour.acknowledges => json!({
                    "type": "connection_ack", "payload": {"connectionTimeoutMs": self.behaviour.connection_timeout_ms},
                }),
                "start" => {
                    subscription = frame["id"].clone();
                    self.subscribe(&frame, &script)
                }
                "stop" => json!({"type": "complete", "id": frame["id"]}),
                _ => continue,
            };
            if socket.send(Message::text(answer.to_string())).await.is_err() || !accepted {
                return;
            }
        }
    }

    fn subscribe(&self, frame: &Value, script: &Script) -> Value {
        let payload = &frame["payload"];
        assert!(self.accepts(&payload["extensions"]["authorization"]));
        let operation: Value = serde_json::from_str(payload["data"].as_str().unwrap()).unwrap();
        assert!(operation["query"].as_str().unwrap().contains("onSendMessage(sessionId: $sessionId)"));
        if let Some(refusal) = &self.behaviour.refuses_start {
            return json!({"type": "error", "id": frame["id"], "payload": {"errors": [refusal]}});
        }
        let session = operation["variables"]["sessionId"].as_str().unwrap().to_owned();
        self.subscriptions.lock().unwrap().insert(session, script.clone());
        json!({"type": "start_ack", "id": frame["id"]})
    }
}

/// Plays a script on a socket. `None`: the conversation is over.
async fn play<S: AsyncRead + AsyncWrite + Unpin>(
    socket: &mut WebSocketStream<S>,
    subscription: &Value,
    question: &Value,
    steps: Vec<Step>,
) -> Option<()> {
    for step in steps {
        let frame = match step {
            Step::Piece(members) => json!({"type": "data", "id": subscription, "payload": {"data": {
                "onSendMessage": piece(question, &members),
            }}}),
            Step::Frame(mut frame) => {
                if frame["id"].is_null() {
                    frame["id"] = subscription.clone();
                }
                frame
            }
            Step::Silence(ms) => {
                tokio::time::sleep(Duration::from_millis(ms)).await;
                continue;
            }
            Step::Gate(gate) => {
                gate.notified().await;
                continue;
            }
            Step::Close(code, reason) => {
                let frame = CloseFrame { code: code.into(), reason: reason.into() };
                let _ = socket.close(Some(frame)).await;
                return None;
            }
            Step::Cut => return None,
        };
        // The client leaves at the end of the answer, whatever the script still holds.
        socket.send(Message::text(frame.to_string())).await.ok()?;
    }
    Some(())
}

/// A whole `SendMessageResponse`: what was not scripted is null, as it is where the mutation sends nothing.
fn piece(question: &Value, members: &Value) -> Value {
    let mut piece = json!({
        "sessionId": question["sessionId"], "requestId": question["requestId"],
        "answerId": null, "sequence": null, "event": null, "message": "",
        "stopReason": null, "inputTokens": null, "outputTokens": null, "errorCode": null,
    });
    for (name, value) in members.as_object().unwrap() {
        piece[name] = value.clone();
    }
    piece
}
