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
        "| who | memory | functions and SNS | AppSync | together | AppSync's share | targets missed |\n\
         | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for subject in Subject::ALL {
        for answers in results.answers.iter().filter(|row| row.subject == subject && row.pace == SLOW) {
            let Some(questions) = results.questions(subject, answers.memory_mb) else { continue };
            let cost = Cost::of(answers, questions);
            let missed = match subject {
                Subject::Functions => missed(results, answers.memory_mb).to_string(),
                Subject::Baseline => String::new(),
            };
            let _ = writeln!(
                table,
                "| {} | {} MB | ${:.3} | ${:.3} | ${:.3} | {:.0} % | {missed} |",
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

/// How many targets the functions miss at this size.
fn missed(results: &Results, memory_mb: u64) -> usize {
    targets(results, memory_mb).iter().filter(|target| !target.is_met()).count()
}

/// Which size to buy: the fewest missed targets, and of those the cheapest.
pub fn best_buy(results: &Results) -> String {
    let cost = |answers: &Answers| {
        results.questions(Subject::Functions, answers.memory_mb).map(|questions| Cost::of(answers, questions).total())
    };
    let sizes = results.answers.iter().filter(|row| row.subject == Subject::Functions && row.pace == SLOW);
    let best = sizes
        .filter_map(|row| Some((missed(results, row.memory_mb), cost(row)?, row)))
        .min_by(|left, right| left.0.cmp(&right.0).then(left.1.total_cmp(&right.1)));
    let Some((missed, cost, row)) = best else { return "Nothing was measured.".to_owned() };
    let reached = match missed {
        0 => "it reaches every target".to_owned(),
        missed => format!("it misses {missed}, no other size misses fewer"),
    };
    format!(
        "**{} MB is the best buy**: {reached}, and of the sizes that do as well it is the cheapest at ${cost:.3} per 1,000 answers.",
        row.memory_mb
    )
}

/// Differences in the first-token time beyond `AppSync`, cold and warm, for the paces measured more than once.
pub fn first_tokens(results: &Results) -> String {
    let mut table = String::from(
        "| who | memory | token every | beyond AppSync's own time, warm ms | after a cold start ms |\n| --- | --- | --- | --- | --- |\n",
    );
    for row in results.answers.iter().filter(|row| row.pace != LONG) {
        let _ = writeln!(
            table,
            "| {} | {} MB | {} ms | {:.1} | {:.1} |",
            row.subject.name(),
            row.memory_mb,
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
