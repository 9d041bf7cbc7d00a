//! Text arrives as the model wrote it, whatever is in it and however it is cut.

use std::time::Duration;

use fakes::appsync::{MAX_EVENT_BYTES, Mutation};
use fakes::bedrock::{Answer, Step, finish, start};
use serde_json::{Value, json};
use unicode_segmentation::UnicodeSegmentation;

use crate::harness::{WORDS, World, succeeded};
use crate::reader::Seen;

const FAMILY: &str = "\u{1F469}\u{200D}\u{1F469}\u{200D}\u{1F467}\u{200D}\u{1F466}";

/// Asks once, and returns what was seen of a complete answer.
async fn answered(world: &mut World, answer: Answer) -> Seen {
    world.script([answer]);
    let outcome = world.ask().await;
    assert!(succeeded(&outcome), "{outcome:?}");
    let seen = world.seen();
    assert_eq!(seen.shape(), "START DELTA END");
    seen
}

/// Size of the event a subscriber would get.
fn event_bytes(mutation: &Mutation) -> usize {
    Value::Object(mutation.input.clone()).to_string().len()
}

#[tokio::test]
async fn twenty_thousand_tokens_arrive_complete() {
    let mut world = World::start().await;
    let tokens: Vec<_> = (0..20_000).map(|index| format!("token-{index:05}-do-not-log ")).collect();
    let seen = answered(&mut world, Answer::immediate(tokens.clone())).await;
    assert_eq!(seen.text(), tokens.concat());
    // The search for every one of them would take longer than the answer; one in a hundred tells as much.
    let output = world.function.output();
    assert!(tokens.iter().step_by(100).all(|token| !output.contains(token.trim())), "a token was logged");
}

#[tokio::test]
async fn one_delta_of_300_kb_is_cut_into_deliverable_pieces_between_characters() {
    for unit in [FAMILY, "\"quoted\\\n", "e\u{301}", "\u{1F1E9}\u{1F1EA}", "plain "] {
        let text = unit.repeat(300 * 1024 / unit.len());
        let mut world = World::start().await;
        let seen = answered(&mut world, Answer::immediate([text.clone()])).await;
        assert_eq!(seen.text(), text, "{unit:?}");
        assert!(seen.deltas().all(|delta| event_bytes(delta) <= MAX_EVENT_BYTES), "{unit:?}");
        let boundaries: std::collections::HashSet<_> = text.grapheme_indices(true).map(|(at, _)| at).collect();
        let mut position = 0;
        for delta in seen.deltas() {
            assert!(boundaries.contains(&position), "{unit:?} is cut at {position}");
            position += delta.text("message").len();
        }
        world.finish().await;
    }
}

#[tokio::test]
async fn characters_split_across_deltas_arrive_whole() {
    let mut world = World::start().await;
    let text = format!("{FAMILY}e\u{301}\u{1F1E9}\u{1F1EA}नि한글\u{1F44D}\u{1F3FD} ");
    let code_points: Vec<_> = text.repeat(40).chars().map(String::from).collect();
    let seen = answered(&mut world, Answer::paced(code_points, Duration::ZERO, Duration::from_millis(1))).await;
    assert_eq!(seen.text(), text.repeat(40));
    world.finish().await;
}

#[tokio::test]
async fn a_model_that_prints_markers_cannot_end_its_own_answer() {
    let mut world = World::start().await;
    let markers = ["#END_STREAM#", "#STREAM_ERROR#", "#START_STREAM#"];
    let steps = [start()]
        .into_iter()
        // Far enough apart that each leaves as a piece of its own.
        .chain(markers.iter().flat_map(|marker| [Step::Text((*marker).to_owned()), Step::Wait(Duration::from_millis(400))]))
        .chain(finish("end_turn", 3));
    let seen = answered(&mut world, Answer::Stream(steps.collect())).await;
    let texts: Vec<_> = seen.deltas().map(|delta| delta.text("message")).collect();
    assert_eq!(texts, markers, "each is text, told apart by its event");
    assert_eq!(seen.pieces().iter().filter(|piece| piece.text("event") == "END").count(), 1);
    world.finish().await;
}

#[tokio::test]
async fn reasoning_tool_calls_and_events_of_the_future_are_not_shown() {
    let mut world = World::start().await;
    let delta = |delta: Value| Step::Event("contentBlockDelta", json!({"contentBlockIndex": 0, "delta": delta}));
    let tool = json!({"toolUse": {"toolUseId": "t-1", "name": "lookup"}});
    let steps = [
        start(),
        delta(json!({"reasoningContent": {"text": "reasoning-do-not-log"}})),
        delta(json!({"reasoningContent": {"signature": "c2lnbmF0dXJl"}})),
        Step::Event("contentBlockStart", json!({"contentBlockIndex": 1, "start": tool})),
        delta(json!({"toolUse": {"input": "{\"arguments-do-not-log\":1}"}})),
        Step::Event("somethingOfTheFuture", json!({"text": "future-do-not-log"})),
        Step::Text(WORDS[0].to_owned()),
    ];
    let seen = answered(&mut world, Answer::Stream(steps.into_iter().chain(finish("end_turn", 9)).collect())).await;
    assert_eq!(seen.text(), WORDS[0]);
    let output = world.finish().await;
    assert!(!output.contains("do-not-log"), "{output}");
}
