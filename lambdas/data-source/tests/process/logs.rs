//! What operators can see of a question: enough to follow it, nothing of what it says.

use fakes::events::RESOLVER_REQUEST_ID;
use serde_json::{Value, json};

use crate::harness::{FUNCTION_NAME, SESSION, World, question};

#[tokio::test]
async fn every_line_is_json_that_lambda_can_filter_by_level() {
    let mut world = World::start().await;
    world.ask(&question()).await;
    let output = world.finish().await;
    assert!(!output.is_empty());
    for line in output.lines() {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}"));
        let timestamp = line["timestamp"].as_str().unwrap_or_default();
        assert!(timestamp.len() >= 20 && timestamp.ends_with('Z') && timestamp.contains('T'), "{line}");
        let level = line["level"].as_str().unwrap_or_default();
        assert!(["TRACE", "DEBUG", "INFO", "WARN", "ERROR"].contains(&level), "{line}");
    }
}

#[tokio::test]
async fn a_question_can_be_followed_without_naming_its_session() {
    let mut world = World::start().await;
    world.ask(&question()).await;
    let about = |line: &Value| line["span"]["requestId"] == RESOLVER_REQUEST_ID;
    let span = &world.function.logged(about).await.expect("a line about the question")["span"];
    assert!(span["functionRequestId"].is_string(), "{span}");
    let session = span["session"].as_str().unwrap_or_default();
    assert!(session.len() >= 8 && session != SESSION, "{span}");
    world.finish().await;
}

#[tokio::test]
async fn metrics_have_small_dimensions_and_count_errors_by_code() {
    let mut world = World::start().await;
    world.sns.fail_next([fakes::sns::Fault::Error(http::StatusCode::FORBIDDEN, "AuthorizationError")]);
    world.ask(&question()).await;
    let failed = world.function.logged(|line| line["_aws"].is_object() && line["Errors"] == 1).await.expect("a metric");
    assert_eq!(failed["Function"], FUNCTION_NAME);
    let directives = failed["_aws"]["CloudWatchMetrics"].as_array().expect("directives");
    let dimensions: Vec<_> = directives.iter().map(|directive| directive["Dimensions"].clone()).collect();
    assert_eq!(dimensions, [json!([["Function"]]), json!([["Function", "ErrorCode"]])]);
    assert!(failed["ErrorCode"].as_str().is_some_and(|code| code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')));
    world.finish().await;
}
