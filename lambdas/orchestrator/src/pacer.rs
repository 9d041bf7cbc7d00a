//! When the next piece of an answer leaves. Pure: time and text are handed in.
//!
//! The first text leaves at once. Later text leaves a flush interval after the text before it, as one chunk, in the moment
//! that further text arrives, so that the newest word waits for nothing. If none arrives, what waits leaves a fifth of an
//! interval late. Chunks keep their average pace: a little lateness is taken off the next wait.
//!
//! The interval grows with the answer: readers feel the first seconds, and a long answer at the pace of a short one would only
//! cost more. It is the configured one at first, then a fortieth of the answer's age, and at most a quarter of a second.

use std::time::Duration;

use tokio::time::Instant;

use crate::buffer::Waiting;

/// So much text leaves without waiting for its time. AppSync counts deliveries in units of 5 KB, so nothing is gained by more.
pub const ENOUGH_BYTES: usize = 4 * 1024;

/// The interval is the answer's age divided by this, once that exceeds the configured interval.
const AGE_DIVISOR: u32 = 40;

/// Where the interval stops growing; a longer configured interval stays as it is.
const LONGEST: Duration = Duration::from_millis(250);

/// What is left of an interval is spent waiting for text to leave with, but no more than this part of it.
const PATIENCE_DIVISOR: u32 = 5;

/// Keeps the pace of one answer.
#[derive(Clone, Debug)]
pub struct Pacer {
    base: Duration,
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
    /// A pacer whose interval starts as `base`.
    #[must_use]
    pub fn new(base: Duration) -> Self {
        Self { base, pace: None }
    }

    /// What to do at `now`, with nothing in flight and `waiting` to be sent.
    #[must_use]
    pub fn step(&self, now: Instant, waiting: Option<Waiting>) -> Step {
        let Some((first, due)) = self.pace else { return if waiting.is_some() { Step::Send } else { Step::Wait(None) } };
        let latest = due + self.interval(due - first) / PATIENCE_DIVISOR;
        match waiting {
            Some(waiting) if waiting.complete || waiting.bytes >= ENOUGH_BYTES || waiting.newest >= due || now >= latest => {
                Step::Send
            }
            None if now >= latest => Step::Wait(None),
            _ => Step::Wait(Some(latest)),
        }
    }

    /// Notes that text was sent at `now`, and says when the next is due.
    pub fn sent(&mut self, now: Instant) -> Instant {
        let (first, due) = match self.pace {
            None => (now, now + self.base),
            Some((first, due)) => {
                let interval = self.interval(now - first);
                let start = due.min(now).max(now - interval / PATIENCE_DIVISOR);
                (first, start + interval)
            }
        };
        self.pace = Some((first, due));
        due
    }

    fn interval(&self, age: Duration) -> Duration {
        (age / AGE_DIVISOR).min(LONGEST).max(self.base)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::{Pacer, Step};
    use crate::buffer::Waiting;
    use crate::config::FLUSH_INTERVAL;

    const MS: Duration = Duration::from_millis(1);

    fn waiting(newest: Instant) -> Waiting {
        Waiting { bytes: 10, newest, complete: false }
    }

    #[test]
    fn the_first_text_leaves_at_once() {
        let now = Instant::now();
        assert_eq!(Pacer::new(100 * MS).step(now, Some(waiting(now))), Step::Send);
    }

    #[test]
    fn later_text_leaves_with_what_arrives_after_the_interval() {
        let start = Instant::now();
        let mut pacer = Pacer::new(100 * MS);
        pacer.sent(start);
        assert_eq!(pacer.step(start + 99 * MS, Some(waiting(start + 99 * MS))), Step::Wait(Some(start + 120 * MS)));
        assert_eq!(pacer.step(start + 100 * MS, Some(waiting(start + 100 * MS))), Step::Send);
        assert_eq!(pacer.step(start + 101 * MS, Some(waiting(start + 99 * MS))), Step::Wait(Some(start + 120 * MS)));
        assert_eq!(pacer.step(start + 120 * MS, Some(waiting(start + 99 * MS))), Step::Send);
    }

    #[test]
    fn much_text_or_the_last_text_waits_for_nothing() {
        let start = Instant::now();
        let mut pacer = Pacer::new(100 * MS);
        pacer.sent(start);
        let now = start + MS;
        assert_eq!(pacer.step(now, Some(Waiting { bytes: 4096, ..waiting(now) })), Step::Send);
        assert_eq!(pacer.step(now, Some(Waiting { complete: true, ..waiting(now) })), Step::Send);
    }

    #[test]
    fn without_text_it_waits_for_some_and_once_late_for_nothing_else() {
        let start = Instant::now();
        let mut pacer = Pacer::new(100 * MS);
        assert_eq!(pacer.step(start, None), Step::Wait(None));
        assert_eq!(pacer.sent(start), start + 100 * MS);
        assert_eq!(pacer.step(start + 30 * MS, None), Step::Wait(Some(start + 120 * MS)));
        assert_eq!(pacer.step(start + 120 * MS, None), Step::Wait(None));
        assert_eq!(pacer.step(start + 121 * MS, Some(waiting(start + 121 * MS))), Step::Send);
    }

    #[test]
    fn a_little_lateness_is_made_good_and_a_long_pause_is_not() {
        let start = Instant::now();
        let mut pacer = Pacer::new(100 * MS);
        pacer.sent(start);
        pacer.sent(start + 110 * MS);
        assert_eq!(pacer.step(start + 199 * MS, Some(waiting(start + 199 * MS))), Step::Wait(Some(start + 220 * MS)));
        assert_eq!(pacer.step(start + 200 * MS, Some(waiting(start + 200 * MS))), Step::Send);
        pacer.sent(start + 3000 * MS);
        assert_eq!(pacer.step(start + 3079 * MS, Some(waiting(start + 3079 * MS))), Step::Wait(Some(start + 3100 * MS)));
    }

    /// Lags of one answer in milliseconds, sorted, and the mutations it took.
    struct Simulated {
        lags: Vec<u64>,
        mutations: usize,
    }

    /// Replays an answer of `tokens` tokens, one every `gap` ms, through an AppSync that answers in 25 to 40 ms.
    fn simulate(tokens: u64, gap: u64) -> Simulated {
        let start = Instant::now();
        let mut pacer = Pacer::new(FLUSH_INTERVAL);
        let mut simulated = Simulated { lags: Vec::new(), mutations: 2 };
        let (mut next, mut free_at) = (0, 0);
        let mut buffered: Vec<u64> = Vec::new();
        for now in 0.. {
            if next < tokens && next * gap == now {
                buffered.push(now);
                next += 1;
            }
            if let Some(&newest) = buffered.last().filter(|_| now >= free_at) {
                let at = |ms| start + Duration::from_millis(ms);
                let waiting = Waiting { bytes: buffered.len() * 4, newest: at(newest), complete: next == tokens };
                if pacer.step(at(now), Some(waiting)) == Step::Send {
                    pacer.sent(at(now));
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
