//! Asks the question: the query `getLlmResponse` over HTTPS. The service acknowledges at once; the answer comes by the
//! subscription.

use reqwest::{Client, RequestBuilder, StatusCode, Url, header};
use serde_json::{Map, Value, json};

use crate::{
    failure::{Failure, Violation},
    realtime::complaints,
    socket::{causes, place},
    texts,
};

const QUERY: &str = include_str!("../../../deployment/api/operations/get-llm-response.graphql");

/// One question. Its `Debug` form is not derived: a question is nobody's business but the service's.
#[derive(Clone)]
pub struct Question {
    /// 16 to 128 characters of `A-Za-z0-9_-`. Under an API key it is the only secret between two readers.
    pub session_id: String,
    /// A UUID this client chose, so that pieces of other answers in the session can be told apart.
    pub request_id: String,
    /// An Amazon Lex V2 locale, such as `en_US`.
    pub locale: String,
    /// The question's text.
    pub message: String,
}

/// What is known once the question was handed over.
#[derive(Debug, PartialEq, Eq)]
pub enum Handover {
    /// The service has it.
    Taken,
    /// Nobody can say whether the question went on; only an answer can tell. Holds the reason.
    Unknown(String),
}

/// Hands the question over and returns when the service has said what became of it.
///
/// # Errors
/// [`Failure::Refused`] with every violated rule where the question cannot be asked, [`Failure::Unauthorized`] where the
/// credential is not accepted, [`Failure::Busy`] where there are too many questions, [`Failure::Connection`] where the service
/// cannot be reached or is unavailable.
pub async fn ask(client: Client, url: Url, credential: Map<String, Value>, question: Question) -> Result<Handover, Failure> {
    let body = json!({"query": QUERY, "variables": {"input": {
        "sessionId": question.session_id,
        "message": question.message,
        "locale": question.locale,
        "requestId": question.request_id,
    }}});
    let request = client.post(url.clone()).header(header::CONTENT_TYPE, "application/json");
    let response = match authorize(request, &credential).body(body.to_string()).send().await {
        Ok(response) => response,
        Err(error) if error.is_connect() => {
            return Err(Failure::Connection(format!("cannot reach {}: {}", place(&url), causes(&error.without_url()))));
        }
        Err(error) => return Ok(Handover::Unknown(format!("{} gave no reply: {}", place(&url), causes(&error.without_url())))),
    };
    let status = response.status();
    match response.text().await {
        Ok(text) => verdict(status, &text, &question.request_id),
        Err(error) => Ok(Handover::Unknown(format!("{} broke off its reply: {}", place(&url), causes(&error.without_url())))),
    }
}

/// Adds the credential as HTTP headers. `host` is part of the real-time object only: the HTTP client sets its own.
fn authorize(request: RequestBuilder, credential: &Map<String, Value>) -> RequestBuilder {
    let headers = credential.iter().filter(|(name, _)| *name != "host");
    headers.fold(request, |request, (name, value)| request.header(name, value.as_str().unwrap_or_default()))
}

/// Reads the reply. AppSync answers most refusals with status 200, so the body decides where it is GraphQL.
fn verdict(status: StatusCode, text: &str, request_id: &str) -> Result<Handover, Failure> {
    let body = serde_json::from_str::<Value>(text).unwrap_or_default();
    let first = &body["errors"][0];
    match first["errorType"].as_str() {
        // The second is AppSync's own word for a query that took longer than 30 s: what it began may have happened.
        Some("OutcomeUnknown" | "ExecutionTimeout") => return Ok(Handover::Unknown(complaints(&body))),
        Some("Busy") => return Err(Failure::Busy),
        _ if !first.is_null() => return Err(refusal(status, first, &body)),
        _ => {}
    }
    match status {
        StatusCode::TOO_MANY_REQUESTS => return Err(Failure::Busy),
        StatusCode::GATEWAY_TIMEOUT => return Ok(Handover::Unknown(format!("the service answered {status}"))),
        _ if body.is_null() => return Err(Failure::Connection(format!("the service answered {status} without GraphQL"))),
        _ => {}
    }
    let reply = &body["data"]["getLlmResponse"];
    if !status.is_success() || reply.is_null() {
        return Err(Failure::Connection(format!("the service answered {status} without an acknowledgement")));
    }
    match reply["requestId"].as_str() {
        // The answer would carry the other id and be ignored: say so now and not after the timeout.
        Some(other) if other != request_id => {
            Err(Failure::Connection("the service acknowledged another request than was sent".to_owned()))
        }
        _ => Ok(Handover::Taken),
    }
}

/// Sorts a GraphQL error by what its reader can do about it.
fn refusal(status: StatusCode, error: &Value, body: &Value) -> Failure {
    let kind = error["errorType"].as_str().unwrap_or_default();
    let message = error["message"].as_str().unwrap_or("no reason given").to_owned();
    if kind.contains("Unauthorized") || matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
        return Failure::Unauthorized(complaints(body));
    }
    if kind.is_empty() || kind.starts_with("BadRequest") || kind.contains("Validation") {
        // Violations are an addition of this service; whatever else stands there is not worth failing over.
        let violations = serde_json::from_value::<Vec<Violation>>(error["errorInfo"]["violations"].clone());
        return Failure::Refused { message, violations: violations.unwrap_or_default() };
    }
    let said = complaints(body);
    let meaning = texts::of_error(kind).map(|text| format!(" ({text})")).unwrap_or_default();
    Failure::Connection(format!("the service could not take the question: {said}{meaning}"))
}
