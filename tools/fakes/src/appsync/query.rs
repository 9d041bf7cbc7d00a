//! `getLlmResponse` as clients see it: the question is recorded and acknowledged, its answer is what the test scripts.

use std::sync::{Arc, Mutex};

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::{Call, Shared, State, errors, failure, refuse, script};
use crate::http::{Reply, Request};

pub(super) async fn take(request: &Request, state: Shared) -> Reply {
    if !is_authorized(request, &state) {
        refuse(&state, "neither a signature nor the client's credential");
        return failure(StatusCode::UNAUTHORIZED, "UnauthorizedException");
    }
    let question = match Call::read(&request.body, "Query", "getLlmResponse", "GetLlmResponseInput") {
        Ok(call) => call.input,
        Err(why) => {
            refuse(&state, why);
            return errors("getLlmResponse", "ValidationError");
        }
    };
    let (reply, is_lost, wait, steps) = {
        let mut state = state.lock().expect("not poisoned");
        state.questions.push(question.clone());
        let behaviour = &state.behaviour;
        let steps = (behaviour.script)(question["message"].as_str().unwrap_or_default());
        (behaviour.reply.clone(), behaviour.loses_reply, behaviour.reply_after, steps)
    };
    let (status, body) = reply.unwrap_or_else(|| (StatusCode::OK, acknowledgement(&question)));
    tokio::spawn(script::play(steps, question, Arc::clone(&state)));
    tokio::time::sleep(wait).await;
    if is_lost { Reply::Reset } else { Reply::json(status, &body) }
}

fn is_authorized(request: &Request, state: &Mutex<State>) -> bool {
    let (name, value) = &state.lock().expect("not poisoned").behaviour.credential;
    request.header(name) == Some(value)
}

/// What the data source's function answers once it has handed the question over.
fn acknowledgement(question: &Map<String, Value>) -> Value {
    json!({"data": {"getLlmResponse": {
        "sessionId": question["sessionId"],
        "locale": question["locale"],
        "messages": [{"content": "success", "contentType": "PlainText"}],
        "requestId": question.get("requestId"),
    }}})
}
