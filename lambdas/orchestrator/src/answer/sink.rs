//! Where an answer goes.

use chat::Piece;
use tokio::time::Instant;

/// Publishes pieces of answers to readers.
pub trait AnswerSink: Send + Sync {
    /// The longest text that one piece can carry, in bytes, whatever the text is.
    const LONGEST_TEXT: usize;

    /// So much text, in bytes, is worth a piece of its own: waiting for more saves nothing.
    const ENOUGH_TEXT: usize;

    /// Publishes one piece, trying again where that may help, until `until` at the latest. Whoever receives the same sequence
    /// twice drops the second, so a piece whose outcome is unknown may be published again.
    fn publish(&self, piece: &Piece<'_>, until: Instant) -> impl Future<Output = Published> + Send;
}

/// What became of one piece. Why it was not delivered is logged by the sink.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Published {
    /// Tries beyond the first.
    pub retries: u32,
    /// It is on its way to whoever subscribed.
    pub delivered: bool,
}
