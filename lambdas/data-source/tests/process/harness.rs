//! A started function and the SNS it publishes to.

use std::time::Duration;

use fakes::aws::{Latency, REGION};
use fakes::events::{OIDC_SUBJECT, resolver_payload};
use fakes::function::{Function, Launch};
use fakes::runtime_api::Outcome;
use fakes::secrets::{LOG_SALT, Secrets};
use fakes::sns::Sns;
use fakes::tls::Authority;
use serde_json::{Value, json};

/// The function's timeout as deployed.
pub const TIMEOUT: Duration = Duration::from_secs(10);
pub const SESSION: &str = "session-do-not-log-0001";
pub const QUESTION: &str = "Is my salary of 4711 do-not-log euros fair?";
pub const FUNCTION_NAME: &str = "test-data-source";

/// The topic every question goes to.
pub fn topic_arn() -> String {
    format!("arn:aws:sns:{REGION}:111122223333:questions")
}

/// The function, the service behind it, and what its output must not hold.
pub struct World {
    pub sns: Sns,
    pub function: Function,
    pub secrets: Secrets,
    _authority: Authority,
}

impl World {
    /// Starts a correctly configured function and waits for the end of init.
    pub async fn start() -> Self {
        Self::start_with(Latency::Fixed(Duration::from_millis(1))).await
    }

    /// The same with an SNS that takes so long.
    pub async fn start_with(latency: Latency) -> Self {
        let authority = Authority::new();
        let sns = Sns::start(&authority, latency).await;
        let mut function = launch(&authority, &sns).start().await;
        function.ready().await.expect("init succeeds");
        let mut secrets = Secrets::new();
        for secret in [SESSION, QUESTION, OIDC_SUBJECT] {
            secrets.add(secret);
        }
        Self { sns, function, secrets, _authority: authority }
    }

    /// Asks with this input and returns what the resolver would get.
    pub async fn ask(&mut self, input: &Value) -> Value {
        self.invoke(&resolver_payload(input)).await
    }

    /// Invokes with any payload and returns what the resolver would get.
    pub async fn invoke(&mut self, payload: &Value) -> Value {
        match self.function.invoke(payload, TIMEOUT).await {
            Outcome::Success(response) => response,
            other => panic!("the function must answer with a value, not {other:?}\n{}", self.function.output()),
        }
    }

    /// Ends the function and searches everything it printed.
    pub async fn finish(self) -> String {
        assert_eq!(self.sns.refused(), Vec::<String>::new(), "requests AWS would refuse");
        let output = self.function.stop().await;
        assert_eq!(self.secrets.found_in(&output), None);
        output
    }
}

/// SNS that answers in a millisecond, and the authority it is trusted by.
pub async fn services() -> (Authority, Sns) {
    let authority = Authority::new();
    let sns = Sns::start(&authority, Latency::Fixed(Duration::from_millis(1))).await;
    (authority, sns)
}

/// The function with the environment Terraform gives it.
pub fn launch(authority: &Authority, sns: &Sns) -> Launch {
    Launch::new(env!("CARGO_BIN_EXE_data-source"), FUNCTION_NAME, authority)
        .set("AWS_ENDPOINT_URL_SNS", &sns.endpoint())
        .set("SNS_TOPIC_ARN", &topic_arn())
        .set("LOG_SALT", LOG_SALT)
        .set("AWS_LAMBDA_LOG_LEVEL", "TRACE")
}

/// A question that keeps every rule.
pub fn question() -> Value {
    json!({"sessionId": SESSION, "message": QUESTION, "locale": "de_DE"})
}
