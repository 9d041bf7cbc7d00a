//! A function that is configured wrongly says everything that is wrong, once, and does not start.

use crate::harness::{launch, services};

#[tokio::test]
async fn all_configuration_problems_are_reported_together() {
    let (authority, sns) = services().await;
    let launch = launch(&authority, &sns).unset("SNS_TOPIC_ARN").set("LOG_SALT", "").set("MAX_MESSAGE_CHARS", "many");
    let output = launch.start().await.ready().await.expect_err("init fails");
    for name in ["SNS_TOPIC_ARN", "LOG_SALT", "MAX_MESSAGE_CHARS"] {
        assert!(output.contains(name), "{name} is not named in\n{output}");
    }
    assert_eq!(output.lines().count(), 1, "one line says it all:\n{output}");
}

#[tokio::test]
async fn a_topic_that_cannot_be_reached_during_init_does_not_stop_the_start() {
    let (authority, sns) = services().await;
    let launch = launch(&authority, &sns);
    drop(sns);
    launch.start().await.ready().await.expect("init succeeds without SNS");
}
