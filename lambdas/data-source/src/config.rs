//! Everything that can be set, read once at start.

use platform::aws::Place;
use platform::settings::{Common, Problems, Settings};

/// The settings of this function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// `SNS_TOPIC_ARN`: where questions go.
    pub topic_arn: String,
    /// `MAX_MESSAGE_CHARS`: how long a question may be, in characters.
    pub max_message_chars: usize,
    /// What both functions are told.
    pub common: Common,
    /// `AWS_REGION`, set by Lambda, and `AWS_ENDPOINT_URL_SNS` or else `AWS_ENDPOINT_URL`.
    pub sns: Place,
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
        let config = Self {
            topic_arn: settings.required_as("SNS_TOPIC_ARN", |arn| arn.starts_with("arn:"), "must be an ARN"),
            // The upper end keeps four bytes a character below the 256 KiB that SNS takes, whatever the alphabet.
            max_message_chars: settings.number("MAX_MESSAGE_CHARS", "max_message_chars").unwrap_or(8_000),
            sns: Place::read(&mut settings, &common.region, "SNS"),
            common,
        };
        settings.finish(config)
    }
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
    use super::Config;

    const COMPLETE: [(&str, &str); 4] = [
        ("SNS_TOPIC_ARN", "arn:aws:sns:eu-west-1:123456789012:q"),
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
        let config = read(&[]).unwrap();
        assert_eq!((config.max_message_chars, config.common.metrics_namespace.as_str()), (8_000, "BedrockStreaming"));
    }

    #[test]
    fn every_problem_is_reported_at_once() {
        let problems = read(&[("SNS_TOPIC_ARN", "topic"), ("LOG_SALT", ""), ("MAX_MESSAGE_CHARS", "many")]).unwrap_err();
        let expected = "LOG_SALT is required; SNS_TOPIC_ARN must be an ARN; MAX_MESSAGE_CHARS must be a number from 1 to 50000";
        assert_eq!(problems, expected);
    }

    #[test]
    fn the_service_endpoint_wins_over_the_general_one() {
        let config = read(&[("AWS_ENDPOINT_URL", "https://a"), ("AWS_ENDPOINT_URL_SNS", "https://b")]).unwrap();
        assert_eq!(config.sns.endpoint.as_deref(), Some("https://b"));
    }

    #[test]
    fn questions_leave_the_machine_encrypted_only() {
        let refused = read(&[("AWS_ENDPOINT_URL_SNS", "http://sns.example")]).unwrap_err();
        assert_eq!(refused, "AWS_ENDPOINT_URL_SNS must be an https URL, or http for a loopback host, without a user name");
    }
}
