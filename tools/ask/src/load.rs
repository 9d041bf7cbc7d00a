//! Many conversations at once, each in its own session and on its own socket, as browsers hold them; so one broken
//! socket fails one conversation.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io,
    num::NonZeroUsize,
    sync::Arc,
    time::{Duration, Instant},
};

use reqwest::Client;
use serde_json::{Value, json};
use tokio::{sync::Semaphore, task::JoinSet};

use crate::{
    answer::Demands,
    api::Question,
    config::{Patience, Service},
    conversation::{self, Report, Timings},
    report::Silent,
};

/// What to ask how often.
#[derive(Clone)]
pub struct Load {
    /// The question's text, the same in every conversation.
    pub message: String,
    /// The language of the answers.
    pub locale: String,
    /// How many conversations in all.
    pub repeat: NonZeroUsize,
    /// How many at a time.
    pub concurrency: NonZeroUsize,
    /// How long to wait.
    pub patience: Patience,
    /// What to demand of each answer.
    pub demands: Demands,
}

/// Holds all conversations and hands each report over as it comes.
///
/// # Errors
/// Where `each` fails; the other conversations are then abandoned.
pub async fn run(
    client: &Client,
    service: &Arc<Service>,
    load: &Load,
    mut each: impl FnMut(&Report) -> io::Result<()>,
) -> io::Result<Summary> {
    let begun = Instant::now();
    let places = Arc::new(Semaphore::new(load.concurrency.get()));
    let mut conversations = JoinSet::new();
    for _ in 0..load.repeat.get() {
        conversations.spawn(one(client.clone(), Arc::clone(service), load.clone(), Arc::clone(&places)));
    }
    let mut reports = Vec::with_capacity(load.repeat.get());
    while let Some(joined) = conversations.join_next().await {
        let report = joined.map_err(io::Error::other)?.map_err(io::Error::other)?;
        each(&report)?;
        reports.push(report);
    }
    Ok(Summary::new(&reports, begun.elapsed()))
}

/// One conversation, when there is a place for it.
async fn one(
    client: Client,
    service: Arc<Service>,
    load: Load,
    places: Arc<Semaphore>,
) -> Result<Report, tokio::sync::AcquireError> {
    let _place = places.acquire().await?;
    let question = Question {
        session_id: conversation::new_session(),
        request_id: conversation::new_request(),
        locale: load.locale,
        message: load.message,
    };
    Ok(conversation::hold(&client, &service, question, load.patience, load.demands, &mut Silent).await)
}

/// Times of one kind, over all conversations in which they exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spread {
    sorted: Vec<Duration>,
}

impl Spread {
    /// Of the given times, in any order.
    #[must_use]
    pub fn new(times: impl Iterator<Item = Duration>) -> Self {
        let mut sorted: Vec<_> = times.collect();
        sorted.sort_unstable();
        Self { sorted }
    }

    /// The smallest time that at least so many percent (1 to 100) do not exceed: the nearest rank, so always a time
    /// that was measured. `None` where nothing was.
    #[must_use]
    pub fn percentile(&self, percent: usize) -> Option<Duration> {
        let rank = (self.sorted.len() * percent).div_ceil(100);
        self.sorted.get(rank.checked_sub(1)?).copied()
    }
}

/// The percentiles that are shown.
const PERCENTILES: [usize; 4] = [50, 90, 99, 100];

/// What a load run found.
#[derive(Debug)]
pub struct Summary {
    conversations: usize,
    answered: usize,
    wall: Duration,
    acknowledged: Spread,
    first_text: Spread,
    total: Spread,
    messages: u64,
    reordered: u64,
    repeated: u64,
    /// How many conversations failed, by the word for why.
    failures: BTreeMap<String, usize>,
    /// One sentence for each of those words, from the first conversation that failed so.
    samples: BTreeMap<String, String>,
}

impl Summary {
    /// Sums up; the wall time is that of the whole run.
    #[must_use]
    pub fn new(reports: &[Report], wall: Duration) -> Self {
        // A failed conversation's times would flatter the table: a refusal is quick.
        let answered: Vec<_> = reports.iter().filter(|report| report.result.is_ok()).collect();
        let spread = |time: fn(&Timings) -> Option<Duration>| Spread::new(answered.iter().filter_map(|it| time(&it.timings)));
        let sum = |count: fn(&Report) -> u32| reports.iter().map(|report| u64::from(count(report))).sum();
        let mut failures = BTreeMap::new();
        let mut samples = BTreeMap::new();
        for failure in reports.iter().filter_map(|report| report.result.as_ref().err()) {
            *failures.entry(failure.word().to_owned()).or_default() += 1;
            samples.entry(failure.word().to_owned()).or_insert_with(|| failure.to_string());
        }
        Self {
            conversations: reports.len(),
            answered: answered.len(),
            wall,
            acknowledged: spread(|timings| timings.acknowledged),
            first_text: spread(|timings| timings.first_text),
            total: spread(|timings| timings.ended),
            messages: sum(|report| report.tally.messages),
            reordered: sum(|report| report.tally.reordered),
            repeated: sum(|report| report.tally.repeated),
            failures,
            samples,
        }
    }

    /// Whether every conversation got its whole answer.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.answered == self.conversations
    }

    /// The rows of the table: what was measured.
    fn rows(&self) -> [(&'static str, &'static str, &Spread); 3] {
        [
            ("acknowledged", "acknowledgedMs", &self.acknowledged),
            ("first text", "firstTextMs", &self.first_text),
            ("complete", "totalMs", &self.total),
        ]
    }

    /// For people.
    #[must_use]
    pub fn table(&self) -> String {
        let mut text = String::new();
        let heads = PERCENTILES.map(|percent| if percent == 100 { "max".to_owned() } else { format!("p{percent}") });
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{:<14}{}", "seconds", heads.map(|head| format!("{head:>9}")).concat());
        for (name, _, spread) in self.rows() {
            let cells = PERCENTILES.map(|percent| match spread.percentile(percent) {
                Some(time) => format!("{:>9.3}", time.as_secs_f64()),
                None => format!("{:>9}", "-"),
            });
            let _ = writeln!(text, "{name:<14}{}", cells.concat());
        }
        let _ = writeln!(
            text,
            "{} of {} conversations answered, complete and in order, in {:.2} s; {} messages, {} arrived out of order, {} repeated",
            self.answered,
            self.conversations,
            self.wall.as_secs_f64(),
            self.messages,
            self.reordered,
            self.repeated,
        );
        for (word, count) in &self.failures {
            let _ = writeln!(text, "{count:>6} failed: {word} ({})", self.samples[word]);
        }
        text
    }

    /// For scripts: the last line of a load run.
    #[must_use]
    pub fn line(&self) -> Value {
        let mut line = json!({
            "event": "summary",
            "conversations": self.conversations,
            "answered": self.answered,
            "wallMs": self.wall.as_millis(),
            "messages": self.messages,
            "reordered": self.reordered,
            "repeated": self.repeated,
            "failures": self.failures,
        });
        for (_, key, spread) in self.rows() {
            let times = PERCENTILES.map(|percent| {
                let name = if percent == 100 { "max".to_owned() } else { format!("p{percent}") };
                (name, json!(spread.percentile(percent).map(|time| time.as_millis())))
            });
            line[key] = Value::Object(times.into_iter().collect());
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let spread = Spread::new((1..=50).rev().map(Duration::from_secs));
        let seconds = |percent| spread.percentile(percent).map(|time| time.as_secs());
        assert_eq!(PERCENTILES.map(seconds), [Some(25), Some(45), Some(50), Some(50)]);
        let one = Spread::new([Duration::from_secs(3)].into_iter());
        assert_eq!(one.percentile(1), one.percentile(100));
        assert_eq!(Spread::new([].into_iter()).percentile(50), None);
    }
}
