//! Questions that are answered.

use std::{sync::Arc, time::Duration};

use fakes::{
    appsync::{AppSync, Behaviour, Step, delta, end, start},
    aws::Latency,
    pieces,
    tls::Authority,
};
use serde_json::json;
use tokio::{io::AsyncReadExt as _, sync::Notify};

use crate::program::{File, ask, bare, finish, finish_with_input};

#[tokio::test]
async fn prints_the_answer_and_nothing_else_on_standard_output() {
    let api = AppSync::start_without_tls(Behaviour::default()).await;
    let done = finish(ask(&api).args(["--locale", "de_DE", "Wie", "geht's?"])).await;
    assert_eq!((done.code, done.out.as_str()), (0, "You asked: Wie geht's? – das war's.\n"));
    let end = pieces::read(pieces::END);
    let tokens = format!("{} tokens in, {} out", end["inputTokens"], end["outputTokens"]);
    for said in ["first text 0.", "complete 0.", "5 messages", &tokens, "end_turn"] {
        assert!(done.err.contains(said), "{said}: {}", done.err);
    }
    let input = &api.questions()[0];
    assert_eq!((&input["locale"], &input["message"]), (&json!("de_DE"), &json!("Wie geht's?")));
    let session = input["sessionId"].as_str().unwrap();
    assert!(session.len() >= 32 && session.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    assert!(!done.err.contains(session), "the session id is a secret");
    // It said goodbye, and asked only once its subscription was live: the API answers to nobody else.
    assert_eq!(api.frames_until_stop().await, ["connection_init", "start", "stop"]);
    assert_eq!(api.refused(), Vec::<String>::new());
}

#[tokio::test]
async fn prints_text_when_it_arrives_and_not_at_the_end() {
    let gate = Arc::new(Notify::new());
    let steps = vec![start(), delta(1, "early"), Step::Gate(Arc::clone(&gate)), delta(2, " late"), end(3, "end_turn")];
    let api = AppSync::start_without_tls(Behaviour::scripted(move |_| steps.clone())).await;
    let mut child = ask(&api).arg("q").spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    let mut early = [0; 5];
    out.read_exact(&mut early).await.unwrap();
    assert_eq!(&early, b"early");
    gate.notify_one();
    let mut late = String::new();
    out.read_to_string(&mut late).await.unwrap();
    assert_eq!(late, " late\n");
    assert!(child.wait().await.unwrap().success());
}

#[tokio::test]
async fn stops_when_nobody_reads_any_more() {
    let gate = Arc::new(Notify::new());
    let steps = vec![start(), delta(1, "early"), Step::Gate(Arc::clone(&gate)), delta(2, " late")];
    let api = AppSync::start_without_tls(Behaviour::scripted(move |_| steps.clone())).await;
    let mut child = ask(&api).arg("q").spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut [0; 5]).await.unwrap();
    drop(out);
    gate.notify_one();
    let done = child.wait_with_output().await.unwrap();
    let said = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(1), "{said}");
    assert!(said.contains("standard output"), "{said}");
}

#[tokio::test]
async fn reads_the_question_from_standard_input() {
    let api = AppSync::start_without_tls(Behaviour::default()).await;
    let done = finish_with_input(&mut ask(&api), "two\nlines\n").await;
    assert_eq!(done.code, 0, "{}", done.err);
    assert_eq!(api.questions()[0]["message"], "two\nlines");
}

#[tokio::test]
async fn puts_messages_in_order_once_and_ignores_other_questions() {
    let disorder = |_: &str| {
        let foreign =
            json!({"requestId": "0c8ae8a2-6f3d-4d1f-8f5e-000000000000", "sequence": 1, "event": "DELTA", "message": "X"});
        vec![start(), delta(2, "b"), Step::Piece(foreign), delta(1, "a"), delta(1, "a"), end(4, "end_turn"), delta(3, "c")]
    };
    let api = AppSync::start_without_tls(Behaviour::scripted(disorder)).await;
    let done = finish(ask(&api).arg("q")).await;
    assert_eq!((done.code, done.out.as_str()), (0, "abc\n"), "{}", done.err);
    for said in ["2 out of order", "1 repeated", "1 of other questions"] {
        assert!(done.err.contains(said), "{said}: {}", done.err);
    }
    let strict = finish(ask(&api).args(["--strict", "q"])).await;
    assert_eq!((strict.code, strict.out.as_str()), (8, "abc\n"), "{}", strict.err);
}

#[tokio::test]
async fn keeps_to_the_first_of_two_answers_and_says_so_once() {
    let two_runs = |_: &str| {
        let by = |run: &str, step| match step {
            Step::Piece(mut piece) => {
                piece["answerId"] = run.into();
                Step::Piece(piece)
            }
            other => other,
        };
        let mine = [start(), delta(1, "one "), delta(2, "answer"), end(3, "end_turn")].map(|step| by("1", step));
        let other = [start(), delta(1, "an"), delta(2, "other"), end(3, "end_turn")].map(|step| by("2", step));
        mine.into_iter().zip(other).flat_map(|(mine, other)| [mine, other]).collect()
    };
    let api = AppSync::start_without_tls(Behaviour::scripted(two_runs)).await;
    let done = finish(ask(&api).arg("q")).await;
    assert_eq!((done.code, done.out.as_str()), (0, "one answer\n"), "{}", done.err);
    assert_eq!(done.err.matches("delivered twice").count(), 1, "{}", done.err);
    assert!(done.err.contains("3 of another answer"), "{}", done.err);
    let strict = finish(ask(&api).args(["--strict", "q"])).await;
    assert_eq!((strict.code, strict.out.as_str()), (8, "one answer\n"), "{}", strict.err);
}

#[tokio::test]
async fn a_marker_in_the_text_does_not_end_the_answer() {
    let script = |_: &str| vec![start(), delta(1, "#END_STREAM#"), delta(2, "!"), end(3, "end_turn")];
    let api = AppSync::start_without_tls(Behaviour::scripted(script)).await;
    assert_eq!(finish(ask(&api).arg("q")).await.out, "#END_STREAM#!\n");
}

#[tokio::test]
async fn does_not_wait_for_the_acknowledgement_to_print_the_answer() {
    let api = AppSync::start_without_tls(Behaviour { reply_after: Duration::from_mins(1), ..Behaviour::default() }).await;
    let done = finish(ask(&api).arg("q")).await;
    assert_eq!((done.code, done.out.as_str()), (0, "You asked: q – das war's.\n"), "{}", done.err);
}

#[tokio::test]
async fn says_why_an_answer_was_cut_by_the_service() {
    let script = |_: &str| vec![start(), delta(1, "…"), end(2, "max_tokens")];
    let api = AppSync::start_without_tls(Behaviour::scripted(script)).await;
    let done = finish(ask(&api).arg("q")).await;
    assert_eq!(done.code, 0);
    assert!(done.err.contains("limit of output tokens"), "{}", done.err);
}

#[tokio::test]
async fn speaks_json_to_scripts() {
    let api = AppSync::start_without_tls(Behaviour::default()).await;
    let done = finish(ask(&api).args(["--json", "--session", "a-session-of-my-own", "why"])).await;
    let lines = done.lines();
    let mut events: Vec<_> = lines.iter().map(|line| line["event"].as_str().unwrap()).collect();
    // The acknowledgement may come at any time after the question left.
    events.retain(|event| *event != "acknowledged");
    assert_eq!(events, ["asked", "started", "text", "text", "text", "outcome"]);
    let text: String = lines.iter().filter_map(|line| line["text"].as_str()).collect();
    assert_eq!(text, "You asked: why – das war's.");
    let outcome = lines.last().unwrap();
    assert_eq!(outcome["requestId"], api.questions()[0]["requestId"]);
    assert_eq!(outcome["requestId"].as_str().unwrap().len(), 36);
    assert_eq!(
        json!([outcome["outcome"], outcome["exitCode"], outcome["stopReason"], outcome["tally"]["messages"]]),
        json!(["answered", 0, "end_turn", 5])
    );
    assert!(outcome["firstTextMs"].as_u64().unwrap() <= outcome["totalMs"].as_u64().unwrap());
    assert_eq!(api.questions()[0]["sessionId"], "a-session-of-my-own");
    assert!(!done.out.contains("a-session-of-my-own"));
}

#[tokio::test]
async fn asks_over_tls_with_a_token_only_where_it_trusts_the_certificate() {
    let authority = Authority::new();
    let api = AppSync::start(&authority, Latency::Fixed(Duration::ZERO)).await;
    api.meet_clients(Behaviour { credential: ("Authorization", "ey.to.ken".to_owned()), ..Behaviour::default() });
    let token = File::new("tls-token", "Bearer ey.to.ken\n");
    let command = || {
        let mut command = bare();
        command.args(["--graphql-url", &api.url(), "--realtime-url", &api.realtime_url(), "q"]);
        command.env("ASK_TOKEN_FILE", &token.0);
        command
    };
    let done = finish(command().env("SSL_CERT_FILE", authority.certificate())).await;
    assert_eq!((done.code, done.out.as_str()), (0, "You asked: q – das war's.\n"), "{}", done.err);
    let distrusted = finish(&mut command()).await;
    assert_eq!((distrusted.code, api.questions().len()), (6, 1), "{}", distrusted.err);
    assert!(distrusted.err.contains("certificate"), "{}", distrusted.err);
}
