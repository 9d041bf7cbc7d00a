//! Pauses between tries that grow, with chance in them so that callers which failed together do not return together.

use std::time::Duration;

/// A bounded series of pauses.
#[derive(Clone, Debug)]
pub struct Backoff {
    next: Duration,
    longest: Duration,
    left: u32,
}

impl Backoff {
    /// At most `retries` pauses: the first up to `first`, each later one up to twice as long, none above `longest`.
    #[must_use]
    pub fn new(retries: u32, first: Duration, longest: Duration) -> Self {
        Self { next: first, longest, left: retries }
    }

    /// The next pause, between half and all of its upper end; `None` when the series is over.
    pub fn pause(&mut self) -> Option<Duration> {
        self.left = self.left.checked_sub(1)?;
        let upper = self.next.min(self.longest);
        self.next = upper * 2;
        Some(upper.mul_f64(0.5 + fastrand::f64() / 2.0))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Backoff;

    #[test]
    fn pauses_double_up_to_the_longest_and_end() {
        let mut backoff = Backoff::new(4, Duration::from_millis(100), Duration::from_millis(300));
        for upper in [100, 200, 300, 300] {
            let pause = backoff.pause().unwrap_or_default().as_millis();
            assert!((upper / 2..=upper).contains(&pause), "{pause} of {upper}");
        }
        assert_eq!(backoff.pause(), None);
    }
}
