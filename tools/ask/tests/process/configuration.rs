//! Where the program learns what to do, and what it refuses.

use fakes::appsync::{AppSync, Behaviour};
use serde_json::json;

use crate::program::{File, ask, bare, finish};

fn config(api: &AppSync, auth: &serde_json::Value) -> String {
    let config = json!({
        "region": "eu-central-1", "graphqlUrl": api.url(), "realtimeUrl": api.realtime_url(),
        "maxMessageChars": 8000, "auth": auth,
    });
    config.to_string()
}

#[tokio::test]
async fn the_web_uis_configuration_is_enough() {
    let api = AppSync::start_without_tls(Behaviour::default()).await;
    let file = File::new("config.json", &config(&api, &json!({"mode": "API_KEY", "apiKey": "da2-key"})));
    let by_option = finish(bare().arg("--config").arg(&file.0).arg("q")).await;
    assert_eq!(by_option.code, 0, "{}", by_option.err);
    let by_environment = finish(bare().env("ASK_CONFIG", &file.0).env("ASK_API_KEY", "").arg("q")).await;
    assert_eq!(by_environment.code, 0, "{}", by_environment.err);
}

#[tokio::test]
async fn under_oidc_a_token_is_needed_and_used() {
    let behaviour = Behaviour { credential: ("Authorization", "ey.to.ken".to_owned()), ..Behaviour::default() };
    let api = AppSync::start_without_tls(behaviour).await;
    let auth = json!({"mode": "OIDC", "issuer": "https://login.example", "clientId": "ui", "scope": "openid"});
    let file = File::new("oidc.json", &config(&api, &auth));
    let without = finish(bare().arg("--config").arg(&file.0).arg("q")).await;
    assert_eq!(without.code, 2);
    assert!(without.err.contains("https://login.example") && without.err.contains("--token-file"), "{}", without.err);
    let by_environment = finish(bare().arg("--config").arg(&file.0).env("ASK_TOKEN", "ey.to.ken").arg("q")).await;
    assert_eq!(by_environment.code, 0, "{}", by_environment.err);
    let token = File::new("token", "ey.to.ken\n");
    let by_file = finish(bare().arg("--config").arg(&file.0).arg("--token-file").arg(&token.0).arg("q")).await;
    assert_eq!(by_file.code, 0, "{}", by_file.err);
}

#[tokio::test]
async fn a_question_does_not_cross_a_network_in_the_clear() {
    let done = finish(bare().env("ASK_API_KEY", "k").args([
        "--graphql-url",
        "http://api.example/graphql",
        "--realtime-url",
        "ws://api.example/graphql/realtime",
        "q",
    ]))
    .await;
    assert_eq!(done.code, 2);
    assert!(done.err.contains("graphql-url must begin with https://"), "{}", done.err);
    assert!(done.err.contains("realtime-url must begin with wss://"), "{}", done.err);
}

#[tokio::test]
async fn every_problem_is_named_at_once() {
    let done = finish(bare().arg("q")).await;
    assert_eq!(done.code, 2);
    for problem in ["no graphql-url", "no realtime-url", "no credential"] {
        assert!(done.err.contains(problem), "{problem}: {}", done.err);
    }
    let json = finish(bare().args(["--json", "q"])).await;
    assert_eq!(json.lines()[0]["exitCode"], 2);
}

#[tokio::test]
async fn a_broken_configuration_file_does_not_spill_its_key() {
    let file = File::new("broken.json", r#"{"auth": {"mode": "da2-secret", "apiKey": "da2-secret"}}"#);
    let done = finish(bare().arg("--config").arg(&file.0).arg("q")).await;
    assert_eq!(done.code, 2);
    assert!(done.err.contains("broken.json") && !done.err.contains("da2-secret"), "{}", done.err);
    assert_eq!(done.err.lines().count(), 1, "what the file would have held is no problem of its own: {}", done.err);
}

#[tokio::test]
async fn an_unknown_option_and_a_key_as_an_argument_are_usage_errors() {
    let api = AppSync::start_without_tls(Behaviour::default()).await;
    let wrong: [&[&str]; 5] = [
        &["--nonsense"],
        &["--api-key", "k"],
        &["--repeat", "0"],
        &["--concurrency", "5"],
        &["--repeat", "2", "--session", "a-session-of-my-own"],
    ];
    for arguments in wrong {
        let done = finish(ask(&api).args(arguments).arg("q")).await;
        assert_eq!(done.code, 2, "{arguments:?}");
        assert!(done.err.contains("For more information, try '--help'"), "{}", done.err);
    }
    assert!(api.questions().is_empty());
}

#[tokio::test]
async fn help_lists_every_exit_code_and_variable() {
    let done = finish(bare().arg("--help")).await;
    assert_eq!(done.code, 0);
    for code in 0..=8 {
        assert!(done.out.contains(&format!("\n  {code}  ")), "{code}: {}", done.out);
    }
    for name in ["ASK_API_KEY", "ASK_TOKEN", "ASK_CONFIG", "Examples:", "--concurrency"] {
        assert!(done.out.contains(name), "{name}: {}", done.out);
    }
}

#[tokio::test]
async fn a_session_may_come_by_the_environment_and_empty_variables_do_not_count() {
    let api = AppSync::start_without_tls(Behaviour::default()).await;
    let blank = ["ASK_CONFIG", "ASK_TOKEN", "ASK_TOKEN_FILE", "ASK_LOCALE"].map(|name| (name, ""));
    let done = finish(ask(&api).envs(blank).env("ASK_SESSION", "a-session-of-my-own").arg("q")).await;
    assert_eq!(done.code, 0, "{}", done.err);
    let done = finish(ask(&api).envs(blank).env("ASK_SESSION", "").arg("q")).await;
    assert_eq!(done.code, 0, "{}", done.err);
    let questions = api.questions();
    assert_eq!((&questions[0]["sessionId"], &questions[0]["locale"]), (&json!("a-session-of-my-own"), &json!("en_US")));
    assert_eq!(questions[1]["sessionId"].as_str().unwrap().len(), 64);
}
