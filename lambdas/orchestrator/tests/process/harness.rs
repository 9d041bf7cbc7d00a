//! A started function, the services around it, and questions to put to it.

use std::time::Duration;

use fakes::appsync::AppSync;
use fakes::aws::Latency;
use fakes::bedrock::{Answer, Bedrock, Step};
use fakes::events::sns_event;
use fakes::function::{Function, Launch};
use fakes::runtime_api::Outcome;
use fakes::secrets::{LOG_SALT, Secrets};
use fakes::tls::Authority;
use serde_json::{Value, json};

use crate::reader::Seen;

/// The function's timeout as deployed.
pub const TIMEOUT: Duration = Duration::from_mins(2);
pub const REQUEST_ID: &str = "5c6f1d0e-9a3b-4a51-8d1e-2b7f3c4d5e6f";
pub const SESSION: &str = "session-do-not-log-0001";
pub const OWNER: &str = "owner-do-not-log-0001";
pub const QUESTION: &str = "Is my salary of 4711 do-not-log euros fair?";
pub const LOCALE: &str = "de_DE";
pub const MODEL: &str = "eu.amazon.nova-micro-v1:0";
pub const FUNCTION_NAME: &str = "test-orchestrator";
/// Text of an ordinary answer.
pub const WORDS: [&str; 3] = ["first-token-do-not-log ", "second-token-do-not-log ", "third-token-do-not-log"];

/// The function, the services around it, and what its output must not hold.
pub struct World {
    pub bedrock: Bedrock,
    pub appsync: AppSync,
    pub function: Function,
    secrets: Secrets,
    _authority: Authority,
}

impl World {
    /// Starts a correctly configured function and waits for the end of init.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// The same with these variables set, too.
    pub async fn start_with(variables: &[(&str, &str)]) -> Self {
        let (authority, bedrock, appsync) = services().await;
        let launch = launch(&authority, &bedrock, &appsync);
        let launch = variables.iter().fold(launch, |launch, (name, value)| launch.set(name, value));
        let mut function = launch.start().await;
        function.ready().await.expect("init succeeds");
        let mut secrets = Secrets::new();
        for secret in [SESSION, OWNER, QUESTION] {
            secrets.add(secret);
        }
        Self { bedrock, appsync, function, secrets, _authority: authority }
    }

    /// Adds what the model answers next; its text becomes something no log may hold.
    pub fn script(&mut self, answers: impl IntoIterator<Item = Answer>) {
        let answers: Vec<_> = answers.into_iter().collect();
        for answer in &answers {
            let Answer::Stream(steps) = answer else { continue };
            for step in steps {
                match step {
                    // Shorter texts are in everything.
                    Step::Text(text) if text.len() >= 8 => self.secrets.add(&text.chars().take(200).collect::<String>()),
                    _ => {}
                }
            }
        }
        self.bedrock.script(answers);
    }

    /// Asks the usual question and returns what Lambda would record.
    pub async fn ask(&mut self) -> Outcome {
        self.ask_within(TIMEOUT).await
    }

    /// The same with another timeout.
    pub async fn ask_within(&mut self, timeout: Duration) -> Outcome {
        self.function.invoke(&sns_event([question().to_string().as_str()]), timeout).await
    }

    /// What the reader of the usual question saw.
    pub fn seen(&self) -> Seen {
        Seen::by_request(&self.appsync.mutations(), REQUEST_ID)
    }

    /// Ends the function and searches everything it printed.
    pub async fn finish(self) -> String {
        assert_eq!(self.appsync.refused(), Vec::<String>::new(), "requests AppSync would refuse");
        assert_eq!(self.bedrock.refused(), Vec::<String>::new(), "requests Bedrock would refuse");
        let output = self.function.stop().await;
        assert_eq!(self.secrets.found_in(&output), None);
        output
    }
}

/// Services that answer at once, and the authority they are trusted by.
pub async fn services() -> (Authority, Bedrock, AppSync) {
    let authority = Authority::new();
    let bedrock = Bedrock::start(&authority).await;
    let appsync = AppSync::start(&authority, Latency::Fixed(Duration::from_millis(1))).await;
    (authority, bedrock, appsync)
}

/// The function with the environment Terraform gives it.
pub fn launch(authority: &Authority, bedrock: &Bedrock, appsync: &AppSync) -> Launch {
    Launch::new(env!("CARGO_BIN_EXE_orchestrator"), FUNCTION_NAME, authority)
        .set("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", &bedrock.endpoint())
        .set("APPSYNC_GRAPHQL_URL", &appsync.url())
        .set("MODEL_ID", MODEL)
        .set("LOG_SALT", LOG_SALT)
        .set("AWS_LAMBDA_LOG_LEVEL", "TRACE")
}

/// The usual question, asked by a known reader.
pub fn question() -> Value {
    json!({
        "requestId": REQUEST_ID,
        "sessionId": SESSION,
        "owner": OWNER,
        "locale": LOCALE,
        "message": QUESTION,
        "askedAt": 1_795_300_000_000_u64,
    })
}

/// What the handler returns when nothing is left to do.
pub fn succeeded(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Success(_))
}

/// The kind of a failed invocation.
pub fn failed_with(outcome: &Outcome) -> Option<&str> {
    match outcome {
        Outcome::Error { error_type, .. } => Some(error_type),
        _ => None,
    }
}
