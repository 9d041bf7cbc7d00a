//! What both functions need from Lambda and AWS: settings, logs, metrics and one HTTPS client.
//!
//! Nothing here knows what is asked or answered. Each function's `config.rs` hands the environment in; no module reads it by itself.

pub mod aws;
mod bounded;
pub mod clock;
pub mod https;
pub mod logs;
pub mod metrics;
pub mod settings;

use std::fmt::Display;
use std::process::ExitCode;

use lambda_runtime::Diagnostic;

/// Logs why the function cannot start or go on, and returns what makes Lambda report a failed start.
pub fn cannot_start(reason: &(impl Display + ?Sized)) -> ExitCode {
    tracing::error!(%reason, "cannot start");
    ExitCode::FAILURE
}

/// An invocation that failed, as two fixed phrases: Lambda copies both into logs and into the failure destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failed {
    /// One stable word that alarms and people can match, such as `DeliveryFailed`.
    pub kind: &'static str,
    /// What that means. Never holds a value.
    pub meaning: &'static str,
}

impl From<Failed> for Diagnostic {
    fn from(failed: Failed) -> Self {
        Self { error_type: failed.kind.to_owned(), error_message: failed.meaning.to_owned() }
    }
}
