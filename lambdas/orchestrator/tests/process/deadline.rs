//! An answer that cannot end in time is ended five seconds before Lambda would kill it.

use std::time::{Duration, Instant};

use fakes::bedrock::{Answer, Step};

use crate::harness::{World, succeeded};

const TIMEOUT: Duration = Duration::from_secs(8);
/// The invocation has 8 s, the last five are for ending.
const CUTOFF: Duration = Duration::from_secs(3);

#[tokio::test]
async fn what_was_produced_before_the_deadline_is_delivered_and_the_reader_is_told() {
    let mut world = World::start().await;
    let tokens: Vec<_> = (0..400).map(|index| format!("token-{index:04}-do-not-log ")).collect();
    world.script([Answer::paced(tokens, Duration::from_millis(100), Duration::from_millis(25))]);
    let asked = Instant::now();
    let outcome = world.ask_within(TIMEOUT).await;
    assert!(succeeded(&outcome), "{outcome:?}");
    let seen = world.seen();
    assert_eq!((seen.shape().as_str(), seen.error_code()), ("START DELTA ERROR ERROR", "deadline"));

    let told = seen.last().answered.expect("delivered") - asked;
    assert!((CUTOFF..CUTOFF + Duration::from_secs(2)).contains(&told), "the reader was told after {told:?}");
    let emitted = world.bedrock.emitted();
    let margin = Duration::from_millis(200);
    let produced: String =
        emitted.iter().filter(|token| token.at + margin < asked + CUTOFF).map(|token| token.text.as_str()).collect();
    assert!(seen.text().starts_with(&produced), "everything produced before the cutoff is delivered");
    world.finish().await;
}

#[tokio::test]
async fn a_model_that_still_thinks_at_the_deadline_is_not_waited_for() {
    let mut world = World::start().await;
    world.script([Answer::Stream(vec![Step::Wait(Duration::from_hours(1))])]);
    let outcome = world.ask_within(TIMEOUT).await;
    assert!(succeeded(&outcome), "{outcome:?}");
    let seen = world.seen();
    assert_eq!((seen.shape().as_str(), seen.error_code()), ("START ERROR ERROR", "deadline"));
    world.finish().await;
}
