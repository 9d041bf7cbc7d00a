//! The tables of the report, in Markdown.

use std::fmt::Write;

use crate::plan::{FAST, LONG, Pace, REFERENCE_MB, SLOW};
use crate::prices::Cost;
use crate::results::{Answers, Results, Subject};
use crate::stats::{mean, median, percentile};
use crate::targets::{average, first_token_overhead, lags, targets};

/// One table per pace: what a reader waits and what it takes.
pub fn answers(results: &Results, pace: Pace) -> String {
    let mut table = String::from(
        "| who | memory | first token ms | mean lag ms | p95 ms | end ms | mutations | connections | CPU ms | memory MB | cold first token ms |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for subject in Subject::ALL {
        for row in results.answers.iter().filter(|row| row.subject == subject && row.pace == pace) {
            let lags = lags(row);
            let first = average(row, |measured| measured.answer.lags_ms.first().copied().unwrap_or_default());
            let _ = writeln!(
                table,
                "| {} | {} MB | {first:.0} | {:.0} | {:.0} | {:.0} | {:.0} | {} | {:.0} | {:.1} | {:.0} |",
                subject.name(),
                row.memory_mb,
                mean(&lags),
                percentile(&lags, 0.95),
                average(row, |measured| measured.answer.end_lag_ms),
                average(row, |measured| measured.answer.mutations as f64),
                connections(row),
                average(row, |measured| measured.cpu_ms),
                row.peak_memory as f64 / 1e6,
                row.cold.answer.lags_ms.first().copied().unwrap_or_default(),
            );
        }
    }
    table
}

/// Connections for all answers of a process, and how many answers those were.
fn connections(row: &Answers) -> String {
    let answers = row.warm.len() + 1;
    if answers == 1 { row.connections.to_string() } else { format!("{} for {answers} answers", row.connections) }
}

/// Cold starts and questions.
pub fn starts_and_questions(results: &Results) -> String {
    let mut table = String::from("| who | function | init ms, median | slowest |\n| --- | --- | --- | --- |\n");
    for starts in &results.starts {
        let slowest = percentile(&starts.init_ms, 1.0);
        let (who, median) = (starts.subject.name(), median(&starts.init_ms));
        let _ = writeln!(table, "| {who} | {} | {median:.1} | {slowest:.1} |", starts.function);
    }
    table.push_str(
        "\n| who | memory | question taken in ms, median | p95 | of which SNS | CPU ms | memory MB |\n\
         | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for row in &results.questions {
        let _ = writeln!(
            table,
            "| {} | {} MB | {:.1} | {:.1} | {:.1} | {:.2} | {:.1} |",
            row.subject.name(),
            row.memory_mb,
            median(&row.total_ms),
            percentile(&row.total_ms, 0.95),
            median(&row.sns_ms),
            row.cpu_ms,
            row.peak_memory as f64 / 1e6,
        );
    }
    table
}

/// Every target at the reference size.
pub fn reached(results: &Results) -> String {
    let mut table = String::from("| figure | reach | measured | |\n| --- | --- | --- | --- |\n");
    for target in targets(results, REFERENCE_MB) {
        let (unit, verdict) = (target.unit, if target.is_met() { "reached" } else { "**missed**" });
        let _ = writeln!(table, "| {} | ≤ {:.0} {unit} | {:.1} {unit} | {verdict} |", target.name, target.limit, target.measured);
    }
    table
}

/// Cost by memory size.
pub fn costs(results: &Results) -> String {
    let mut table = String::from(
        "| who | memory | functions and SNS | AppSync | together | AppSync's share |\n\
         | --- | --- | --- | --- | --- | --- |\n",
    );
    for subject in Subject::ALL {
        for answers in results.answers.iter().filter(|row| row.subject == subject && row.pace == SLOW) {
            let Some(questions) = results.questions(subject, answers.memory_mb) else { continue };
            let cost = Cost::of(answers, questions);
            let _ = writeln!(
                table,
                "| {} | {} MB | ${:.3} | ${:.3} | ${:.3} | {:.0} % |",
                subject.name(),
                answers.memory_mb,
                cost.functions,
                cost.appsync,
                cost.total(),
                cost.appsync / cost.total() * 100.0,
            );
        }
    }
    table
}

/// Differences in lag up to this many milliseconds are noise, to a reader and to this measurement.
const SAME_TO_A_READER_MS: f64 = 5.0;

/// One memory size of the functions: what it costs, and what a reader feels of it.
struct Offer {
    memory_mb: u64,
    dollars: f64,
    /// Mean and p95 lag of both ordinary paces.
    lags_ms: Vec<f64>,
}

impl Offer {
    fn of(results: &Results, memory_mb: u64) -> Option<Self> {
        let slow = results.answers(Subject::Functions, memory_mb, SLOW)?;
        let fast = results.answers(Subject::Functions, memory_mb, FAST)?;
        let lags_ms = [slow, fast].iter().flat_map(|row| [mean(&lags(row)), percentile(&lags(row), 0.95)]).collect();
        let dollars = Cost::of(slow, results.questions(Subject::Functions, memory_mb)?).total();
        Some(Self { memory_mb, dollars, lags_ms })
    }

    /// Whether a reader could not tell this size from `other`, or would prefer it.
    fn is_as_good_as(&self, other: &Self) -> bool {
        self.lags_ms.iter().zip(&other.lags_ms).all(|(own, others)| *own <= others + SAME_TO_A_READER_MS)
    }
}

/// Which size to buy: the cheapest that no reader could tell from any other.
pub fn best_buy(results: &Results) -> String {
    let sizes = results.answers.iter().filter(|row| row.subject == Subject::Functions && row.pace == SLOW);
    let offers: Vec<_> = sizes.filter_map(|row| Offer::of(results, row.memory_mb)).collect();
    let as_good = offers.iter().filter(|offer| offers.iter().all(|other| offer.is_as_good_as(other)));
    let Some(best) = as_good.min_by(|left, right| left.dollars.total_cmp(&right.dollars)) else {
        return "No size is as good as every other in all of mean and p95 lag at both paces: buy by what matters to you."
            .to_owned();
    };
    let dearest = offers.iter().map(|offer| offer.dollars).fold(0.0, f64::max);
    format!(
        "**{} MB is the best buy**: its mean and p95 lags at both paces are within {SAME_TO_A_READER_MS:.0} ms of every other size's, for ${:.3} \
         per 1,000 answers; the dearest size costs {:.0} % more.",
        best.memory_mb,
        best.dollars,
        (dearest / best.dollars - 1.0) * 100.0
    )
}

/// Differences in the first-token time beyond `AppSync`, cold and warm, for the paces measured more than once.
pub fn first_tokens(results: &Results) -> String {
    let mut table = String::from(
        "| who | memory | model thinks | token every | beyond AppSync's own time, warm ms | after a cold start ms |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    for row in results.answers.iter().filter(|row| row.pace != LONG) {
        let _ = writeln!(
            table,
            "| {} | {} MB | {} ms | {} ms | {:.1} | {:.1} |",
            row.subject.name(),
            row.memory_mb,
            row.pace.thinking_ms,
            row.pace.interval_ms,
            average(row, |measured| first_token_overhead(&measured.answer)),
            first_token_overhead(&row.cold.answer),
        );
    }
    table
}

/// The paces of the tables, with their headings.
pub const PACES: [(Pace, &str); 3] =
    [(SLOW, "300 tokens, one every 15 ms"), (FAST, "400 tokens, one every 10 ms"), (LONG, "2,000 tokens, one every 10 ms")];
