//! AppSync's real-time protocol for one subscription, as a state machine: text in, reaction out. No I/O, no clock.
//!
//! It is the service's own protocol under the name `graphql-ws`, not the one of the npm package of that name:
//! <https://docs.aws.amazon.com/appsync/latest/devguide/real-time-websocket-client.html>.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{answer::Piece, failure::Failure};

/// The sub-protocol the server must choose.
pub const SUB_PROTOCOL: &str = "graphql-ws";

/// What the client subscribes with.
const SUBSCRIPTION: &str = include_str!("../../../deployment/api/operations/on-send-message.graphql");

/// How long AppSync may be silent where its acknowledgement names no time; the value it is documented to send.
const DEFAULT_KEEP_ALIVE: Duration = Duration::from_mins(5);

/// The sub-protocols to offer: credentials travel there because a private API takes no headers on a socket, and a query
/// string would put them into every proxy's log.
#[must_use]
pub fn sub_protocols(authorization: &Map<String, Value>) -> [String; 2] {
    let header = URL_SAFE_NO_PAD.encode(Value::Object(authorization.clone()).to_string());
    [SUB_PROTOCOL.to_owned(), format!("header-{header}")]
}

/// What the driver has to do about a message from the server.
#[derive(Debug, PartialEq, Eq)]
pub enum Reaction {
    /// Nothing but to note that the server is alive.
    None,
    /// Send this text.
    Send(String),
    /// The subscription is live: the question may be asked.
    Subscribed,
    /// A piece of some answer.
    Piece(Box<Piece>),
    /// AppSync could not deliver a piece. Its sequence will be missing; the sentence says why.
    Undeliverable(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Until `connection_ack`; AppSync ignores whatever is sent before.
    Connecting,
    /// Until `start_ack`.
    Subscribing,
    /// Data may arrive.
    Live,
}

/// One socket with one subscription.
#[derive(Debug)]
pub struct RealTime {
    /// How far the handshake is.
    state: State,
    /// The subscription's id. Frames with another id are not for it.
    id: String,
    /// The `start` message, ready to send once the connection is acknowledged.
    start: String,
    /// How long the server may say nothing. Its acknowledgement may change it.
    keep_alive: Duration,
}

/// The outer shape of every message from the server.
#[derive(Deserialize)]
struct Frame {
    #[serde(rename = "type")]
    kind: String,
    id: Option<String>,
    #[serde(default)]
    payload: Value,
}

impl RealTime {
    /// Will subscribe to a session's answers under the given subscription id (unique on its socket), proving who asks
    /// with the same authorization object the socket was opened with.
    #[must_use]
    pub fn new(id: String, session_id: &str, authorization: &Map<String, Value>) -> Self {
        // AppSync takes the operation as a string holding JSON, not as an object.
        let operation = json!({"query": SUBSCRIPTION, "variables": {"sessionId": session_id}}).to_string();
        let start = json!({
            "id": id,
            "type": "start",
            "payload": {"data": operation, "extensions": {"authorization": authorization}},
        });
        Self { state: State::Connecting, id, start: start.to_string(), keep_alive: DEFAULT_KEEP_ALIVE }
    }

    /// The first message to send.
    #[must_use]
    pub fn opening(&self) -> String {
        json!({"type": "connection_init"}).to_string()
    }

    /// The message that ends the subscription.
    #[must_use]
    pub fn closing(&self) -> String {
        json!({"id": self.id, "type": "stop"}).to_string()
    }

    /// How long the server may say nothing before the connection counts as lost.
    #[must_use]
    pub fn keep_alive(&self) -> Duration {
        self.keep_alive
    }

    /// What the client is waiting for, in words for a reader.
    #[must_use]
    pub fn awaited(&self) -> &'static str {
        match self.state {
            State::Connecting => "acknowledgement of the connection",
            State::Subscribing => "acknowledgement of the subscription",
            State::Live => "end of the answer",
        }
    }

    /// Takes one text message from the server.
    ///
    /// # Errors
    /// [`Failure::Unauthorized`] where AppSync does not accept the credential; [`Failure::Connection`] where it refuses
    /// or ends the subscription, or says what is not in its protocol.
    pub fn receive(&mut self, text: &str) -> Result<Reaction, Failure> {
        let frame: Frame = serde_json::from_str(text)
            .map_err(|error| Failure::Connection(format!("AppSync sent a message that is not its protocol: {error}")))?;
        let ours = frame.id.as_deref() == Some(&self.id);
        match (frame.kind.as_str(), self.state) {
            ("connection_ack", State::Connecting) => Ok(self.acknowledge(&frame.payload)),
            ("start_ack", State::Subscribing) if ours => {
                self.state = State::Live;
                Ok(Reaction::Subscribed)
            }
            // A piece published between the subscription's start and its acknowledgement is still a piece.
            ("data", State::Subscribing | State::Live) if ours => data(frame.payload),
            ("error" | "connection_error", _) if ours || frame.id.is_none() => Err(refusal(&frame.payload)),
            ("complete", _) if ours => Err(Failure::Connection("AppSync ended the subscription".to_owned())),
            // `ka`, and later additions to the protocol, which must not break a client that has no use for them.
            _ => Ok(Reaction::None),
        }
    }

    /// The connection stands; the subscription may start.
    fn acknowledge(&mut self, payload: &Value) -> Reaction {
        if let Some(ms) = payload["connectionTimeoutMs"].as_u64() {
            self.keep_alive = Duration::from_millis(ms);
        }
        self.state = State::Subscribing;
        Reaction::Send(self.start.clone())
    }
}

/// Reads the piece in a `data` message.
fn data(mut payload: Value) -> Result<Reaction, Failure> {
    let piece = payload["data"]["onSendMessage"].take();
    if piece.is_null() {
        return Ok(Reaction::Undeliverable(complaints(&payload)));
    }
    serde_json::from_value(piece)
        .map(|piece| Reaction::Piece(Box::new(piece)))
        .map_err(|error| Failure::Connection(format!("AppSync delivered a message that does not fit the schema: {error}")))
}

/// Turns an error message into the failure it stands for.
fn refusal(payload: &Value) -> Failure {
    let unauthorized = errors(payload).iter().any(|error| {
        let kind = error["errorType"].as_str().unwrap_or_default();
        kind.contains("Unauthorized") || matches!(error["errorCode"].as_u64(), Some(401 | 403))
    });
    if unauthorized {
        Failure::Unauthorized(complaints(payload))
    } else {
        Failure::Connection(format!("AppSync refused the subscription: {}", complaints(payload)))
    }
}

/// The list of errors in a payload; AppSync always sends a list.
fn errors(payload: &Value) -> &[Value] {
    payload["errors"].as_array().map_or(&[], Vec::as_slice)
}

/// Every error of a payload in one sentence: type, then message.
#[must_use]
pub fn complaints(payload: &Value) -> String {
    let said: Vec<_> = errors(payload)
        .iter()
        .map(|error| {
            let parts = [error["errorType"].as_str(), error["message"].as_str()];
            parts.into_iter().flatten().collect::<Vec<_>>().join(": ")
        })
        .filter(|text| !text.is_empty())
        .collect();
    if said.is_empty() { "no reason given".to_owned() } else { said.join("; ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn authorization() -> Map<String, Value> {
        Map::from_iter([("host".to_owned(), "h".into()), ("x-api-key".to_owned(), "k??>".into())])
    }

    fn protocol() -> RealTime {
        RealTime::new("1".to_owned(), "session", &authorization())
    }

    /// A subscription that is live.
    fn live() -> RealTime {
        let mut protocol = protocol();
        protocol.receive(r#"{"type": "connection_ack"}"#).unwrap();
        assert_eq!(protocol.receive(r#"{"type": "start_ack", "id": "1"}"#).unwrap(), Reaction::Subscribed);
        protocol
    }

    #[test]
    fn credentials_are_url_safe_and_unpadded() {
        let [protocol, credential] = sub_protocols(&authorization());
        assert_eq!(protocol, "graphql-ws");
        let header = credential.strip_prefix("header-").unwrap();
        assert!(header.contains(['-', '_']) && !header.contains(['+', '/', '=']), "{header}");
        let decoded: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
        assert_eq!(decoded, Value::Object(authorization()));
    }

    #[test]
    fn the_subscription_starts_only_after_the_acknowledgement() {
        let mut protocol = protocol();
        assert_eq!(protocol.opening(), r#"{"type":"connection_init"}"#);
        // Neither a stray acknowledgement nor data can come before.
        for early in [r#"{"type": "start_ack", "id": "1"}"#, r#"{"type": "data", "id": "1", "payload": {}}"#] {
            assert_eq!(protocol.receive(early).unwrap(), Reaction::None);
        }
        let ack = r#"{"type": "connection_ack", "payload": {"connectionTimeoutMs": 1234}}"#;
        let Reaction::Send(start) = protocol.receive(ack).unwrap() else {
            panic!("a start is due");
        };
        assert_eq!(protocol.keep_alive(), Duration::from_millis(1234));
        let start: Value = serde_json::from_str(&start).unwrap();
        assert_eq!((&start["id"], &start["type"]), (&json!("1"), &json!("start")));
        assert_eq!(start["payload"]["extensions"]["authorization"], Value::Object(authorization()));
        let operation: Value = serde_json::from_str(start["payload"]["data"].as_str().unwrap()).unwrap();
        assert_eq!(operation["variables"], json!({"sessionId": "session"}));
        let other = r#"{"type": "start_ack", "id": "2"}"#;
        assert_eq!(protocol.receive(other).unwrap(), Reaction::None);
        // A second acknowledgement must not start a second subscription under the same id.
        assert_eq!(protocol.receive(ack).unwrap(), Reaction::None);
    }

    #[test]
    fn without_a_time_in_the_acknowledgement_the_documented_one_holds() {
        assert_eq!(live().keep_alive(), Duration::from_mins(5));
    }

    #[test]
    fn only_data_of_this_subscription_is_taken() {
        let recorded = fakes::pieces::read(fakes::pieces::DELTA);
        let frame = |id: &str| json!({"type": "data", "id": id, "payload": {"data": {"onSendMessage": recorded}}});
        assert_eq!(live().receive(&frame("2").to_string()).unwrap(), Reaction::None);
        let Reaction::Piece(piece) = live().receive(&frame("1").to_string()).unwrap() else {
            panic!("a piece is due");
        };
        assert_eq!((json!(piece.message), json!(piece.sequence)), (recorded["message"].clone(), recorded["sequence"].clone()));
    }

    #[test]
    fn keep_alives_and_unknown_messages_change_nothing() {
        let mut protocol = live();
        for text in [r#"{"type": "ka"}"#, r#"{"type": "news", "id": "1"}"#, r#"{"type": "complete", "id": "2"}"#] {
            assert_eq!(protocol.receive(text).unwrap(), Reaction::None);
        }
    }

    #[test]
    fn errors_are_told_apart_by_what_can_be_done() {
        let exit_code = |text: &str| protocol().receive(text).unwrap_err().exit_code();
        let error = |kind: &str, body: &str| format!(r#"{{"type": "{kind}", "payload": {{"errors": [{body}]}}}}"#);
        assert_eq!(exit_code(&error("connection_error", r#"{"errorType": "UnauthorizedException", "errorCode": 401}"#)), 7);
        assert_eq!(exit_code(&error("connection_error", r#"{"errorType": "Forbidden", "errorCode": 403}"#)), 7);
        assert_eq!(exit_code(&error("error", r#"{"errorType": "LimitExceededError", "message": "Rate limit exceeded"}"#)), 6);
        assert_eq!(exit_code(r#"{"type": "error"}"#), 6);
        assert_eq!(exit_code("<html>"), 6);
        assert_eq!(live().receive(r#"{"type": "complete", "id": "1"}"#).unwrap_err().exit_code(), 6);
        // Another subscription's error on the same socket is not this one's.
        assert_eq!(live().receive(r#"{"type": "error", "id": "2"}"#).unwrap(), Reaction::None);
    }

    #[test]
    fn an_undeliverable_piece_gives_its_reason() {
        let text = r#"{"type": "data", "id": "1", "payload": {"data": null, "errors": [{"message": "Cannot return null"}]}}"#;
        assert_eq!(live().receive(text).unwrap(), Reaction::Undeliverable("Cannot return null".to_owned()));
    }

    #[test]
    fn the_subscription_asks_for_what_a_piece_is_read_from() {
        let operation = fakes::schema::operation(SUBSCRIPTION).unwrap();
        assert_eq!((operation.root, operation.field.as_str()), ("Subscription", "onSendMessage"));
        assert!(operation.selected.iter().any(|field| field == "sequence"), "{:?}", operation.selected);
    }
}
