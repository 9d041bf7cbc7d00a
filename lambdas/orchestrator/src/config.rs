//! Everything that can be set, read once at start.

use std::time::Duration;

use platform::aws::Place;
use platform::settings::{Common, Problems, Settings};

use crate::answer::context::TIME_TO_TELL;

/// The pacer's first interval where none is set, chosen by `tools/bench`: at 15 ms a token it costs no more mutations than six
/// tokens each, and a word waits 40 ms on average.
pub const FLUSH_INTERVAL: Duration = Duration::from_millis(92);

/// The least the buffer holds, in bytes: more than any answer of a few thousand tokens.
const BUFFER_FLOOR: usize = 1024 * 1024;

/// Bytes that one token of output may take. Tokens are a few bytes long; only runs of one character come near this.
const BYTES_PER_TOKEN: usize = 64;

/// The settings of this function.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// `APPSYNC_GRAPHQL_URL`: where answers are published.
    pub appsync_url: String,
    /// What the model is asked with.
    pub model: ModelConfig,
    /// `FLUSH_INTERVAL_MS`: the pacer's first interval.
    pub flush_interval: Duration,
    /// `IDLE_TIMEOUT_MS`: the longest silence of a model that is taken for thinking.
    pub idle_timeout: Duration,
    /// `FUNCTION_TIMEOUT_SECONDS`: how long an invocation may take. Lambda says when it ends by the wall clock only.
    pub timeout: Option<Duration>,
    /// What both functions are told.
    pub common: Common,
    /// `AWS_REGION`, set by Lambda, and `AWS_ENDPOINT_URL_BEDROCK_RUNTIME` or else `AWS_ENDPOINT_URL`.
    pub bedrock: Place,
}

/// What the model is asked with.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelConfig {
    /// `MODEL_ID`: id of a model, or id or ARN of an inference profile.
    pub model_id: String,
    /// `SYSTEM_PROMPT`: instructions ahead of every question.
    pub system_prompt: Option<String>,
    /// `MAX_OUTPUT_TOKENS`: always sent, since Bedrock reserves quota for a model's maximum otherwise.
    pub max_output_tokens: i32,
    /// `TEMPERATURE`, 0 to 1.
    pub temperature: Option<f32>,
    /// `TOP_P`, 0 to 1.
    pub top_p: Option<f32>,
    /// The guardrail every answer passes.
    pub guardrail: Option<Guardrail>,
}

/// A guardrail of Bedrock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guardrail {
    /// `GUARDRAIL_ID`: id or ARN.
    pub id: String,
    /// `GUARDRAIL_VERSION`: a number, or DRAFT.
    pub version: String,
    /// `GUARDRAIL_STREAM_MODE`.
    pub mode: GuardrailMode,
}

/// When a guardrail lets text pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuardrailMode {
    /// After it was checked. The only mode that can mask.
    Sync,
    /// At once, while it is checked: quicker, and unsafe text may be seen before it is stopped.
    Async,
}

impl Config {
    /// Reads the settings from the environment.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn from_env() -> Result<Self, Problems> {
        Self::read(&env)
    }

    /// Reads the settings through `lookup`.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn read(lookup: &dyn Fn(&str) -> Option<String>) -> Result<Self, Problems> {
        let mut settings = Settings::new(lookup);
        let common = Common::read(&mut settings);
        let bedrock = Place::read(&mut settings, &common.region, "BEDROCK_RUNTIME");
        let is_model =
            |id: &str| id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._:/".contains(&byte)) && !id.contains("..");
        let model = ModelConfig {
            model_id: settings.required_as("MODEL_ID", is_model, "must be the id of a model, or the id or ARN of a profile"),
            system_prompt: settings.text("SYSTEM_PROMPT"),
            max_output_tokens: settings.number("MAX_OUTPUT_TOKENS", "max_output_tokens").unwrap_or(2_048),
            temperature: settings.number("TEMPERATURE", "temperature"),
            top_p: settings.number("TOP_P", "top_p"),
            guardrail: guardrail(&mut settings),
        };
        let config = Self {
            appsync_url: appsync_url(&mut settings),
            model,
            flush_interval: settings
                .number("FLUSH_INTERVAL_MS", "flush_interval_ms")
                .map_or(FLUSH_INTERVAL, Duration::from_millis),
            idle_timeout: Duration::from_millis(settings.number("IDLE_TIMEOUT_MS", "idle_timeout_ms").unwrap_or(30_000)),
            timeout: settings.number("FUNCTION_TIMEOUT_SECONDS", "orchestrator_timeout_seconds").map(Duration::from_secs),
            common,
            bedrock,
        };
        if config.timeout.is_some_and(|timeout| config.idle_timeout + TIME_TO_TELL > timeout) {
            settings
                .problem("IDLE_TIMEOUT_MS", "must leave 5 seconds of FUNCTION_TIMEOUT_SECONDS, or it never ends a silent answer");
        }
        settings.finish(config)
    }

    /// How much text may wait for AppSync, in bytes: an answer of the size the model is asked for, and generously so.
    #[must_use]
    pub fn buffer_limit(&self) -> usize {
        usize::try_from(self.model.max_output_tokens).unwrap_or_default().saturating_mul(BYTES_PER_TOKEN).max(BUFFER_FLOOR)
    }
}

fn appsync_url(settings: &mut Settings<'_>) -> String {
    let Some(url) = settings.address("APPSYNC_GRAPHQL_URL") else { return settings.required("APPSYNC_GRAPHQL_URL") };
    if url.splitn(4, '/').nth(3).unwrap_or_default().is_empty() {
        settings.problem("APPSYNC_GRAPHQL_URL", "must end with the path of the API, such as /graphql");
    }
    url
}

fn guardrail(settings: &mut Settings<'_>) -> Option<Guardrail> {
    let version = settings.optional("GUARDRAIL_VERSION");
    let modes = [("sync", GuardrailMode::Sync), ("async", GuardrailMode::Async)];
    let mode = settings.one_of("GUARDRAIL_STREAM_MODE", &modes).unwrap_or(GuardrailMode::Sync);
    let Some(id) = settings.optional("GUARDRAIL_ID") else {
        if version.is_some() {
            settings.problem("GUARDRAIL_ID", "is required with GUARDRAIL_VERSION");
        }
        return None;
    };
    if version.is_none() {
        settings.problem("GUARDRAIL_VERSION", "is required with GUARDRAIL_ID");
    }
    Some(Guardrail { id, version: version?, mode })
}

/// The word Lambda sets for the level of logs.
#[must_use]
pub fn log_level() -> Option<String> {
    env("AWS_LAMBDA_LOG_LEVEL")
}

fn env(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Config, GuardrailMode};

    const COMPLETE: [(&str, &str); 5] = [
        ("APPSYNC_GRAPHQL_URL", "https://x.appsync-api.eu-west-1.amazonaws.com/graphql"),
        ("MODEL_ID", "eu.amazon.nova-micro-v1:0"),
        ("LOG_SALT", "pepper"),
        ("AWS_LAMBDA_FUNCTION_NAME", "f"),
        ("AWS_REGION", "eu-west-1"),
    ];

    fn read(changes: &[(&str, &str)]) -> Result<Config, String> {
        let lookup = |name: &str| {
            let found = changes.iter().chain(&COMPLETE).find(|setting| setting.0 == name);
            found.map(|setting| setting.1.to_owned())
        };
        Config::read(&lookup).map_err(|problems| problems.to_string())
    }

    #[test]
    fn what_is_unset_has_its_default() {
        let config = read(&[("TEMPERATURE", "")]).unwrap();
        assert_eq!((config.model.max_output_tokens, config.model.temperature), (2_048, None));
        assert_eq!((config.flush_interval, config.idle_timeout), (super::FLUSH_INTERVAL, Duration::from_secs(30)));
        assert_eq!((config.model.guardrail, config.common.metrics_namespace.as_str()), (None, "BedrockStreaming"));
    }

    #[test]
    fn every_problem_is_reported_at_once() {
        let settings = [("APPSYNC_GRAPHQL_URL", ""), ("MODEL_ID", ""), ("MAX_OUTPUT_TOKENS", "0"), ("TEMPERATURE", "hot")];
        let expected = "MODEL_ID is required; MAX_OUTPUT_TOKENS must be a number from 1 to 128000; \
             TEMPERATURE must be a number from 0 to 1; APPSYNC_GRAPHQL_URL is required";
        assert_eq!(read(&settings).unwrap_err(), expected);
    }

    fn check_refused(name: &str, value: &str, rule: &str) {
        assert_eq!(read(&[(name, value)]).unwrap_err(), format!("{name} {rule}"), "{value}");
    }

    #[test]
    fn what_could_only_fail_question_by_question_is_refused_at_start() {
        let address = "must be an https URL, or http for a loopback host, without a user name";
        check_refused("APPSYNC_GRAPHQL_URL", "http://api.example.com/graphql", address);
        check_refused("APPSYNC_GRAPHQL_URL", "https://user:pass@api.example.com/graphql", address);
        check_refused("APPSYNC_GRAPHQL_URL", "https://api.example.com", "must end with the path of the API, such as /graphql");
        check_refused("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "http://bedrock.example", address);
        check_refused("AWS_ENDPOINT_URL", "not a url", address);
        for id in ["../guardrail", "a model", "eu.amazon.nova?"] {
            check_refused("MODEL_ID", id, "must be the id of a model, or the id or ARN of a profile");
        }
        check_refused("SYSTEM_PROMPT", " \n", "must not be blank");
        check_refused("LOG_SALT", " ", "must not be blank");
    }

    #[test]
    fn a_silence_that_could_never_be_noticed_is_refused() {
        assert!(read(&[("FUNCTION_TIMEOUT_SECONDS", "120"), ("IDLE_TIMEOUT_MS", "115000")]).is_ok());
        let refused = read(&[("FUNCTION_TIMEOUT_SECONDS", "120"), ("IDLE_TIMEOUT_MS", "115001")]).unwrap_err();
        assert!(refused.starts_with("IDLE_TIMEOUT_MS must leave 5 seconds"), "{refused}");
    }

    #[test]
    fn a_guardrail_needs_its_version_and_is_sync_unless_set() {
        let config = read(&[("GUARDRAIL_ID", "g-1"), ("GUARDRAIL_VERSION", "2")]).unwrap();
        let guardrail = config.model.guardrail.unwrap();
        assert_eq!((guardrail.version.as_str(), guardrail.mode), ("2", GuardrailMode::Sync));
        assert_eq!(read(&[("GUARDRAIL_ID", "g-1")]).unwrap_err(), "GUARDRAIL_VERSION is required with GUARDRAIL_ID");
        assert_eq!(read(&[("GUARDRAIL_VERSION", "1")]).unwrap_err(), "GUARDRAIL_ID is required with GUARDRAIL_VERSION");
    }

    #[test]
    fn the_buffer_holds_the_longest_answer_asked_for() {
        assert_eq!(read(&[]).unwrap().buffer_limit(), 1024 * 1024);
        assert_eq!(read(&[("MAX_OUTPUT_TOKENS", "64000")]).unwrap().buffer_limit(), 64_000 * 64);
    }
}
