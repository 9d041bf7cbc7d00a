//! Questions that are not answered: each kind has its exit code and says why.

use serde_json::json;

use crate::{
    appsync::{AppSync, Behaviour, Step, delta, end, error, start},
    program::{Finished, ask, finish},
};

/// Asks once and expects this exit code and these words on standard error.
async fn fails(behaviour: Behaviour, arguments: &[&str], code: i32, said: &[&str]) -> Finished {
    let api = AppSync::start(behaviour).await;
    let done = finish(ask(&api).args(arguments).arg("q")).await;
    assert_eq!(done.code, code, "{}", done.err);
    // Whoever reads the logs for a failure needs its id, which a script has in the outcome.
    let named = api.questions().first().is_none_or(|input| done.err.contains(input["requestId"].as_str().unwrap()));
    assert!(named || code == 0 || arguments.contains(&"--json"), "{}", done.err);
    for said in said {
        assert!(done.err.contains(said), "{said}: {}", done.err);
    }
    assert!(!done.err.contains("da2-key"), "{}", done.err);
    done
}

fn scripted(script: fn(&str) -> Vec<Step>) -> Behaviour {
    Behaviour { script, ..Behaviour::default() }
}

#[tokio::test]
async fn a_refused_question_lists_every_violation() {
    let violations = json!([{"field": "message", "rule": "must not be blank"}, {"field": "locale", "rule": "is unknown"}]);
    let refusal = json!({"data": {"getLlmResponse": null}, "errors": [{
        "errorType": "BadRequest", "message": "The question was not accepted.", "errorInfo": {"violations": violations},
    }]});
    let behaviour = || Behaviour { reply: Some((200, refusal.clone())), ..Behaviour::default() };
    fails(behaviour(), &[], 3, &["not accepted", "message must not be blank", "locale is unknown"]).await;
    let done = fails(behaviour(), &["--json"], 3, &[]).await;
    let outcome = done.lines().pop().unwrap();
    assert_eq!((&outcome["outcome"], &outcome["violations"]), (&json!("refused"), &violations));
}

#[tokio::test]
async fn an_unavailable_service_is_told_from_a_refused_question() {
    let error = json!({"errors": [{"errorType": "ServiceUnavailable", "message": "Try again."}]});
    let behaviour = Behaviour { reply: Some((200, error)), ..Behaviour::default() };
    fails(behaviour, &[], 6, &["ServiceUnavailable: Try again."]).await;
    let behaviour = Behaviour { reply: Some((502, json!("Bad gateway"))), ..Behaviour::default() };
    fails(behaviour, &[], 6, &["502"]).await;
}

#[tokio::test]
async fn a_question_of_unknown_fate_is_listened_for_before_it_is_given_up() {
    let error = json!({"errors": [{"errorType": "OutcomeUnknown", "message": "Not known."}]});
    let behaviour = Behaviour { reply: Some((200, error)), ..Behaviour::default() };
    let said = ["OutcomeUnknown: Not known.", "no answer, and no word whether the question was taken, within 1 s"];
    fails(behaviour, &["--timeout", "1"], 5, &said).await;
}

#[tokio::test]
async fn an_acknowledgement_of_another_request_is_not_taken_for_ours() {
    let other = json!({"data": {"getLlmResponse": {"requestId": "9d1c"}}});
    let behaviour = Behaviour { reply: Some((200, other)), ..Behaviour::default() };
    fails(behaviour, &[], 6, &["another request"]).await;
}

#[tokio::test]
async fn an_answer_that_ends_in_error_keeps_its_text_apart_from_the_apology() {
    let script = |_: &str| {
        vec![start(), delta(1, "half an"), error(2, "Sorry.", "model_throttled"), error(3, "#STREAM_ERROR#", "model_throttled")]
    };
    let done = fails(scripted(script), &[], 4, &["model_throttled", "Sorry."]).await;
    assert_eq!(done.out, "half an\n");
    let done = fails(scripted(script), &["--json"], 4, &[]).await;
    let outcome = done.lines().pop().unwrap();
    assert_eq!(
        json!([outcome["outcome"], outcome["errorCode"], outcome["apology"]]),
        json!(["error", "model_throttled", "Sorry."])
    );
}

#[tokio::test]
async fn the_marker_alone_ends_the_answer_where_the_apology_was_lost() {
    let script = |_: &str| vec![start(), error(2, "#STREAM_ERROR#", "deadline")];
    let done = fails(scripted(script), &["--gap-wait", "0"], 4, &["deadline"]).await;
    assert!(!done.err.contains("#STREAM_ERROR#"), "{}", done.err);
}

#[tokio::test]
async fn a_lost_message_is_shown_as_a_gap() {
    let script = |_: &str| vec![start(), delta(1, "a"), delta(3, "c"), delta(4, "d"), end(6, "end_turn")];
    let done =
        fails(scripted(script), &["--gap-wait", "0"], 8, &["missing sequence 2, 5", "missing here: 1 of the messages"]).await;
    assert_eq!(done.out, "acd\n");
}

#[tokio::test]
async fn a_question_that_is_answered_twice_is_noticed() {
    let script = |_: &str| vec![start(), delta(1, "one answer"), delta(1, "another"), end(2, "end_turn")];
    let done = fails(scripted(script), &[], 8, &["two different messages for sequence 1"]).await;
    assert_eq!(done.out, "one answer\n");
}

#[tokio::test]
async fn messages_that_say_nothing_about_their_place_are_not_shown() {
    let script = |_: &str| vec![start(), Step::Piece(json!({"message": "?"})), delta(1, "a"), end(2, "end_turn")];
    let done = fails(scripted(script), &[], 8, &["1 without sequence or event"]).await;
    assert_eq!(done.out, "a\n");
}

#[tokio::test]
async fn a_piece_appsync_cannot_deliver_is_told() {
    let script = |_: &str| {
        let payload = json!({"data": null, "errors": [{"message": "Cannot return null for non-nullable type"}]});
        vec![start(), Step::Frame(json!({"type": "data", "payload": payload})), end(2, "end_turn")]
    };
    fails(scripted(script), &["--gap-wait", "0"], 8, &["non-nullable", "missing sequence 1"]).await;
}

#[tokio::test]
async fn an_answer_that_never_ends_times_out() {
    let done =
        fails(scripted(|_| vec![start(), delta(1, "a")]), &["--timeout", "1"], 5, &["no end of the answer within 1 s"]).await;
    assert_eq!(done.out, "a\n");
}

#[tokio::test]
async fn a_handshake_that_hangs_times_out() {
    let behaviour = Behaviour { acknowledges: false, ..Behaviour::default() };
    fails(behaviour, &["--timeout", "1"], 5, &["no acknowledgement of the connection"]).await;
}

#[tokio::test]
async fn a_connection_without_signs_of_life_is_lost() {
    let behaviour = Behaviour { connection_timeout_ms: 300, ..scripted(|_| vec![start()]) };
    fails(behaviour, &[], 6, &["silent for 0.3 s"]).await;
}

#[tokio::test]
async fn keep_alives_hold_a_connection_over_a_long_silence() {
    let script = |_: &str| {
        let mut steps = vec![start()];
        for _ in 0..6 {
            steps.extend([Step::Silence(200), Step::Frame(json!({"type": "ka"}))]);
        }
        steps.extend([delta(1, "slow"), end(2, "end_turn")]);
        steps
    };
    let behaviour = Behaviour { connection_timeout_ms: 1000, ..scripted(script) };
    let done = fails(behaviour, &[], 0, &[]).await;
    assert_eq!(done.out, "slow\n");
}

#[tokio::test]
async fn a_socket_closed_in_mid_answer_is_told_with_its_reason() {
    let script = |_: &str| vec![start(), delta(1, "a"), Step::Close(1001, "going away")];
    let done = fails(scripted(script), &[], 6, &["closed the connection (1001 going away) before the end of the answer"]).await;
    assert_eq!(done.out, "a\n");
    fails(scripted(|_| vec![start(), Step::Cut]), &[], 6, &["before the end of the answer"]).await;
}

#[tokio::test]
async fn an_invalidated_subscription_ends_the_conversation() {
    let script = |_: &str| vec![start(), Step::Frame(json!({"type": "complete"}))];
    fails(scripted(script), &[], 6, &["AppSync ended the subscription"]).await;
}

#[tokio::test]
async fn a_wrong_key_is_not_a_broken_connection() {
    let behaviour = Behaviour { credential: ("x-api-key", "another".to_owned()), ..Behaviour::default() };
    fails(behaviour, &[], 7, &["UnauthorizedException"]).await;
}

#[tokio::test]
async fn a_subscription_may_be_refused_for_the_credential_or_for_a_limit() {
    let refused =
        |kind: &str| Behaviour { refuses_start: Some(json!({"errorType": kind, "message": "no"})), ..Behaviour::default() };
    fails(refused("UnauthorizedException"), &[], 7, &["no"]).await;
    fails(refused("MaxSubscriptionsReachedError"), &[], 6, &["MaxSubscriptionsReachedError"]).await;
}

#[tokio::test]
async fn nobody_listening_is_a_connection_failure() {
    let port = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let mut command = crate::program::bare();
    command.env("ASK_API_KEY", "k").args([
        "--graphql-url",
        &format!("http://127.0.0.1:{port}/graphql"),
        "--realtime-url",
        &format!("ws://127.0.0.1:{port}/graphql/realtime"),
        "q",
    ]);
    let done = finish(&mut command).await;
    assert_eq!(done.code, 6);
    assert!(done.err.contains("cannot reach 127.0.0.1") && done.err.contains("refused"), "{}", done.err);
    assert!(!done.err.contains("graphql") && !done.err.contains("request id"), "{}", done.err);
}

#[tokio::test]
async fn a_server_that_is_no_websocket_is_told_by_its_answer() {
    let api = AppSync::start(Behaviour::default()).await;
    let mut command = crate::program::bare();
    let elsewhere = api.realtime_url().replace("/realtime", "");
    command.env("ASK_API_KEY", "k").args(["--graphql-url", &api.graphql_url(), "--realtime-url", &elsewhere, "q"]);
    let done = finish(&mut command).await;
    assert_eq!(done.code, 7, "{}", done.err);
    assert!(done.err.contains("401"), "{}", done.err);
}
