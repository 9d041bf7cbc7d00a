//! The real-time endpoint: handshake, subscriptions, and what is sent on them.
//! <https://docs.aws.amazon.com/appsync/latest/devguide/real-time-websocket-client.html>

use std::sync::Mutex;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use http::header::{HeaderValue, SEC_WEBSOCKET_PROTOCOL};
use http::{Response, StatusCode};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use serde_json::{Map, Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::server::create_response;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role};
use tokio_tungstenite::tungstenite::{self, Message};

use super::{Shared, State, failure, refuse};
use crate::http::{Reply, Request};
use crate::schema;

/// `AppSync`'s own protocol, which is not the one of the npm package of that name.
const SUB_PROTOCOL: &str = "graphql-ws";

/// A live subscription.
pub(super) struct Subscription {
    /// The connection it came over.
    connection: u64,
    /// The client's id for it.
    id: Value,
    session: String,
    /// The fields it selects.
    selected: Vec<String>,
    outbox: UnboundedSender<Outgoing>,
}

/// What a socket is told to do.
#[derive(Clone)]
pub(super) enum Outgoing {
    /// Send this.
    Frame(Value),
    /// Close as the protocol wants it.
    Close(u16, &'static str),
    /// Be gone.
    Cut,
}

/// Sends a piece to everybody who subscribed to its session: the fields they select, null where it has none.
pub(super) fn publish(subscriptions: &[Subscription], session: &str, piece: &Map<String, Value>) {
    for subscription in subscriptions.iter().filter(|subscription| subscription.session == session) {
        let selected = subscription.selected.iter().map(|field| (field.clone(), json!(piece.get(field))));
        let data = json!({"onSendMessage": selected.collect::<Map<_, _>>()});
        let frame = json!({"type": "data", "id": subscription.id, "payload": {"data": data}});
        // A socket that has just gone hears nothing, as with AppSync.
        let _ = subscription.outbox.send(Outgoing::Frame(frame));
    }
}

/// Does something on every socket that subscribed to a session; a frame carries the subscription's id.
pub(super) fn send(state: &Mutex<State>, session: &str, outgoing: &Outgoing) {
    let subscriptions = &state.lock().expect("not poisoned").subscriptions;
    for subscription in subscriptions.iter().filter(|subscription| subscription.session == session) {
        let mut outgoing = outgoing.clone();
        if let Outgoing::Frame(frame) = &mut outgoing {
            frame["id"] = subscription.id.clone();
        }
        let _ = subscription.outbox.send(outgoing);
    }
}

/// Answers the request that opens a socket.
pub(super) fn upgrade(request: &Request, state: Shared) -> Reply {
    match handshake(request) {
        Ok((response, authorization)) => {
            let socket = Socket { connection: request.connection, host: host(request), state };
            Reply::Upgrade(response, Box::new(|stream| Box::pin(socket.converse(stream, authorization))))
        }
        Err(why) => {
            refuse(&state, why);
            failure(StatusCode::BAD_REQUEST, "BadRequestException")
        }
    }
}

/// The host a client must name in its authorization. On AWS it is the GraphQL endpoint's and another one; here they are the same.
fn host(request: &Request) -> String {
    request.header("host").unwrap_or_default().to_owned()
}

/// Checks the request and returns the response, and the authorization that the client offers among the sub-protocols.
fn handshake(request: &Request) -> Result<(Response<Bytes>, Value), String> {
    let mut plain = http::Request::new(());
    *plain.headers_mut() = request.headers.clone();
    let mut response = create_response(&plain).map_err(|error| error.to_string())?.map(|()| Bytes::new());
    let offered = request.header("sec-websocket-protocol").unwrap_or_default();
    let mut offered = offered.split(',').map(str::trim);
    if !offered.clone().any(|protocol| protocol == SUB_PROTOCOL) {
        return Err(format!("the sub-protocol {SUB_PROTOCOL} is not offered"));
    }
    let header = offered.find_map(|protocol| protocol.strip_prefix("header-")).ok_or("no sub-protocol header-…")?;
    let header = URL_SAFE_NO_PAD.decode(header).map_err(|error| format!("the sub-protocol header-…: {error}"))?;
    let authorization = serde_json::from_slice(&header).map_err(|error| format!("the sub-protocol header-…: {error}"))?;
    response.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(SUB_PROTOCOL));
    Ok((response, authorization))
}

type Stream = WebSocketStream<TokioIo<Upgraded>>;

/// One client's socket.
struct Socket {
    connection: u64,
    /// What the client must name as the host.
    host: String,
    state: Shared,
}

impl Socket {
    /// Speaks the protocol until the client leaves or the script ends it.
    async fn converse(self, stream: TokioIo<Upgraded>, authorization: Value) {
        let mut stream = WebSocketStream::from_raw_socket(stream, Role::Server, None).await;
        let (outbox, mut outgoing) = unbounded_channel();
        if self.open(&mut stream, &authorization).await.is_some() {
            while self.step(&mut stream, &outbox, &mut outgoing).await.is_some() {}
        }
        let mut state = self.state.lock().expect("not poisoned");
        state.subscriptions.retain(|subscription| subscription.connection != self.connection);
    }

    /// The first frames, up to the acknowledgement. `None`: the conversation is over.
    async fn open(&self, stream: &mut Stream, authorization: &Value) -> Option<()> {
        // Whatever comes before it is ignored.
        while self.heard(stream.next().await)?["type"] != "connection_init" {}
        if !self.accepts(authorization) {
            let error = json!({"errorType": "UnauthorizedException", "errorCode": 401});
            say(stream, &json!({"type": "connection_error", "payload": {"errors": [error]}})).await?;
            return None;
        }
        let (acknowledges, timeout) = {
            let behaviour = &self.state.lock().expect("not poisoned").behaviour;
            (behaviour.acknowledges, behaviour.connection_timeout)
        };
        if acknowledges {
            let timeout = u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX);
            say(stream, &json!({"type": "connection_ack", "payload": {"connectionTimeoutMs": timeout}})).await?;
            say(stream, &json!({"type": "ka"})).await?;
        }
        Some(())
    }

    /// One frame, in one direction or the other. `None`: the conversation is over.
    async fn step(
        &self,
        stream: &mut Stream,
        outbox: &UnboundedSender<Outgoing>,
        outgoing: &mut UnboundedReceiver<Outgoing>,
    ) -> Option<()> {
        tokio::select! {
            Some(outgoing) = outgoing.recv() => match outgoing {
                Outgoing::Frame(frame) => say(stream, &frame).await,
                Outgoing::Close(code, reason) => {
                    let frame = CloseFrame { code: code.into(), reason: reason.into() };
                    // The client may have closed first.
                    let _ = stream.close(Some(frame)).await;
                    None
                }
                Outgoing::Cut => None,
            },
            message = stream.next() => {
                let frame = self.heard(message)?;
                let reply = match frame["type"].as_str() {
                    Some("start") => self.subscribe(&frame, outbox),
                    Some("stop") => self.unsubscribe(&frame),
                    other => {
                        refuse(&self.state, format!("a frame of type {other:?}"));
                        return Some(());
                    }
                };
                say(stream, &reply).await
            }
        }
    }

    /// Records a frame. `None`: the client is gone.
    fn heard(&self, message: Option<Result<Message, tungstenite::Error>>) -> Option<Value> {
        let Some(Ok(Message::Text(text))) = message else { return None };
        let frame: Value = serde_json::from_str(&text).unwrap_or_default();
        self.state.lock().expect("not poisoned").frames.push(frame["type"].as_str().unwrap_or_default().to_owned());
        Some(frame)
    }

    /// Whether an authorization object is what this API takes.
    fn accepts(&self, authorization: &Value) -> bool {
        let (name, value) = &self.state.lock().expect("not poisoned").behaviour.credential;
        *authorization == json!({"host": self.host, *name: value})
    }

    /// Registers a subscription and returns what the client hears of it.
    fn subscribe(&self, frame: &Value, outbox: &UnboundedSender<Outgoing>) -> Value {
        let id = frame["id"].clone();
        let refusal = |error: Value| json!({"type": "error", "id": id, "payload": {"errors": [error]}});
        if !self.accepts(&frame["payload"]["extensions"]["authorization"]) {
            refuse(&self.state, "a start with another authorization than the connection's");
            return refusal(json!({"errorType": "UnauthorizedException"}));
        }
        let (session, selected) = match wanted(&frame["payload"]["data"]) {
            Ok(wanted) => wanted,
            Err(why) => {
                refuse(&self.state, why);
                return refusal(json!({"errorType": "BadRequestException"}));
            }
        };
        let mut state = self.state.lock().expect("not poisoned");
        if let Some(error) = &state.behaviour.refuses_start {
            return refusal(error.clone());
        }
        let (connection, outbox) = (self.connection, outbox.clone());
        state.subscriptions.push(Subscription { connection, id: id.clone(), session, selected, outbox });
        json!({"type": "start_ack", "id": id})
    }

    fn unsubscribe(&self, frame: &Value) -> Value {
        let mut state = self.state.lock().expect("not poisoned");
        state.subscriptions.retain(|subscription| (subscription.connection, &subscription.id) != (self.connection, &frame["id"]));
        json!({"type": "complete", "id": frame["id"]})
    }
}

/// Which session a `start` subscribes to, and which fields it selects.
fn wanted(data: &Value) -> Result<(String, Vec<String>), String> {
    let data = data.as_str().ok_or("payload.data is not a text")?;
    let data: Value = serde_json::from_str(data).map_err(|error| format!("payload.data: {error}"))?;
    let operation = schema::operation(data["query"].as_str().ok_or("query is not a text")?)?;
    if (operation.root, operation.field.as_str()) != ("Subscription", "onSendMessage") {
        return Err("the document is not a subscription to onSendMessage".to_owned());
    }
    let session = data["variables"]["sessionId"].as_str().ok_or("variables.sessionId is not a text")?;
    Ok((session.to_owned(), operation.selected))
}

/// Sends a frame. `None`: the client is gone.
async fn say(stream: &mut Stream, frame: &Value) -> Option<()> {
    stream.send(Message::text(frame.to_string())).await.ok()
}

#[cfg(test)]
mod tests;
