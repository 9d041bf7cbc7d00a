//! What operators can see of an answer: enough to follow it, nothing of what it says. That nothing of it leaks is checked at the
//! end of every test of this suite, at TRACE level; here is what must be there.

use std::time::Duration;

use fakes::bedrock::{Answer, INPUT_TOKENS, Step, start};
use serde_json::{Value, json};

use crate::harness::{FUNCTION_NAME, REQUEST_ID, SESSION, WORDS, World, succeeded};

async fn answered() -> World {
    let mut world = World::start().await;
    world.script([Answer::paced(WORDS, Duration::from_millis(20), Duration::from_millis(20))]);
    assert!(succeeded(&world.ask().await));
    world
}

#[tokio::test]
async fn every_line_is_json_that_lambda_can_filter_by_level() {
    let output = answered().await.finish().await;
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
async fn one_summary_line_tells_how_an_answer_went() {
    let world = answered().await;
    let summaries: Vec<_> = world.function.log().into_iter().filter(|line| line["message"] == "answer ended").collect();
    let [summary] = &summaries[..] else { panic!("one summary, not {summaries:?}") };
    assert_eq!(summary["level"], "INFO");
    assert_eq!(summary["span"]["requestId"], REQUEST_ID);
    assert!(summary["span"]["functionRequestId"].is_string());
    let session = summary["span"]["session"].as_str().unwrap_or_default();
    assert!(session.len() >= 8 && session != SESSION, "{summary}");
    assert_eq!((&summary["stopReason"], &summary["told"]), (&json!("end_turn"), &json!(true)));
    assert!(world.appsync.mutations().iter().all(|piece| piece.input["answerId"] == summary["answerId"]), "{summary}");
    world.finish().await;
}

#[tokio::test]
async fn what_goes_wrong_with_a_model_is_logged_under_its_question() {
    let mut world = World::start().await;
    let refused = Answer::Error(http::StatusCode::TOO_MANY_REQUESTS, "ThrottlingException");
    let failed = Answer::Stream(vec![start(), Step::Exception("throttlingException")]);
    let cut = Answer::Stream(vec![start(), Step::CutMidFrame]);
    world.script([refused, failed, cut, Answer::immediate(WORDS)]);
    assert!(succeeded(&world.ask().await));
    let warnings: Vec<_> = world.function.log().into_iter().filter(|line| line["level"] == "WARN").collect();
    let messages: Vec<_> = warnings.iter().filter_map(|line| line["message"].as_str()).collect();
    let again = "model will be tried again";
    assert_eq!(messages, ["model not opened", again, "model failed in its stream", again, "model's stream was cut", again]);
    assert!(warnings.iter().all(|line| line["span"]["requestId"] == REQUEST_ID), "{warnings:?}");
    world.finish().await;
}

#[tokio::test]
async fn an_answer_leaves_its_metrics() {
    let world = answered().await;
    let metrics = world.function.logged(|line| line["_aws"].is_object()).await.expect("a metrics line");
    assert_eq!(metrics["Function"], FUNCTION_NAME);
    for name in ["ModelFirstTokenMs", "FirstPublishLagMs", "QueueWaitMs", "AnswerMs", "Mutations", "Retries"] {
        assert!(metrics[name].is_u64(), "{name} in {metrics}");
    }
    assert_eq!((&metrics["InputTokens"], &metrics["OutputTokens"]), (&json!(INPUT_TOKENS), &json!(WORDS.len())));
    assert_eq!(metrics["Mutations"], world.appsync.mutations().len());
    let directive = &metrics["_aws"]["CloudWatchMetrics"][0];
    assert_eq!(directive["Dimensions"], json!([["Function"]]));
    let declared = directive["Metrics"].as_array().expect("metrics are declared");
    assert!(declared.iter().all(|metric| metrics[metric["Name"].as_str().unwrap_or_default()].is_number()), "{directive}");
    world.finish().await;
}

#[tokio::test]
async fn errors_are_counted_by_code() {
    let mut world = World::start().await;
    world.script([Answer::Error(http::StatusCode::FORBIDDEN, "AccessDeniedException")]);
    assert!(succeeded(&world.ask().await));
    let metrics = world.function.logged(|line| line["Errors"] == 1).await.expect("a metrics line");
    assert_eq!(metrics["ErrorCode"], "model_misconfigured");
    let directives = metrics["_aws"]["CloudWatchMetrics"].as_array().expect("directives");
    assert!(directives.iter().any(|directive| directive["Dimensions"] == json!([["Function", "ErrorCode"]])));
    world.finish().await;
}
