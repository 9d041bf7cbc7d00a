//! What the model is asked with.

use fakes::bedrock::Answer;
use serde_json::json;

use crate::harness::{MODEL, QUESTION, WORDS, World, succeeded};

#[tokio::test]
async fn the_defaults_limit_the_output_and_ask_for_the_readers_language() {
    let mut world = World::start().await;
    world.script([Answer::immediate(WORDS)]);
    assert!(succeeded(&world.ask().await));
    let asked = world.bedrock.asked().remove(0);
    assert_eq!(asked.model_id, MODEL);
    assert_eq!(asked.body["messages"], json!([{"role": "user", "content": [{"text": QUESTION}]}]));
    assert_eq!(asked.body["inferenceConfig"], json!({"maxTokens": 2048}));
    assert!(asked.body["system"].to_string().contains("German"), "{}", asked.body["system"]);
    assert_eq!(asked.body.get("guardrailConfig"), None);
    world.finish().await;
}

#[tokio::test]
async fn every_setting_reaches_the_model() {
    let profile = "arn:aws:bedrock:eu-central-1:111122223333:application-inference-profile/abc123";
    let mut world = World::start_with(&[
        ("MODEL_ID", profile),
        ("SYSTEM_PROMPT", "You are the bank's assistant."),
        ("MAX_OUTPUT_TOKENS", "99"),
        ("TEMPERATURE", "0.5"),
        ("TOP_P", "0.25"),
        ("GUARDRAIL_ID", "gr-1"),
        ("GUARDRAIL_VERSION", "7"),
        ("GUARDRAIL_STREAM_MODE", "async"),
    ])
    .await;
    world.script([Answer::immediate(WORDS)]);
    assert!(succeeded(&world.ask().await));
    let asked = world.bedrock.asked().remove(0);
    assert_eq!(asked.model_id, profile);
    assert_eq!(asked.body["inferenceConfig"], json!({"maxTokens": 99, "temperature": 0.5, "topP": 0.25}));
    assert!(asked.body["system"].to_string().contains("You are the bank's assistant."));
    let guardrail = &asked.body["guardrailConfig"];
    assert_eq!((&guardrail["guardrailIdentifier"], &guardrail["guardrailVersion"]), (&json!("gr-1"), &json!("7")));
    assert_eq!(guardrail["streamProcessingMode"], "async");
    world.finish().await;
}
