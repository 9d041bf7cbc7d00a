//! What is published and acknowledged, and what is refused.

use fakes::events::{OIDC_SUBJECT, RESOLVER_REQUEST_ID, invoke_document, resolver_payload};
use serde_json::{Value, json};

use crate::harness::{QUESTION, SESSION, World, question, topic_arn};

fn acknowledgement(request_id: &str) -> Value {
    json!({
        "sessionId": SESSION,
        "locale": "de_DE",
        "requestId": request_id,
        "messages": [{"content": "success", "contentType": "PlainText"}],
    })
}

#[tokio::test]
async fn a_question_is_published_once_and_acknowledged_as_the_blog_does() {
    let mut world = World::start().await;
    assert_eq!(world.ask(&question()).await, acknowledgement(RESOLVER_REQUEST_ID));
    let published = world.sns.published();
    assert_eq!(published.len(), 1);
    assert_eq!(published[0].topic_arn, topic_arn());
    let mut message: Value = serde_json::from_str(&published[0].message).expect("the body is JSON");
    let asked_at = message.as_object_mut().and_then(|message| message.remove("askedAt"));
    assert!(asked_at.is_some_and(|asked_at| asked_at.as_u64().is_some_and(|ms| ms > 1_700_000_000_000)));
    let expected = json!({
        "version": 1,
        "requestId": RESOLVER_REQUEST_ID, "sessionId": SESSION, "owner": OIDC_SUBJECT, "locale": "de_DE", "message": QUESTION,
    });
    assert_eq!(message, expected);
    assert_eq!(published[0].attributes["type"], "Question");
    assert!(published[0].attributes["trace"].starts_with("Root=1-"), "{:?}", published[0].attributes);
    world.finish().await;
}

#[tokio::test]
async fn the_whole_request_document_is_taken_for_the_payload_in_it() {
    let mut world = World::start().await;
    let response = world.invoke(&invoke_document(&resolver_payload(&question()))).await;
    assert_eq!(response, acknowledgement(RESOLVER_REQUEST_ID));
    world.finish().await;
}

#[tokio::test]
async fn the_owner_is_the_identity_and_never_the_input() {
    let mut world = World::start().await;
    let mut input = question();
    input["owner"] = json!("somebody-else");
    let mut payload = resolver_payload(&input);
    payload["identity"] = Value::Null;
    world.invoke(&payload).await;
    world.ask(&input).await;
    let owners: Vec<_> = world
        .sns
        .published()
        .iter()
        .map(|published| serde_json::from_str::<Value>(&published.message).expect("JSON")["owner"].clone())
        .collect();
    assert_eq!(owners, [Value::Null, json!(OIDC_SUBJECT)]);
    world.finish().await;
}

#[tokio::test]
async fn the_callers_request_id_is_kept() {
    let mut world = World::start().await;
    let chosen = "0B5E4F0C-5D58-4C12-9F5F-0C7F3F5C1A2B";
    let mut input = question();
    input["requestId"] = json!(chosen);
    assert_eq!(world.ask(&input).await, acknowledgement(chosen));
    world.finish().await;
}

/// Inputs that break rules, with the fields that must be named, in order.
fn refused() -> Vec<(Value, Vec<&'static str>)> {
    let with = |field: &str, value: Value| {
        let mut input = question();
        input[field] = value;
        input
    };
    vec![
        (with("sessionId", json!("short")), vec!["sessionId"]),
        (with("sessionId", json!("spaces are not allowed")), vec!["sessionId"]),
        (with("sessionId", json!("x".repeat(129))), vec!["sessionId"]),
        (with("message", json!(" \n\t")), vec!["message"]),
        (with("message", json!("\u{1F44D}".repeat(8_001))), vec!["message"]),
        (with("message", Value::Null), vec!["message"]),
        (with("locale", json!("en")), vec!["locale"]),
        (with("requestId", json!("not-a-uuid")), vec!["requestId"]),
        (
            json!({"sessionId": "short", "message": "", "locale": "xx_XX", "requestId": "1"}),
            vec!["sessionId", "message", "locale", "requestId"],
        ),
        (json!({}), vec!["sessionId", "message", "locale"]),
    ]
}

#[tokio::test]
async fn every_broken_rule_is_reported_at_once_and_nothing_is_published() {
    let mut world = World::start().await;
    for (input, fields) in refused() {
        let response = world.ask(&input).await;
        let error = &response["error"];
        assert_eq!(error["type"], "BadRequest", "{input}");
        let violations = error["violations"].as_array().expect("violations are listed");
        let named: Vec<_> = violations.iter().map(|violation| violation["field"].as_str().unwrap_or_default()).collect();
        assert_eq!(named, fields, "{input}");
        assert!(violations.iter().all(|violation| violation["rule"].as_str().is_some_and(|rule| !rule.is_empty())));
    }
    assert_eq!(world.sns.requests(), 0);
    world.finish().await;
}

#[tokio::test]
async fn the_longest_question_counts_characters_and_fits_into_sns() {
    let mut world = World::start().await;
    let mut input = question();
    input["message"] = json!("\u{1F44D}".repeat(8_000));
    assert_eq!(world.ask(&input).await, acknowledgement(RESOLVER_REQUEST_ID));
    world.finish().await;
}
