//! A model that talks while AppSync has stopped must not fill the memory.

use std::time::Duration;

use fakes::appsync::Outcome;
use fakes::bedrock::Answer;

use crate::harness::{World, failed_with, succeeded};

/// What the model says: 64 MB.
const CHUNK: usize = 16 * 1024;
const CHUNKS: usize = 4096;
/// Long enough for the model to say far more than the limit, half of it: the last five seconds are for ending.
const TIMEOUT: Duration = Duration::from_secs(10);
/// What the process may grow by: the buffer's 1 MiB, the copies on their way, and room for the allocator.
const GROWTH_LIMIT: u64 = 5 * 1024 * 1024;

#[tokio::test]
async fn memory_stays_bounded_while_appsync_has_stopped() {
    let mut world = World::start().await;
    let before = world.function.peak_memory();
    world.appsync.usually(Outcome::Silence);
    let text = "flood-do-not-log ".repeat(CHUNK / 17);
    world.script([Answer::immediate(vec![text; CHUNKS])]);
    let outcome = world.ask_within(TIMEOUT).await;
    assert_eq!(failed_with(&outcome), Some("ReaderNotTold"), "{outcome:?}");
    let grown = world.function.peak_memory().saturating_sub(before);
    assert!(grown < GROWTH_LIMIT, "grew by {grown} bytes");
    let emitted = world.bedrock.emitted().len();
    assert!(emitted < CHUNKS, "the model was held back after {emitted} chunks");
    world.finish().await;
}

/// Thirty times what any service has to say in one message.
#[tokio::test]
async fn one_message_of_the_model_beyond_reason_ends_the_answer_and_not_the_function() {
    let mut world = World::start().await;
    let before = world.function.peak_memory();
    let text = "flood-do-not-log ".repeat(2 * 1024 * 1024);
    world.script([Answer::immediate([text]), Answer::immediate(["whole-answer-do-not-log"])]);
    assert!(succeeded(&world.ask().await));
    let grown = world.function.peak_memory().saturating_sub(before);
    assert!(grown < GROWTH_LIMIT, "grew by {grown} bytes");
    // Before the first text it is one try more.
    assert_eq!(world.seen().text(), "whole-answer-do-not-log");
    world.finish().await;
}
