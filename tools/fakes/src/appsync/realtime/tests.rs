//! A socket from outside: what is taken, what is refused, and what a subscriber hears.

use std::sync::Arc;

use tokio::net::TcpStream;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use super::super::{AppSync, Behaviour, answer};
use super::*;
use crate::aws::Latency;
use crate::{pieces, sigv4};

const SUBSCRIBE: &str = include_str!("../../../../../deployment/api/operations/on-send-message.graphql");
const PUBLISH: &str = include_str!("../../../../../deployment/api/operations/send-message.graphql");

type Client = WebSocketStream<TcpStream>;

fn authorization(api: &AppSync) -> Value {
    json!({"host": format!("127.0.0.1:{}", api.server().port()), "x-api-key": "da2-key"})
}

/// Opens a socket that offers these sub-protocols.
async fn open(api: &AppSync, protocols: &str) -> Result<Client, tungstenite::Error> {
    let mut request = api.realtime_url().into_client_request()?;
    request.headers_mut().insert("user-agent", HeaderValue::from_static("test"));
    request.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_str(protocols).expect("a header"));
    let stream = TcpStream::connect(("127.0.0.1", api.server().port())).await.expect("it listens");
    client_async(request, stream).await.map(|(client, _)| client)
}

/// The sub-protocols that carry an authorization.
fn protocols(authorization: &Value) -> String {
    format!("{SUB_PROTOCOL}, header-{}", URL_SAFE_NO_PAD.encode(authorization.to_string()))
}

async fn tell(client: &mut Client, frame: &Value) {
    client.send(Message::text(frame.to_string())).await.expect("a live socket");
}

async fn hear(client: &mut Client) -> Value {
    let Some(Ok(Message::Text(text))) = client.next().await else { panic!("the socket ended") };
    serde_json::from_str(&text).expect("a frame is JSON")
}

fn subscription(session: &str, query: &str, authorization: &Value) -> Value {
    let data = json!({"query": query, "variables": {"sessionId": session}}).to_string();
    json!({"id": "1", "type": "start", "payload": {"data": data, "extensions": {"authorization": authorization}}})
}

/// Starts a subscription on a socket of its own; returns the socket and the answer to the start.
async fn subscribed(api: &AppSync, start: &Value) -> (Client, Value) {
    let mut client = open(api, &protocols(&authorization(api))).await.expect("a good handshake");
    tell(&mut client, &json!({"type": "connection_init"})).await;
    assert_eq!(hear(&mut client).await["type"], "connection_ack");
    assert_eq!(hear(&mut client).await, json!({"type": "ka"}));
    tell(&mut client, start).await;
    let answer = hear(&mut client).await;
    (client, answer)
}

/// Publishes a recorded piece as the orchestrator does.
async fn publish(api: &AppSync, recorded: &str, session: &str) {
    let mut input = pieces::read(recorded);
    input.insert("sessionId".to_owned(), session.into());
    let body = json!({"query": PUBLISH, "variables": {"input": input}}).to_string();
    let mut request = sigv4::tests::signed("POST", "/graphql", body.as_bytes(), "appsync");
    request.headers.insert("user-agent", HeaderValue::from_static("test"));
    answer(request, Arc::clone(&api.state), Latency::Fixed(std::time::Duration::ZERO)).await;
    assert_eq!(api.refused(), Vec::<String>::new());
}

#[tokio::test]
async fn a_mutation_reaches_who_subscribed_to_its_session_with_the_fields_they_select() {
    let api = AppSync::start_without_tls(Behaviour::default()).await;
    let narrow = "subscription ($sessionId: String!) { onSendMessage(sessionId: $sessionId) { message stopReason } }";
    let (mut first, ack) = subscribed(&api, &subscription("first", SUBSCRIBE, &authorization(&api))).await;
    assert_eq!(ack, json!({"type": "start_ack", "id": "1"}));
    let (mut second, _) = subscribed(&api, &subscription("second", narrow, &authorization(&api))).await;
    publish(&api, pieces::END, "first").await;
    publish(&api, pieces::DELTA, "second").await;
    let piece = hear(&mut first).await["payload"]["data"]["onSendMessage"].take();
    assert_eq!(json!([piece["event"], piece["outputTokens"], piece["errorCode"]]), json!(["END", 9, null]));
    let data = json!({"onSendMessage": {"message": "Weil", "stopReason": null}});
    assert_eq!(hear(&mut second).await, json!({"type": "data", "id": "1", "payload": {"data": data}}));
    // Who has said goodbye hears nothing more.
    tell(&mut first, &json!({"type": "stop", "id": "1"})).await;
    assert_eq!(hear(&mut first).await, json!({"type": "complete", "id": "1"}));
    publish(&api, pieces::DELTA, "first").await;
    tell(&mut first, &json!({"type": "stop", "id": "1"})).await;
    assert_eq!(hear(&mut first).await["type"], "complete");
}

#[tokio::test]
async fn a_handshake_that_appsync_would_refuse_is_refused() {
    let api = AppSync::start_without_tls(Behaviour::default()).await;
    for (offered, why) in [
        ("graphql-transport-ws, header-e30", "graphql-ws is not offered"),
        ("graphql-ws", "no sub-protocol header-"),
        ("graphql-ws, header-e30=", "Invalid"),
        ("graphql-ws, header-eyI", "header-…: EOF"),
    ] {
        let refused = open(&api, offered).await.expect_err(offered);
        assert!(matches!(&refused, tungstenite::Error::Http(response) if response.status() == 400), "{refused}");
        let said = api.refused().pop().unwrap_or_default();
        assert!(said.contains(why), "{offered}: {said}");
    }
}

#[tokio::test]
async fn a_subscription_that_appsync_would_refuse_is_refused() {
    let api = AppSync::start_without_tls(Behaviour::default()).await;
    let good = authorization(&api);
    let elsewhere = json!({"host": "elsewhere", "x-api-key": "da2-key"});
    let unparsed = json!({"id": "1", "type": "start", "payload": {"data": {}, "extensions": {"authorization": good}}});
    let query = "query ($i: GetLlmResponseInput!) { getLlmResponse(input: $i) { requestId } }";
    for (start, kind) in [
        (subscription("s", SUBSCRIBE, &elsewhere), "UnauthorizedException"),
        (subscription("s", query, &good), "BadRequestException"),
        (unparsed, "BadRequestException"),
    ] {
        let (_, answer) = subscribed(&api, &start).await;
        assert_eq!((&answer["type"], &answer["payload"]["errors"][0]["errorType"]), (&json!("error"), &json!(kind)));
    }
    assert_eq!(api.refused().len(), 3);
}

#[tokio::test]
async fn a_wrong_credential_is_told_on_the_socket() {
    let api = AppSync::start_without_tls(Behaviour::default()).await;
    let mut client = open(&api, &protocols(&json!({"host": "elsewhere"}))).await.expect("a good handshake");
    tell(&mut client, &json!({"type": "connection_init"})).await;
    let error = hear(&mut client).await;
    assert_eq!((&error["type"], &error["payload"]["errors"][0]["errorCode"]), (&json!("connection_error"), &json!(401)));
    assert!(client.next().await.is_none_or(|message| message.is_err()), "the API ends the connection");
}
