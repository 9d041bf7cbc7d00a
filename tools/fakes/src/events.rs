//! Events as AWS hands them to the functions, built from recorded shapes: the orchestrator's own, and those in `fixtures/`.

use serde_json::{Value, json};

const SNS_EVENT: &str = include_str!("../../../lambdas/orchestrator/fixtures/sns_event.json");
const RESOLVER_PAYLOAD: &str = include_str!("../fixtures/resolver_payload.json");
const INVOKE_DOCUMENT: &str = include_str!("../fixtures/invoke_document.json");

/// Subject of the OIDC identity in [`resolver_payload`].
pub const OIDC_SUBJECT: &str = "3f6c1a52-6f0e-4d6e-9b53-0a6a2f8f0c11";
/// Request id that `util.autoId()` made for [`resolver_payload`].
pub const RESOLVER_REQUEST_ID: &str = "5c6f1d0e-9a3b-4a51-8d1e-2b7f3c4d5e6f";

/// The event for these SNS messages, one record each.
#[must_use]
pub fn sns_event<'a>(messages: impl IntoIterator<Item = &'a str>) -> Value {
    let records: Vec<_> = messages.into_iter().map(sns_record).collect();
    json!({ "Records": records })
}

fn sns_record(message: &str) -> Value {
    let mut record = shape(SNS_EVENT)["Records"][0].take();
    record["Sns"]["Message"] = json!(message);
    record
}

/// The payload our resolver sends for this `input`, asked by an OIDC identity.
#[must_use]
pub fn resolver_payload(input: &Value) -> Value {
    let mut payload = shape(RESOLVER_PAYLOAD);
    payload["arguments"]["input"] = input.clone();
    payload
}

/// The whole request document around a payload.
#[must_use]
pub fn invoke_document(payload: &Value) -> Value {
    let mut document = shape(INVOKE_DOCUMENT);
    document["payload"] = payload.clone();
    document
}

fn shape(fixture: &str) -> Value {
    serde_json::from_str(fixture).expect("a fixture is JSON")
}
