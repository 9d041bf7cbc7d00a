//! A function that is configured wrongly says everything that is wrong, once, and does not start.

use crate::harness::{launch, services};

#[tokio::test]
async fn all_configuration_problems_are_reported_together() {
    let (authority, bedrock, appsync) = services().await;
    let launch = launch(&authority, &bedrock, &appsync)
        .set("APPSYNC_GRAPHQL_URL", "http://example.com/graphql")
        .unset("MODEL_ID")
        .set("LOG_SALT", "")
        .set("MAX_OUTPUT_TOKENS", "0")
        .set("TEMPERATURE", "hot")
        .set("GUARDRAIL_ID", "gr-1");
    let output = launch.start().await.ready().await.expect_err("init fails");
    for name in ["APPSYNC_GRAPHQL_URL", "MODEL_ID", "LOG_SALT", "MAX_OUTPUT_TOKENS", "TEMPERATURE", "GUARDRAIL_VERSION"] {
        assert!(output.contains(name), "{name} is not named in\n{output}");
    }
    assert_eq!(output.lines().count(), 1, "one line says it all:\n{output}");
}

#[tokio::test]
async fn services_that_cannot_be_reached_during_init_do_not_stop_the_start() {
    let (authority, bedrock, appsync) = services().await;
    let launch = launch(&authority, &bedrock, &appsync);
    drop((bedrock, appsync));
    launch.start().await.ready().await.expect("init succeeds without its services");
}
