//! What one run is given: the question, its own id, its pace and its time.

use std::sync::Arc;
use std::time::Duration;

use chat::{AnswerId, Question};
use tokio::time::Instant;

/// How long after a question was accepted the start leaves. A client that subscribes and asks at once, as the blog's page does,
/// needs this long until it hears: its subscription takes a round trip more than its question.
pub const START_AFTER: Duration = Duration::from_millis(200);

/// What is left of an invocation when its answer must end: enough to deliver what waits and to tell the reader.
pub const TIME_TO_TELL: Duration = Duration::from_secs(5);

/// What is left of an invocation when publishing must end: enough to write a summary and fail in an orderly way.
const TIME_TO_REPORT: Duration = Duration::from_millis(500);

/// How answers are given.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// The pacer's first interval.
    pub flush_interval: Duration,
    /// The longest silence of a model that is taken for thinking.
    pub idle_timeout: Duration,
    /// The buffer's limit, in bytes.
    pub buffer_limit: usize,
}

/// What one run is given.
#[derive(Clone, Debug)]
pub struct Context {
    /// What is asked, and by whom.
    pub question: Arc<Question>,
    /// Which run this is.
    pub answer_id: AnswerId,
    /// How the answer is given.
    pub pace: Pace,
    /// When the question was here.
    pub received: Instant,
    /// How long it had been under way then. Another function's clock says so: it may be wrong by any amount.
    pub waited: Duration,
    /// When the invocation is over.
    pub deadline: Instant,
}

impl Context {
    /// When the start leaves, unless there is text before.
    #[must_use]
    pub fn start_at(&self) -> Instant {
        self.received + START_AFTER.saturating_sub(self.waited)
    }

    /// When the model is no longer read.
    #[must_use]
    pub fn intake_ends(&self) -> Instant {
        self.before(TIME_TO_TELL)
    }

    /// When nothing more is published.
    #[must_use]
    pub fn publishing_ends(&self) -> Instant {
        self.before(TIME_TO_REPORT)
    }

    fn before(&self, margin: Duration) -> Instant {
        self.deadline.checked_sub(margin).unwrap_or(self.received).max(self.received)
    }
}
