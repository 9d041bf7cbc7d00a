//! Why a conversation did not end in a complete answer, and the exit code that tells a script so.

use std::{fmt, io, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{answer::Flaw, texts};

/// Exit code of a load run in which a conversation failed, and of failures that have no code of their own.
pub const EXIT_OTHER: u8 = 1;
/// Exit code for a command line, environment or configuration file that cannot be used; the same as clap's.
pub const EXIT_USAGE: u8 = 2;

/// One rule that a question broke, as the service names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Violation {
    /// Which input field.
    pub field: String,
    /// Which rule, in words.
    pub rule: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field, self.rule)
    }
}

/// Why there is no complete answer. The variants are what a script would react to differently.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The command line, the environment or the configuration file cannot be used. Holds every problem found.
    #[error("{}", .0.join("\n"))]
    Configuration(Vec<String>),
    /// The service refused the question itself; asking again unchanged is pointless.
    #[error("the question was refused: {message}")]
    Refused {
        /// The service's sentence.
        message: String,
        /// Every rule the question broke; empty where the service named none.
        violations: Vec<Violation>,
    },
    /// The API key or token was not accepted, on the socket or for the question.
    #[error("not authorized: {0}")]
    Unauthorized(String),
    /// The answer ended early with an ERROR event.
    #[error("the answer ended early ({error_code}){}{}", after(": ", texts::of_error(error_code)), after(". The reader is told: ", apology.as_deref()))]
    Ended {
        /// The service's fixed word, such as `model_throttled`; `unknown` where it sent none.
        error_code: String,
        /// The localised sentence meant for the reader, where one arrived.
        apology: Option<String>,
    },
    /// Something did not happen in time.
    #[error("no {waiting_for} within {} s", after.as_secs_f64())]
    TimedOut {
        /// What was awaited.
        waiting_for: String,
        /// For how long.
        after: Duration,
    },
    /// The service had too many questions at once; this one was certainly not taken.
    #[error("{}", texts::BUSY)]
    Busy,
    /// The connection could not be made, broke, or spoke another protocol; or the service was unavailable.
    #[error("{0}")]
    Connection(String),
    /// The end arrived, but the answer does not hold together.
    #[error("the answer is not whole: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Incomplete(Vec<Flaw>),
    /// Standard output cannot be written, typically because its reader went away.
    #[error("cannot write to standard output: {0}")]
    Output(#[from] io::Error),
}

impl Failure {
    /// The process's exit code. The README and `--help` list them; scripts depend on them.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Output(_) => EXIT_OTHER,
            Self::Configuration(_) => EXIT_USAGE,
            Self::Refused { .. } => 3,
            Self::Ended { .. } => 4,
            Self::TimedOut { .. } => 5,
            Self::Connection(_) => 6,
            Self::Unauthorized(_) => 7,
            Self::Incomplete(_) => 8,
            Self::Busy => 9,
        }
    }

    /// A fixed word for tables and scripts: the service's own `errorCode` where the answer carried one.
    #[must_use]
    pub fn word(&self) -> &str {
        match self {
            Self::Output(_) => "output",
            Self::Configuration(_) => "configuration",
            Self::Refused { .. } => "refused",
            Self::Ended { error_code, .. } => error_code,
            Self::TimedOut { .. } => "timeout",
            Self::Connection(_) => "connection",
            Self::Unauthorized(_) => "unauthorized",
            Self::Incomplete(_) => "incomplete",
            Self::Busy => "busy",
        }
    }
}

/// A text behind what introduces it, or nothing.
fn after(introduction: &str, text: Option<impl fmt::Display>) -> String {
    text.map(|text| format!("{introduction}{text}")).unwrap_or_default()
}
