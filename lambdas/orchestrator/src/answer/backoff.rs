//! Pauses between tries.

use std::time::Duration;

/// Pauses that double, the first up to `first`, none above `longest`. Whoever tries again decides how often.
///
/// Each is shortened by chance, to half at most, so that callers who failed together do not come back together.
pub fn pauses(first: Duration, longest: Duration) -> impl Iterator<Item = Duration> {
    std::iter::successors(Some(first.min(longest)), move |upper| Some((*upper * 2).min(longest)))
        .map(|upper| upper.mul_f64(0.5 + fastrand::f64() / 2.0))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::pauses;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let pauses = pauses(Duration::from_millis(100), Duration::from_millis(300));
        for (upper, pause) in [100, 200, 300, 300].into_iter().zip(pauses) {
            let pause = pause.as_millis();
            assert!((upper / 2..=upper).contains(&pause), "{pause} of {upper}");
        }
    }
}
