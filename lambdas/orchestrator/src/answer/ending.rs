//! How an answer ended on its way in.

use chat::{ErrorCode, StopReason, Usage};

/// How an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Why the model stopped, or what went wrong.
    pub outcome: Result<StopReason, ErrorCode>,
    /// The tokens it used, where the model told.
    pub usage: Option<Usage>,
    /// Tries beyond the first.
    pub retries: u32,
}

impl Ending {
    /// A fault of this software.
    #[must_use]
    pub fn internal() -> Self {
        Self { outcome: Err(ErrorCode::Internal), usage: None, retries: 0 }
    }
}
