//! Reads a function's settings and reports every problem at once, so that one deployment is enough to mend them all.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use serde::de::DeserializeOwned;
use serde_json::Value;
use url::{Host, Url};

/// Reads settings by name and collects what is wrong with them. An empty value counts as unset, as Terraform cannot unset one.
pub struct Settings<'a> {
    lookup: &'a dyn Fn(&str) -> Option<String>,
    problems: Vec<String>,
}

impl<'a> Settings<'a> {
    /// Reads through `lookup`, which returns the value of the setting with that name.
    #[must_use]
    pub fn new(lookup: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self { lookup, problems: Vec::new() }
    }

    /// The value, or `None` where it is unset; a problem where it is blank, has spaces around it or holds a control character.
    pub fn optional(&mut self, name: &str) -> Option<String> {
        let value = self.text(name)?;
        if value.contains(char::is_control) {
            self.problem(name, "must not contain control characters");
        }
        if value.trim() != value {
            self.problem(name, "must not begin or end with a space");
        }
        Some(value)
    }

    /// Text of any kind but blank, or `None` where it is unset.
    pub fn text(&mut self, name: &str) -> Option<String> {
        let value = (self.lookup)(name).filter(|value| !value.is_empty())?;
        if value.trim().is_empty() {
            self.problem(name, "must not be blank");
            return None;
        }
        Some(value)
    }

    /// The value; a problem where it is unset.
    pub fn required(&mut self, name: &str) -> String {
        let problems = self.problems.len();
        let value = self.optional(name);
        if value.is_none() && self.problems.len() == problems {
            self.problem(name, "is required");
        }
        value.unwrap_or_default()
    }

    /// The value where `keeps` says that it keeps `rule`; a problem where it is unset or does not.
    pub fn required_as(&mut self, name: &str, keeps: impl Fn(&str) -> bool, rule: &str) -> String {
        let problems = self.problems.len();
        let value = self.required(name);
        if self.problems.len() == problems && !keeps(&value) {
            self.problem(name, rule);
        }
        value
    }

    /// An address that requests with content may be sent to: https, or http inside this machine. `None` where it is unset.
    pub fn address(&mut self, name: &str) -> Option<String> {
        let value = self.optional(name)?;
        if !is_private(&value) {
            self.problem(name, "must be an https URL, or http for a loopback host, without a user name");
        }
        Some(value)
    }

    /// A number within the range of Terraform's `variable`, or `None` where it is unset; a problem where it is anything else.
    pub fn number<N: Number>(&mut self, name: &str, variable: &str) -> Option<N> {
        let value = self.optional(name)?;
        let range = range::<N>(variable);
        let number = value.parse().ok().filter(|number| range.as_ref().is_some_and(|range| range.contains(number)));
        if number.is_none() {
            let rule = range.map_or_else(
                || "has no range".to_owned(),
                |range| format!("must be a number from {} to {}", range.start(), range.end()),
            );
            self.problem(name, &rule);
        }
        number
    }

    /// One of `choices`, or `None` where it is unset; a problem where it is anything else.
    pub fn one_of<T: Copy>(&mut self, name: &str, choices: &[(&str, T)]) -> Option<T> {
        let value = self.optional(name)?;
        let choice = choices.iter().find(|choice| choice.0 == value);
        if choice.is_none() {
            let words: Vec<_> = choices.iter().map(|choice| choice.0).collect();
            self.problem(name, &format!("must be one of {}", words.join(", ")));
        }
        choice.map(|choice| choice.1)
    }

    /// Notes that the setting `name` breaks a rule. The value stays out of it: it may be a secret.
    pub fn problem(&mut self, name: &str, rule: &str) {
        self.problems.push(format!("{name} {rule}"));
    }

    /// `value` if nothing was wrong.
    ///
    /// # Errors
    /// Every problem found so far.
    pub fn finish<T>(self, value: T) -> Result<T, Problems> {
        if self.problems.is_empty() { Ok(value) } else { Err(Problems(self.problems)) }
    }
}

/// A kind of number that a setting can be.
pub trait Number: FromStr + PartialOrd + fmt::Display + Copy + DeserializeOwned {}

impl<N: FromStr + PartialOrd + fmt::Display + Copy + DeserializeOwned> Number for N {}

/// The range of a variable, from the file that the plan reads too: what a plan takes a function takes.
fn range<N: Number>(variable: &str) -> Option<RangeInclusive<N>> {
    let ranges: Value = serde_json::from_str(include_str!("../../../deployment/ranges.json")).ok()?;
    let end = |end: &str| serde_json::from_value(ranges[variable][end].clone()).ok();
    Some(end("least")?..=end("most")?)
}

/// Content may travel in clear text inside this machine only. User names in an address would be sent along, or reach a log.
fn is_private(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else { return false };
    let anonymous = url.username().is_empty() && url.password().is_none();
    anonymous
        && match (url.scheme(), url.host()) {
            ("https", Some(_)) => true,
            ("http", Some(Host::Domain(name))) => name == "localhost",
            ("http", Some(Host::Ipv4(address))) => address.is_loopback(),
            ("http", Some(Host::Ipv6(address))) => address.is_loopback(),
            _ => false,
        }
}

/// What both functions are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Common {
    /// `LOG_SALT`: makes session names in logs differ between deployments.
    pub log_salt: String,
    /// `METRICS_NAMESPACE`: the CloudWatch namespace.
    pub metrics_namespace: String,
    /// `AWS_LAMBDA_FUNCTION_NAME`, set by Lambda: the metrics' dimension.
    pub function_name: String,
    /// `AWS_REGION`, set by Lambda.
    pub region: String,
}

impl Common {
    /// Reads them.
    pub fn read(settings: &mut Settings<'_>) -> Self {
        let is_region = |region: &str| {
            let parts: Vec<_> = region.split('-').collect();
            parts.len() >= 3 && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        };
        // Lambda sets this one, and an unknown word would silently mean INFO.
        settings.one_of("AWS_LAMBDA_LOG_LEVEL", &LOG_LEVELS.map(|level| (level, ())));
        Self {
            log_salt: settings.required("LOG_SALT"),
            metrics_namespace: settings.optional("METRICS_NAMESPACE").unwrap_or_else(|| "BedrockStreaming".to_owned()),
            function_name: settings.required("AWS_LAMBDA_FUNCTION_NAME"),
            region: settings.required_as("AWS_REGION", is_region, "must be a region, such as eu-west-1"),
        }
    }
}

/// Lambda's words: <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html>.
const LOG_LEVELS: [&str; 6] = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

/// Everything that is wrong with the settings, by name and rule, without a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("; "))]
pub struct Problems(pub Vec<String>);

#[cfg(test)]
mod tests {
    use super::{Common, Problems, Settings};

    fn lookup(name: &str) -> Option<String> {
        let value = match name {
            "TOPIC" => "arn",
            "EMPTY" => "",
            "COUNT" => "12",
            "LARGE" => "5000",
            "SECRET" => "hunter2",
            "BLANK" => " \u{3000}",
            "SPACED" => "arn ",
            "BROKEN" => "ar\nn",
            _ => return None,
        };
        Some(value.to_owned())
    }

    #[test]
    fn values_are_read_and_empty_means_unset() {
        let mut settings = Settings::new(&lookup);
        assert_eq!(settings.required("TOPIC"), "arn");
        assert_eq!(settings.optional("EMPTY"), None);
        assert_eq!(settings.number("COUNT", "max_output_tokens"), Some(12_u32));
        assert_eq!(settings.number::<u32>("ABSENT", "max_output_tokens"), None);
        assert_eq!(settings.one_of("TOPIC", &[("arn", 1), ("url", 2)]), Some(1));
        assert_eq!(settings.finish("ready"), Ok("ready"));
    }

    #[test]
    fn all_problems_are_reported_together_and_without_values() {
        let mut settings = Settings::new(&lookup);
        settings.required("EMPTY");
        settings.number::<u32>("LARGE", "flush_interval_ms");
        settings.number::<f32>("SECRET", "temperature");
        settings.number::<u32>("COUNT", "no such variable");
        settings.one_of("SECRET", &[("sync", ()), ("async", ())]);
        let expected = [
            "EMPTY is required",
            "LARGE must be a number from 10 to 2000",
            "SECRET must be a number from 0 to 1",
            "COUNT has no range",
            "SECRET must be one of sync, async",
        ];
        assert_eq!(settings.finish(()), Err(Problems(expected.map(str::to_owned).to_vec())));
    }

    fn check_address(address: &str, accepted: bool) {
        let lookup = |_: &str| Some(address.to_owned());
        let mut settings = Settings::new(&lookup);
        settings.address("URL");
        assert_eq!(settings.finish(()).is_ok(), accepted, "{address}");
    }

    #[test]
    fn content_leaves_the_machine_encrypted_only() {
        check_address("https://api.example.com/graphql", true);
        check_address("https://api.example.com:8443", true);
        check_address("http://127.0.0.1:4566/appsync/x/graphql", true);
        check_address("http://[::1]:4566/graphql", true);
        check_address("http://localhost:4566/graphql", true);
        check_address("http://api.example.com/graphql", false);
        check_address("http://127.0.0.1.example.com/graphql", false);
        check_address("wss://api.example.com/graphql", false);
        check_address("https://user:pass@api.example.com/graphql", false);
        check_address("https://api.example.com:99999/graphql", false);
        check_address("https://", false);
        check_address("api.example.com", false);
        check_address("not a url", false);
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let mut settings = Settings::new(&lookup);
        settings.required("BLANK");
        settings.required("SPACED");
        settings.optional("BROKEN");
        settings.required_as("TOPIC", |topic| topic.starts_with("arn:"), "must be an ARN");
        let expected = [
            "BLANK must not be blank",
            "SPACED must not begin or end with a space",
            "BROKEN must not contain control characters",
            "TOPIC must be an ARN",
        ];
        assert_eq!(settings.finish(()), Err(Problems(expected.map(str::to_owned).to_vec())));
    }

    #[test]
    fn what_both_functions_are_told_is_checked() {
        let lookup = |name: &str| {
            let value = match name {
                "LOG_SALT" => "pepper",
                "AWS_LAMBDA_FUNCTION_NAME" => "f",
                "AWS_REGION" => "no where",
                "AWS_LAMBDA_LOG_LEVEL" => "WHATEVER",
                _ => return None,
            };
            Some(value.to_owned())
        };
        let mut settings = Settings::new(&lookup);
        Common::read(&mut settings);
        let expected = [
            "AWS_LAMBDA_LOG_LEVEL must be one of TRACE, DEBUG, INFO, WARN, ERROR, FATAL",
            "AWS_REGION must be a region, such as eu-west-1",
        ];
        assert_eq!(settings.finish(()), Err(Problems(expected.map(str::to_owned).to_vec())));
    }
}
