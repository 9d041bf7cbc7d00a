//! The two clocks of an invocation: the wall clock of timestamps and deadlines, and tokio's, which tests can pause.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

/// Milliseconds since 1970 UTC.
#[must_use]
pub fn epoch_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// The instant at which the wall clock will show `epoch_ms`; now, if that has passed.
#[must_use]
pub fn instant_at(epoch_ms: u64) -> Instant {
    Instant::now() + Duration::from_millis(epoch_ms.saturating_sub(self::epoch_ms()))
}
