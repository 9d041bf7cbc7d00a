//! The account the fakes belong to. The secrets are recognisable strings, so that a log can be searched for them.

use std::time::Duration;

/// Region of every fake.
pub const REGION: &str = "eu-central-1";
/// Account id in every ARN.
pub const ACCOUNT: &str = "111122223333";
/// Access key id that every request must be signed with.
pub const ACCESS_KEY_ID: &str = "AKIDFAKEFAKEFAKE0001";
/// The key's secret half: must never leave the function, nor be logged.
pub const SECRET_ACCESS_KEY: &str = "fake-secret-access-key/+do-not-log-0001";
/// Lambda always hands out session credentials, so every signature must carry this token too.
pub const SESSION_TOKEN: &str = "fake-session-token-do-not-log-0001==";

/// How long a service takes to answer.
#[derive(Clone, Copy, Debug)]
pub enum Latency {
    /// Always the same.
    Fixed(Duration),
    /// Evenly spread between two bounds, in a sequence that is the same in every run.
    Between(Duration, Duration),
}

impl Latency {
    /// The latency of the `count`-th request.
    #[must_use]
    pub fn of(self, count: u64) -> Duration {
        match self {
            Self::Fixed(latency) => latency,
            Self::Between(low, high) => low + high.saturating_sub(low).mul_f64(unit_interval(count)),
        }
    }
}

/// The output function of `SplitMix64`, scaled to `0.0..1.0`: spreads consecutive counts evenly and needs no state.
fn unit_interval(count: u64) -> f64 {
    let mut z = count.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    let top = u32::try_from((z ^ (z >> 31)) >> 32).unwrap_or(u32::MAX);
    f64::from(top) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latencies_stay_between_their_bounds_and_fill_the_range() {
        let (low, high) = (Duration::from_millis(25), Duration::from_millis(40));
        let drawn: Vec<_> = (0..1000).map(|count| Latency::Between(low, high).of(count)).collect();
        assert!(drawn.iter().all(|latency| (low..high).contains(latency)));
        let mean = drawn.iter().sum::<Duration>() / 1000;
        assert!((Duration::from_millis(32)..Duration::from_millis(33)).contains(&mean), "mean {mean:?}");
    }
}
