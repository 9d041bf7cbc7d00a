//! When the next piece of an answer leaves. Pure: time and text are handed in.
//!
//! The first text leaves at once. Later text leaves a flush interval after the text before it, as one piece. The last text, and
//! as much as the sink calls enough, waits for nothing.
//!
//! The interval grows with the answer: readers feel the first seconds, and a long answer at the pace of a short one would only
//! cost more. It is the configured one at first, then a fortieth of the answer's age, and at most a quarter of a second.

use std::time::Duration;

use tokio::time::Instant;

use super::buffer::Waiting;

/// The interval is the answer's age divided by this, once that exceeds the configured interval.
const AGE_DIVISOR: u32 = 40;

/// Where the interval stops growing; a longer configured interval stays as it is.
const LONGEST: Duration = Duration::from_millis(250);

/// Keeps the pace of one answer.
#[derive(Clone, Debug)]
pub struct Pacer {
    /// The configured interval, which a young answer has.
    base: Duration,
    /// So much waiting text leaves without waiting for the interval.
    enough_bytes: usize,
    /// When the first text left, and when the next is due.
    pace: Option<(Instant, Instant)>,
}

/// What to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Send what waits.
    Send,
    /// Ask again when text arrives, or at that time if there is one.
    Wait(Option<Instant>),
}

impl Pacer {
    /// A pacer whose interval starts as `base`, and for which so many bytes are enough to leave early.
    #[must_use]
    pub fn new(base: Duration, enough_bytes: usize) -> Self {
        Self { base, enough_bytes, pace: None }
    }

    /// What to do at `now`, with nothing in flight and `waiting` to be sent.
    #[must_use]
    pub fn step(&self, now: Instant, waiting: Waiting) -> Step {
        let due = self.pace.map_or(now, |(_, due)| due);
        match waiting {
            Waiting { bytes: 0, .. } => Step::Wait(None),
            Waiting { bytes, closed } if closed || bytes >= self.enough_bytes || now >= due => Step::Send,
            _ => Step::Wait(Some(due)),
        }
    }

    /// Notes that text was sent at `now`.
    pub fn sent(&mut self, now: Instant) {
        let first = self.pace.map_or(now, |(first, _)| first);
        let interval = ((now - first) / AGE_DIVISOR).min(LONGEST).max(self.base);
        self.pace = Some((first, now + interval));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::{Pacer, Step};
    use crate::answer::buffer::Waiting;
    use crate::config::FLUSH_INTERVAL;

    const MS: Duration = Duration::from_millis(1);
    const ENOUGH: usize = 4096;
    const SOME: Waiting = Waiting { bytes: 10, closed: false };

    fn pacer() -> Pacer {
        Pacer::new(100 * MS, ENOUGH)
    }

    #[test]
    fn the_first_text_leaves_at_once() {
        assert_eq!(pacer().step(Instant::now(), SOME), Step::Send);
    }

    #[test]
    fn later_text_leaves_an_interval_after_the_text_before() {
        let start = Instant::now();
        let mut pacer = pacer();
        pacer.sent(start);
        assert_eq!(pacer.step(start + 99 * MS, SOME), Step::Wait(Some(start + 100 * MS)));
        assert_eq!(pacer.step(start + 100 * MS, SOME), Step::Send);
        pacer.sent(start + 130 * MS);
        assert_eq!(pacer.step(start + 200 * MS, SOME), Step::Wait(Some(start + 230 * MS)));
    }

    #[test]
    fn much_text_or_the_last_text_waits_for_nothing() {
        let start = Instant::now();
        let mut pacer = pacer();
        pacer.sent(start);
        assert_eq!(pacer.step(start + MS, Waiting { bytes: ENOUGH, ..SOME }), Step::Send);
        assert_eq!(pacer.step(start + MS, Waiting { closed: true, ..SOME }), Step::Send);
    }

    #[test]
    fn without_text_it_waits_for_some() {
        let mut pacer = pacer();
        let none = Waiting { bytes: 0, closed: false };
        assert_eq!(pacer.step(Instant::now(), none), Step::Wait(None));
        pacer.sent(Instant::now());
        assert_eq!(pacer.step(Instant::now(), none), Step::Wait(None));
    }

    /// Lags of one answer in milliseconds, sorted, and the mutations it took.
    struct Simulated {
        lags: Vec<u64>,
        mutations: usize,
    }

    /// Replays an answer of `tokens` tokens, one every `gap` ms, through an AppSync that answers in 25 to 40 ms.
    fn simulate(tokens: u64, gap: u64) -> Simulated {
        let start = Instant::now();
        let mut pacer = Pacer::new(FLUSH_INTERVAL, ENOUGH);
        let mut simulated = Simulated { lags: Vec::new(), mutations: 2 };
        let (mut next, mut free_at) = (0, 0);
        let mut buffered: Vec<u64> = Vec::new();
        for now in 0.. {
            if next < tokens && next * gap == now {
                buffered.push(now);
                next += 1;
            }
            if now >= free_at {
                let at = start + Duration::from_millis(now);
                let waiting = Waiting { bytes: buffered.len() * 4, closed: next == tokens };
                if pacer.step(at, waiting) == Step::Send {
                    pacer.sent(at);
                    free_at = now + 25 + (now * 7) % 16;
                    simulated.mutations += 1;
                    simulated.lags.extend(buffered.drain(..).map(|arrived| free_at - arrived));
                }
            }
            if next == tokens && buffered.is_empty() {
                break;
            }
        }
        simulated.lags.sort_unstable();
        simulated
    }

    fn check_pace(tokens: u64, gap: u64, mean_limit: u64, p95_limit: u64, mutations_limit: usize) {
        let Simulated { lags, mutations } = simulate(tokens, gap);
        let mean = lags.iter().sum::<u64>() / tokens;
        let p95 = lags[lags.len() * 95 / 100];
        assert!(
            mean <= mean_limit && p95 <= p95_limit && mutations <= mutations_limit,
            "{tokens} tokens every {gap} ms: mean {mean} ms, p95 {p95} ms, {mutations} mutations"
        );
    }

    #[test]
    fn a_short_answer_is_quick_and_costs_no_more_than_six_tokens_a_mutation() {
        check_pace(300, 15, 80, 130, 52);
        check_pace(300, 10, 80, 130, 52);
        check_pace(400, 10, 80, 130, 69);
    }

    #[test]
    fn a_long_answer_slows_down_a_little() {
        check_pace(2_000, 10, 200, 300, 130);
    }

    #[test]
    fn a_model_slower_than_the_interval_is_passed_on_token_by_token() {
        let Simulated { lags, mutations } = simulate(40, 130);
        assert_eq!(mutations, 42);
        assert!(lags.iter().all(|lag| *lag <= 40), "{lags:?}");
    }
}
