//! Log lines for people and machines: JSON, one object a line, never a word of what was asked or answered.
//!
//! Two rules keep content out. Only the targets named at start may log at all, so the SDK, hyper, reqwest, rustls and the
//! Lambda runtime stay silent at every level. And types that hold content print as their length.

use std::panic;

use aws_lc_rs::hmac;
use chat::SessionId;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// The level that Lambda's word stands for; INFO for an unknown one. Lambda sets `AWS_LAMBDA_LOG_LEVEL` from the function's
/// logging configuration: <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html>.
#[must_use]
pub fn level(word: Option<&str>) -> LevelFilter {
    match word.map(str::to_ascii_uppercase).as_deref() {
        Some("TRACE") => LevelFilter::TRACE,
        Some("DEBUG") => LevelFilter::DEBUG,
        Some("WARN") => LevelFilter::WARN,
        Some("ERROR" | "FATAL") => LevelFilter::ERROR,
        _ => LevelFilter::INFO,
    }
}

/// Starts logging to stdout for the crates named in `targets`, this one included. A panic is logged by its place alone, since
/// its message may quote content. Does nothing the second time.
pub fn init(level: LevelFilter, targets: &[&'static str]) {
    let allowed = allowed(level, targets);
    let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).with_current_span(true).with_span_list(false);
    if tracing_subscriber::registry().with(allowed).with(lines).try_init().is_ok() {
        panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(|place| format!("{}:{}", place.file(), place.line()));
            tracing::error!(place, "panicked");
        }));
    }
}

/// Lets these crates and this one log, and nobody else.
fn allowed(level: LevelFilter, targets: &[&'static str]) -> Targets {
    let own = Targets::new().with_target(env!("CARGO_CRATE_NAME"), level);
    targets.iter().fold(own, |allowed, target| allowed.with_target(*target, level))
}

/// Turns session ids into names that tell sessions apart in logs without telling which they are: a keyed hash whose key, the
/// salt, differs from one deployment to the next.
pub struct Pseudonyms(hmac::Key);

impl Pseudonyms {
    /// Names made with `salt`; the same salt gives the same names.
    #[must_use]
    pub fn new(salt: &str) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, salt.as_bytes()))
    }

    /// The name of `session`: 16 hexadecimal digits.
    #[must_use]
    pub fn of(&self, session: &SessionId) -> String {
        let hash = hmac::sign(&self.0, session.as_str().as_bytes());
        let mut name = String::with_capacity(16);
        for byte in &hash.as_ref()[..8] {
            name.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or_default());
            name.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or_default());
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use chat::SessionId;
    use tracing::level_filters::LevelFilter;

    use tracing::Level;

    use super::{Pseudonyms, allowed, level};

    #[test]
    fn lambdas_words_become_levels() {
        assert_eq!(level(Some("DEBUG")), LevelFilter::DEBUG);
        assert_eq!(level(Some("trace")), LevelFilter::TRACE);
        assert_eq!(level(Some("FATAL")), LevelFilter::ERROR);
        assert_eq!(level(Some("loud")), LevelFilter::INFO);
        assert_eq!(level(None), LevelFilter::INFO);
    }

    #[test]
    fn nobody_but_the_named_crates_logs_at_any_level() {
        let allowed = allowed(LevelFilter::TRACE, &["orchestrator"]);
        for target in ["orchestrator", "orchestrator::reader", "platform::https"] {
            assert!(allowed.would_enable(target, &Level::TRACE), "{target}");
        }
        for target in
            ["aws_smithy_runtime", "aws_sigv4", "hyper_util::client", "reqwest::connect", "rustls", "lambda_runtime", "log"]
        {
            assert!(!allowed.would_enable(target, &Level::ERROR), "{target}");
        }
    }

    #[test]
    fn a_session_has_one_name_per_salt() -> Result<(), chat::Violation> {
        let session = SessionId::parse("abcdefghijklmnop")?;
        let name = Pseudonyms::new("salt").of(&session);
        assert_eq!(name.len(), 16);
        assert_eq!(name, Pseudonyms::new("salt").of(&session));
        assert_ne!(name, Pseudonyms::new("pepper").of(&session));
        assert_ne!(name, Pseudonyms::new("salt").of(&SessionId::parse("ponmlkjihgfedcba")?));
        Ok(())
    }
}
