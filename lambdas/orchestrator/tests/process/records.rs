//! Several records, repeated records, and records that are no questions.

use fakes::bedrock::Answer;
use fakes::events::sns_event;
use serde_json::{Value, json};

use crate::harness::{REQUEST_ID, SESSION, TIMEOUT, WORDS, World, failed_with, question, succeeded};
use crate::reader::Seen;

const OTHER: &str = "00000000-0000-4000-8000-000000000002";

/// Messages that are no questions, with the field the log names, and whether it is known whom to tell.
fn unreadable() -> Vec<(String, &'static str, bool)> {
    let with = |member: &str, value: Value| {
        let mut message = question();
        message[member] = value;
        message.to_string()
    };
    vec![
        ("no-json-do-not-log".to_owned(), "body", false),
        (with("sessionId", json!("short")), "sessionId", false),
        (with("requestId", json!("no-uuid")), "requestId", false),
        (with("locale", json!("xx_XX")), "locale", true),
        (with("message", json!("  ")), "message", true),
        (with("message", Value::Null), "message", true),
        (with("askedAt", json!("yesterday")), "askedAt", true),
    ]
}

#[tokio::test]
async fn an_unreadable_record_goes_to_the_dead_letter_its_reader_is_told_and_its_sibling_answered() {
    for (message, field, known) in unreadable() {
        let mut world = World::start().await;
        world.script([Answer::immediate(WORDS)]);
        let mut sibling = question();
        sibling["requestId"] = OTHER.into();
        let event = sns_event([message.as_str(), sibling.to_string().as_str()]);
        let outcome = world.function.invoke(&event, TIMEOUT).await;
        assert_eq!(failed_with(&outcome), Some("QuestionUnreadable"), "{field}: {outcome:?}");
        let mutations = world.appsync.mutations();
        let seen = Seen::by_request(&mutations, OTHER);
        assert_eq!((seen.shape(), seen.text()), ("START DELTA END".to_owned(), WORDS.concat()));
        let told = mutations.iter().filter(|piece| piece.text("requestId") == REQUEST_ID);
        let codes: Vec<_> = told.map(|piece| piece.text("errorCode")).collect();
        let expected: &[_] = if known { &["", "question_unreadable", "question_unreadable"] } else { &[] };
        assert_eq!(codes, expected, "{field}");
        let line = world.function.logged(|line| line["level"] == "ERROR" && line.to_string().contains(field)).await;
        assert!(line.is_some(), "{field} is not named in\n{}", world.function.output());
        let output = world.finish().await;
        assert!(!output.contains("no-json-do-not-log"), "the content was logged:\n{output}");
    }
}

#[tokio::test]
async fn a_record_delivered_twice_is_answered_once() {
    let mut world = World::start().await;
    world.script([Answer::immediate(WORDS)]);
    let message = question().to_string();
    let twice = sns_event([message.as_str(), message.as_str()]);
    assert!(succeeded(&world.function.invoke(&twice, TIMEOUT).await));
    assert!(succeeded(&world.function.invoke(&twice, TIMEOUT).await), "and again, as a retry of the whole event");
    assert_eq!(world.bedrock.asked().len(), 1);
    assert_eq!((world.seen().shape(), world.seen().text()), ("START DELTA END".to_owned(), WORDS.concat()));
    world.finish().await;
}

#[tokio::test]
async fn two_sandboxes_that_answer_one_question_can_be_told_apart() {
    let mut answer_ids = Vec::new();
    for _ in 0..2 {
        let mut world = World::start().await;
        world.script([Answer::immediate(WORDS)]);
        assert!(succeeded(&world.ask().await));
        answer_ids.push(world.seen().last().text("answerId").to_owned());
        world.finish().await;
    }
    assert_ne!(answer_ids[0], answer_ids[1]);
}

#[tokio::test]
async fn every_question_of_an_event_is_answered() {
    let mut world = World::start().await;
    world.script([Answer::immediate(WORDS), Answer::immediate(WORDS)]);
    let mut other = question();
    other["requestId"] = OTHER.into();
    let event = sns_event([question().to_string().as_str(), other.to_string().as_str()]);
    assert!(succeeded(&world.function.invoke(&event, TIMEOUT).await));
    for request in [REQUEST_ID, OTHER] {
        let seen = Seen::by_request(&world.appsync.mutations(), request);
        assert_eq!((seen.shape(), seen.text()), ("START DELTA END".to_owned(), WORDS.concat()), "{request}");
    }
    world.finish().await;
}

#[tokio::test]
async fn a_question_without_an_owner_is_answered_without_one() {
    let mut world = World::start().await;
    world.script([Answer::immediate(WORDS)]);
    let mut message = question();
    message["owner"] = Value::Null;
    message["somethingNew"] = json!({"ignored": true});
    assert!(succeeded(&world.function.invoke(&sns_event([message.to_string().as_str()]), TIMEOUT).await));
    let mutations = world.appsync.mutations();
    assert!(mutations.len() >= 3);
    assert!(mutations.iter().all(|one| one.input.get("owner").is_none_or(Value::is_null) && one.text("sessionId") == SESSION));
    world.finish().await;
}

#[tokio::test]
async fn an_event_of_another_service_fails() {
    let mut world = World::start().await;
    let outcome = world.function.invoke(&json!({"detail-type": "Scheduled Event"}), TIMEOUT).await;
    assert_eq!(failed_with(&outcome), Some("NotAnSnsEvent"), "{outcome:?}");
    assert!(world.appsync.mutations().is_empty());
    world.finish().await;
}
