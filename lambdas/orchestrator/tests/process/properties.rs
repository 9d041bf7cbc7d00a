//! Whatever the model says, in whatever pieces, and whatever passing faults AppSync has: the reader gets exactly that.

use std::time::Duration;

use fakes::appsync::Outcome;
use fakes::bedrock::Answer;
use fakes::events::sns_event;
use http::StatusCode;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof};
use proptest::test_runner::{TestCaseError, TestRunner};

use crate::harness::{TIMEOUT, World, question, succeeded};
use crate::reader::Seen;

/// Faults that pass, quick ones only.
fn passing() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        6 => Just(Outcome::Deliver),
        1 => Just(Outcome::Status(StatusCode::INTERNAL_SERVER_ERROR, "InternalFailure")),
        1 => Just(Outcome::Errors("ThrottlingException")),
        1 => Just(Outcome::Reset),
        1 => Just(Outcome::DeliverAndReset),
        1 => (0..40_u64).prop_map(|ms| Outcome::DeliverAfter(Duration::from_millis(ms))),
    ]
}

#[derive(Clone, Debug)]
struct Conversation {
    deltas: Vec<String>,
    interval_ms: u64,
    outcomes: Vec<Outcome>,
}

fn conversation() -> impl Strategy<Value = Conversation> {
    // One text in ten is long; any character may be in it, and the model may cut anywhere.
    let delta = prop_oneof![9 => ".{1,12}", 1 => proptest::collection::vec(any::<char>(), 100..2000).prop_map(String::from_iter)];
    let outcomes = proptest::collection::vec(passing(), 0..6);
    (proptest::collection::vec(delta, 1..60), 0..4_u64, outcomes).prop_map(|(deltas, interval_ms, outcomes)| Conversation {
        deltas,
        interval_ms,
        outcomes,
    })
}

#[test]
fn the_reader_gets_exactly_what_the_model_said() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let world = std::cell::RefCell::new(runtime.block_on(World::start()));
    let asked = std::cell::Cell::new(0_u32);
    let config = ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() };
    let result = TestRunner::new(config).run(&conversation(), |conversation| {
        asked.set(asked.get() + 1);
        runtime.block_on(check(&mut world.borrow_mut(), asked.get(), conversation))
    });
    if let Err(failure) = result {
        panic!("{failure}\n{}", world.borrow().function.output());
    }
    runtime.block_on(world.into_inner().finish());
}

/// Puts one question; the world is the same for all of them, as a warm function is.
async fn check(world: &mut World, number: u32, conversation: Conversation) -> Result<(), TestCaseError> {
    let request_id = format!("00000000-0000-4000-8000-{number:012}");
    let mut question = question();
    question["requestId"] = request_id.clone().into();
    let said = conversation.deltas.concat();
    world.appsync.forget();
    world.appsync.script(conversation.outcomes);
    world.script([Answer::paced(conversation.deltas, Duration::ZERO, Duration::from_millis(conversation.interval_ms))]);
    let outcome = world.function.invoke(&sns_event([question.to_string().as_str()]), TIMEOUT).await;
    let seen = Seen::by_request(&world.appsync.mutations(), &request_id);
    let expected = ("START DELTA END".to_owned(), said);
    if succeeded(&outcome) && (seen.shape(), seen.text()) == expected {
        return Ok(());
    }
    Err(TestCaseError::fail(format!("{outcome:?}, {}, {} of {} bytes", seen.shape(), seen.text().len(), expected.1.len())))
}
