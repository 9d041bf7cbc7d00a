//! Questions that are not answered: each kind has its exit code and says why.

use std::time::Duration;

use bytes::Bytes;
use fakes::{
    appsync::{AppSync, Behaviour, Step, apology, delta, end, marker, start, whole_answer},
    http::{Reply, Server},
};
use http::{Response, StatusCode};
use serde_json::json;
use tungstenite::handshake::derive_accept_key;

use crate::program::{Finished, ask, finish};

/// Asks once and expects this exit code and these words on standard error.
async fn fails(behaviour: Behaviour, arguments: &[&str], code: i32, said: &[&str]) -> Finished {
    let api = AppSync::start_without_tls(behaviour).await;
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

#[tokio::test]
async fn a_refused_question_lists_every_violation() {
    let violations = json!([{"field": "message", "rule": "must not be blank"}, {"field": "locale", "rule": "is unknown"}]);
    let refusal = json!({"data": {"getLlmResponse": null}, "errors": [{
        "errorType": "BadRequest", "message": "The question was not accepted.", "errorInfo": {"violations": violations},
    }]});
    let behaviour = || Behaviour::replying(StatusCode::OK, refusal.clone());
    fails(behaviour(), &[], 3, &["not accepted", "message must not be blank", "locale is unknown"]).await;
    let done = fails(behaviour(), &["--json"], 3, &[]).await;
    let outcome = done.lines().pop().unwrap();
    assert_eq!((&outcome["outcome"], &outcome["violations"]), (&json!("refused"), &violations));
}

#[tokio::test]
async fn an_unavailable_service_is_told_from_a_refused_question() {
    let error = json!({"errors": [{"errorType": "ServiceUnavailable", "message": "Try again."}]});
    let behaviour = Behaviour::replying(StatusCode::OK, error);
    fails(behaviour, &[], 6, &["ServiceUnavailable: Try again."]).await;
    let behaviour = Behaviour::replying(StatusCode::BAD_GATEWAY, json!("Bad gateway"));
    fails(behaviour, &[], 6, &["502"]).await;
}

#[tokio::test]
async fn a_busy_service_is_told_from_one_that_cannot_be_reached() {
    let busy = json!({"errors": [{"errorType": "Busy", "message": "Too many questions at the moment."}]});
    for (status, body) in [(StatusCode::OK, busy), (StatusCode::TOO_MANY_REQUESTS, json!("Slow down"))] {
        let done = fails(Behaviour::replying(status, body), &["--json"], 9, &["did not take this one; ask again"]).await;
        assert_eq!(done.lines().pop().unwrap()["outcome"], "busy");
    }
}

#[tokio::test]
async fn an_answer_is_taken_although_nobody_knew_whether_its_question_was() {
    let late = |question: &str| [vec![Step::Wait(Duration::from_millis(300))], whole_answer(question)].concat();
    let error = |kind: &str| Some((StatusCode::OK, json!({"errors": [{"errorType": kind, "message": "Not known."}]})));
    let gateway = Some((StatusCode::GATEWAY_TIMEOUT, json!("Gateway timeout")));
    for reply in [error("OutcomeUnknown"), error("ExecutionTimeout"), gateway] {
        let behaviour = Behaviour { reply, ..Behaviour::scripted(late) };
        let done =
            fails(behaviour, &[], 0, &["it is not known whether the question was taken; its answer may still arrive"]).await;
        assert_eq!(done.out, "You asked: q – das war's.\n");
    }
    let behaviour = Behaviour { loses_reply: true, ..Behaviour::scripted(late) };
    let done = fails(behaviour, &[], 0, &["gave no reply", "it is not known whether the question was taken"]).await;
    assert_eq!(done.out, "You asked: q – das war's.\n");
}

#[tokio::test]
async fn a_question_of_unknown_fate_is_listened_for_before_it_is_given_up() {
    let error = json!({"errors": [{"errorType": "OutcomeUnknown", "message": "Not known."}]});
    let behaviour = Behaviour::replying(StatusCode::OK, error);
    let said = ["OutcomeUnknown: Not known.", "no answer, and no word whether the question was taken, within 1 s"];
    fails(behaviour, &["--timeout", "1"], 5, &said).await;
}

#[tokio::test]
async fn an_acknowledgement_of_another_request_is_not_taken_for_ours() {
    let other = json!({"data": {"getLlmResponse": {"requestId": "9d1c"}}});
    let behaviour = Behaviour::replying(StatusCode::OK, other);
    fails(behaviour, &[], 6, &["another request"]).await;
}

#[tokio::test]
async fn an_answer_that_ends_in_error_keeps_its_text_apart_from_the_apology() {
    let script =
        |_: &str| vec![start(), delta(1, "half an"), apology(2, "Sorry.", "model_throttled"), marker(3, "model_throttled")];
    let done = fails(Behaviour::scripted(script), &[], 4, &["model_throttled", "Sorry."]).await;
    assert_eq!(done.out, "half an\n");
    let done = fails(Behaviour::scripted(script), &["--json"], 4, &[]).await;
    let outcome = done.lines().pop().unwrap();
    assert_eq!(
        json!([outcome["outcome"], outcome["errorCode"], outcome["apology"]]),
        json!(["error", "model_throttled", "Sorry."])
    );
}

#[tokio::test]
async fn an_error_is_told_in_words_of_its_own() {
    for (code, said) in [
        ("quota_exhausted", "used up; ask again tomorrow"),
        ("question_unreadable", "could not read the question, as may happen while it is updated; ask again in a moment"),
        ("model_misconfigured", "as the service is set up; tell whoever runs the service"),
    ] {
        let script = move |_: &str| vec![start(), apology(1, "Sorry.", code), marker(2, code)];
        fails(Behaviour::scripted(script), &[], 4, &[code, said, "The reader is told: Sorry."]).await;
    }
    // A word that is newer than this program is told as it is.
    let script = |_: &str| vec![start(), apology(1, "Sorry.", "tide"), marker(2, "tide")];
    fails(Behaviour::scripted(script), &[], 4, &["the answer ended early (tide). The reader is told: Sorry."]).await;
}

#[tokio::test]
async fn the_marker_alone_ends_the_answer_where_the_apology_was_lost() {
    let script = |_: &str| vec![start(), marker(2, "deadline")];
    let done = fails(Behaviour::scripted(script), &["--gap-wait", "0"], 4, &["deadline"]).await;
    assert!(!done.err.contains("#STREAM_ERROR#"), "{}", done.err);
}

#[tokio::test]
async fn a_lost_message_is_shown_as_a_gap() {
    let script = |_: &str| vec![start(), delta(1, "a"), delta(3, "c"), delta(4, "d"), end(6, "end_turn")];
    let done = fails(
        Behaviour::scripted(script),
        &["--gap-wait", "0"],
        8,
        &["missing sequence 2, 5", "missing here: 1 of the messages"],
    )
    .await;
    assert_eq!(done.out, "acd\n");
}

#[tokio::test]
async fn a_question_that_is_answered_twice_is_noticed() {
    let script = |_: &str| vec![start(), delta(1, "one answer"), delta(1, "another"), end(2, "end_turn")];
    let done = fails(Behaviour::scripted(script), &[], 8, &["two different messages for sequence 1"]).await;
    assert_eq!(done.out, "one answer\n");
}

#[tokio::test]
async fn messages_that_say_nothing_about_their_place_are_not_shown() {
    let script = |_: &str| vec![start(), Step::Piece(json!({"message": "?"})), delta(1, "a"), end(2, "end_turn")];
    let done = fails(Behaviour::scripted(script), &[], 8, &["1 without sequence or event"]).await;
    assert_eq!(done.out, "a\n");
}

#[tokio::test]
async fn a_piece_appsync_cannot_deliver_is_told() {
    let script = |_: &str| {
        let payload = json!({"data": null, "errors": [{"message": "Cannot return null for non-nullable type"}]});
        vec![start(), Step::Frame(json!({"type": "data", "payload": payload})), end(2, "end_turn")]
    };
    fails(Behaviour::scripted(script), &["--gap-wait", "0"], 8, &["non-nullable", "missing sequence 1"]).await;
}

#[tokio::test]
async fn an_answer_that_never_ends_times_out() {
    let done = fails(
        Behaviour::scripted(|_| vec![start(), delta(1, "a")]),
        &["--timeout", "1"],
        5,
        &["no end of the answer within 1 s"],
    )
    .await;
    assert_eq!(done.out, "a\n");
}

#[tokio::test]
async fn a_handshake_that_hangs_times_out() {
    let behaviour = Behaviour { acknowledges: false, ..Behaviour::default() };
    fails(behaviour, &["--timeout", "1"], 5, &["no acknowledgement of the connection"]).await;
}

#[tokio::test]
async fn a_connection_without_signs_of_life_is_lost() {
    let behaviour = Behaviour { connection_timeout: Duration::from_millis(300), ..Behaviour::scripted(|_| vec![start()]) };
    fails(behaviour, &[], 6, &["silent for 0.3 s"]).await;
}

#[tokio::test]
async fn keep_alives_hold_a_connection_over_a_long_silence() {
    let script = |_: &str| {
        let mut steps = vec![start()];
        for _ in 0..6 {
            steps.extend([Step::Wait(Duration::from_millis(200)), Step::Frame(json!({"type": "ka"}))]);
        }
        steps.extend([delta(1, "slow"), end(2, "end_turn")]);
        steps
    };
    let behaviour = Behaviour { connection_timeout: Duration::from_secs(1), ..Behaviour::scripted(script) };
    let done = fails(behaviour, &[], 0, &[]).await;
    assert_eq!(done.out, "slow\n");
}

#[tokio::test]
async fn a_socket_closed_in_mid_answer_is_told_with_its_reason() {
    let script = |_: &str| vec![start(), delta(1, "a"), Step::Close(1001, "going away")];
    let done =
        fails(Behaviour::scripted(script), &[], 6, &["closed the connection (1001 going away) before the end of the answer"])
            .await;
    assert_eq!(done.out, "a\n");
    fails(Behaviour::scripted(|_| vec![start(), Step::Cut]), &[], 6, &["before the end of the answer"]).await;
}

#[tokio::test]
async fn an_invalidated_subscription_ends_the_conversation() {
    let script = |_: &str| vec![start(), Step::Frame(json!({"type": "complete"}))];
    fails(Behaviour::scripted(script), &[], 6, &["AppSync ended the subscription"]).await;
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
    let api = AppSync::start_without_tls(Behaviour::default()).await;
    let mut command = crate::program::bare();
    let elsewhere = api.realtime_url().replace("/realtime", "");
    command.env("ASK_API_KEY", "k").args(["--graphql-url", &api.url(), "--realtime-url", &elsewhere, "q"]);
    let done = finish(&mut command).await;
    assert_eq!(done.code, 7, "{}", done.err);
    assert!(done.err.contains("401"), "{}", done.err);
}

/// Asks at a server that opens a WebSocket and says nothing on it. `answer` makes its `Sec-WebSocket-Accept` and
/// `Sec-WebSocket-Protocol` from the request's key and sub-protocols.
async fn opened_with<F>(answer: F) -> Finished
where
    F: Fn(&str, &str) -> (String, String) + Send + Sync + 'static,
{
    let server = Server::start(None, move |request| {
        let header = |name| request.header(name).unwrap();
        let (accept, protocol) = answer(header("sec-websocket-key"), header("sec-websocket-protocol"));
        let response = Response::builder()
            .status(StatusCode::SWITCHING_PROTOCOLS)
            .header("connection", "upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-accept", accept)
            .header("sec-websocket-protocol", protocol);
        let silence = Box::new(|open| {
            Box::pin(async move {
                std::future::pending::<()>().await;
                drop(open);
            }) as _
        });
        let reply = Reply::Upgrade(response.body(Bytes::new()).unwrap(), silence);
        Box::pin(async { reply })
    })
    .await;
    let place = format!("//127.0.0.1:{}/graphql", server.port());
    let mut command = crate::program::bare();
    command.env("ASK_API_KEY", "k").args(["--graphql-url", &format!("http:{place}"), "--realtime-url", &format!("ws:{place}")]);
    finish(command.args(["--timeout", "1", "q"])).await
}

#[tokio::test]
async fn only_a_websocket_server_that_read_this_request_is_trusted() {
    let accept = |key: &str| derive_accept_key(key.as_bytes());
    let trusted = opened_with(move |key, _| (accept(key), "graphql-ws".to_owned())).await;
    assert_eq!(trusted.code, 5, "{}", trusted.err);
    let unread = opened_with(move |_, _| (accept("another key"), "graphql-ws".to_owned())).await;
    let foreign = opened_with(move |key, _| (accept(key), "graphql-transport-ws".to_owned())).await;
    let credential = opened_with(move |key, offered| (accept(key), offered.replace("graphql-ws, ", ""))).await;
    for (done, said) in [(unread, "sec-websocket-accept"), (foreign, "unexpected protocol"), (credential, "does not speak")] {
        assert_eq!(done.code, 6, "{}", done.err);
        assert!(done.err.contains(said), "{said}: {}", done.err);
        assert!(!done.err.contains("header-"), "the credential is a secret: {}", done.err);
    }
}
