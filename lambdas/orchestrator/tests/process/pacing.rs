//! When pieces leave: the start at once, the first text at once, never two at a time, all over one connection.

use std::time::Duration;

use fakes::appsync::Outcome;
use fakes::bedrock::Answer;

use crate::harness::{WORDS, World, succeeded};

const THINKING: Duration = Duration::from_millis(600);
/// Far more than a piece needs on a busy machine, far less than the model thinks.
const AT_ONCE: Duration = Duration::from_millis(200);

#[tokio::test]
async fn the_start_leaves_while_the_model_thinks_and_the_first_text_waits_for_nothing() {
    let mut world = World::start().await;
    world.script([Answer::paced(WORDS, THINKING, Duration::from_millis(50))]);
    assert!(succeeded(&world.ask().await));
    let first_token = world.bedrock.emitted()[0].at;
    let seen = world.seen();
    let start = &seen.pieces()[0];
    assert!(start.answered.is_some_and(|answered| answered < first_token), "the start is delivered before the first token");
    let first = seen.deltas().next().expect("text");
    assert_eq!(first.text("message"), WORDS[0], "the first text leaves alone");
    assert!(first.arrived - first_token < AT_ONCE, "the first text left {:?} after the token", first.arrived - first_token);
    world.finish().await;
}

#[tokio::test]
async fn one_mutation_is_under_way_at_a_time_and_text_that_comes_meanwhile_is_joined() {
    let mut world = World::start().await;
    world.appsync.usually(Outcome::DeliverAfter(Duration::from_millis(100)));
    let tokens: Vec<_> = (0..200).map(|index| format!("token-{index:04}-do-not-log ")).collect();
    world.script([Answer::paced(tokens.clone(), Duration::ZERO, Duration::from_millis(5))]);
    assert!(succeeded(&world.ask().await));
    let mutations = world.appsync.mutations();
    for pair in mutations.windows(2) {
        assert!(pair[0].answered.is_some_and(|answered| answered <= pair[1].arrived), "one after the other");
    }
    let seen = world.seen();
    assert_eq!(seen.text(), tokens.concat());
    assert!(seen.deltas().count() < 20, "200 tokens in a second went out as {} pieces", seen.deltas().count());
    world.finish().await;
}

#[tokio::test]
async fn the_connections_opened_during_init_serve_every_answer() {
    let mut world = World::start().await;
    assert_eq!((world.appsync.server().connections(), world.bedrock.server().connections()), (1, 1), "opened during init");
    for round in 0..3 {
        world.script([Answer::immediate(WORDS)]);
        let mut question = crate::harness::question();
        question["requestId"] = format!("00000000-0000-4000-8000-{round:012}").into();
        let event = fakes::events::sns_event([question.to_string().as_str()]);
        assert!(succeeded(&world.function.invoke(&event, crate::harness::TIMEOUT).await));
    }
    assert_eq!((world.appsync.server().connections(), world.bedrock.server().connections()), (1, 1));
    world.finish().await;
}

#[tokio::test]
async fn an_answer_that_ends_while_a_piece_is_under_way_ends_when_it_has_arrived() {
    let mut world = World::start_with(&[("FLUSH_INTERVAL_MS", "2000")]).await;
    world.appsync.usually(Outcome::DeliverAfter(Duration::from_millis(20)));
    // Later than the start has arrived, so that the first words are under way when the last come.
    world.script([Answer::paced(WORDS, THINKING, Duration::from_millis(10))]);
    assert!(succeeded(&world.ask().await));
    let seen = world.seen();
    let pieces: Vec<_> = seen.deltas().collect();
    let waited = pieces[1].arrived - pieces[0].answered.expect("delivered");
    assert!(waited < AT_ONCE, "the rest left {waited:?} after the first piece had arrived");
    assert_eq!((seen.text(), pieces.len()), (WORDS.concat(), 2));
    world.finish().await;
}

/// However slow AppSync is and however long the interval: a slow AppSync must not look like a silent model.
#[tokio::test]
async fn a_slow_piece_does_not_keep_the_model_from_being_read() {
    let mut world = World::start_with(&[("FLUSH_INTERVAL_MS", "2000"), ("IDLE_TIMEOUT_MS", "1000")]).await;
    world.appsync.usually(Outcome::DeliverAfter(Duration::from_millis(1_500)));
    let tokens: Vec<_> = (0..20).map(|index| format!("token-{index:04}-do-not-log ")).collect();
    world.script([Answer::paced(tokens.clone(), Duration::ZERO, Duration::from_millis(100))]);
    assert!(succeeded(&world.ask().await));
    let seen = world.seen();
    assert_eq!((seen.text(), seen.pieces().last().map(|last| last.text("event"))), (tokens.concat(), Some("END")));
    world.finish().await;
}
