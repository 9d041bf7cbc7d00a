//! Where an answer goes.

use chat::{Error, StreamEvent};
use tokio::time::Instant;

/// Publishes pieces of answers to readers.
pub trait AnswerSink: Send + Sync {
    /// Publishes one piece, trying again where that may help, until `until` at the latest. Whoever receives the same sequence
    /// twice drops the second, so a piece whose outcome is unknown may be published again.
    fn publish(&self, event: &StreamEvent<'_>, until: Instant) -> impl Future<Output = Published> + Send;
}

/// What became of one piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Published {
    /// Tries beyond the first.
    pub retries: u32,
    /// [`Error::Tell`] where the piece was refused, so that another one may pass; [`Error::GiveUp`] where nobody was reached.
    pub outcome: Result<(), Error>,
}
