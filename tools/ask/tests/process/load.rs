//! Many conversations at once.

use std::{collections::HashSet, time::Duration};

use fakes::appsync::{AppSync, Behaviour, Step, apology, delta, end, start};
use serde_json::json;

use crate::program::{ask, finish};

#[tokio::test]
async fn fifty_conversations_at_once_are_each_complete_and_in_order() {
    let api = AppSync::start_without_tls(Behaviour::default()).await;
    let done = finish(ask(&api).args(["--repeat", "50", "--concurrency", "50", "--strict", "q"])).await;
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    assert!(done.out.contains("50 of 50 conversations answered"), "{}", done.out);
    assert!(done.out.contains("p50") && done.out.contains("first text"), "{}", done.out);
    let questions = api.questions();
    let distinct = |name| questions.iter().map(|input| input[name].as_str().unwrap()).collect::<HashSet<_>>().len();
    assert_eq!((distinct("sessionId"), distinct("requestId")), (50, 50));
}

#[tokio::test]
async fn no_more_conversations_are_held_at_a_time_than_asked_for() {
    let script = |_: &str| vec![start(), Step::Wait(Duration::from_millis(300)), end(1, "end_turn")];
    let api = AppSync::start_without_tls(Behaviour::scripted(script)).await;
    let done = finish(ask(&api).args(["--repeat", "4", "--concurrency", "2", "--json", "q"])).await;
    let summary = done.lines().pop().unwrap();
    assert!(summary["wallMs"].as_u64().unwrap() >= 600, "{summary}");
    // A conversation ends before the next one in its place begins, so its goodbye comes before the fourth start.
    let frames = api.frames();
    let third = frames.iter().enumerate().filter(|(_, kind)| *kind == "start").nth(2).unwrap().0;
    assert!(frames[..third].iter().any(|kind| kind == "stop"), "{frames:?}");
}

#[tokio::test]
async fn failures_are_counted_by_code_and_fail_the_run() {
    let script = |_: &str| vec![start(), apology(1, "Sorry.", "model_throttled")];
    let api = AppSync::start_without_tls(Behaviour::scripted(script)).await;
    let done = finish(ask(&api).args(["--repeat", "3", "q"])).await;
    assert_eq!(done.code, 1);
    assert!(done.out.contains("0 of 3 conversations") && done.out.contains("3 failed: model_throttled"), "{}", done.out);
}

#[tokio::test]
async fn someone_elses_message_in_a_private_session_fails_the_run() {
    let script = |_: &str| vec![start(), Step::Piece(json!({"requestId": "other", "message": "x"})), end(1, "end_turn")];
    let api = AppSync::start_without_tls(Behaviour::scripted(script)).await;
    let done = finish(ask(&api).args(["--repeat", "1", "--json", "q"])).await;
    let lines = done.lines();
    assert_eq!((done.code, &lines[1]["failures"]), (1, &json!({"incomplete": 1})), "{}", done.out);
}

#[tokio::test]
async fn an_incomplete_answer_fails_the_run() {
    let script = |_: &str| vec![start(), delta(2, "b"), end(3, "end_turn")];
    let api = AppSync::start_without_tls(Behaviour::scripted(script)).await;
    let done = finish(ask(&api).args(["--repeat", "2", "--concurrency", "2", "--gap-wait", "0", "q"])).await;
    assert_eq!(done.code, 1);
    assert!(done.out.contains("2 failed: incomplete"), "{}", done.out);
}
