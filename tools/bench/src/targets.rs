//! The figures the functions are meant to reach, and whether they did.

use crate::lag::Answer;
use crate::plan::{APPSYNC_MS, EARLY, FAST, LATE, LONG, Pace, SLOW};
use crate::results::{Answers, Measured, Results, Subject};
use crate::stats::{mean, median, percentile};

/// One figure to reach.
pub struct Target {
    /// What is measured.
    pub name: String,
    /// The most it may be.
    pub limit: f64,
    /// What it is.
    pub measured: f64,
    /// Of both numbers.
    pub unit: &'static str,
}

impl Target {
    /// Whether it was reached.
    pub fn is_met(&self) -> bool {
        self.measured <= self.limit
    }
}

/// A figure over all steady answers, token by token.
pub fn lags(answers: &Answers) -> Vec<f64> {
    answers.steady().iter().flat_map(|measured| measured.answer.lags_ms.iter().copied()).collect()
}

/// A mean of one number per steady answer.
pub fn average(answers: &Answers, of: impl Fn(&Measured) -> f64) -> f64 {
    mean(&answers.steady().into_iter().map(of).collect::<Vec<_>>())
}

/// How much later than AppSync alone would take the first token arrived.
pub fn first_token_overhead(answer: &Answer) -> f64 {
    answer.lags_ms.first().copied().unwrap_or_default() - answer.first_mutation_ms
}

/// Every target, for the functions at this memory size.
pub fn targets(results: &Results, memory_mb: u64) -> Vec<Target> {
    let mut targets = Vec::new();
    for function in ["orchestrator", "data-source"] {
        if let Some(starts) = results.starts(Subject::Functions, function) {
            targets.push(target(format!("init of the {function}"), 15.0, median(&starts.init_ms), "ms"));
        }
    }
    for pace in [SLOW, FAST] {
        if let Some(answers) = results.answers(Subject::Functions, memory_mb, pace) {
            targets.extend(ordinary(answers, pace));
        }
    }
    // At 200 ms START is just under way: the first token waits for that one mutation.
    for (pace, waits) in [(EARLY, APPSYNC_MS.1 as f64), (LATE, 0.0)] {
        if let Some(answers) = results.answers(Subject::Functions, memory_mb, pace) {
            let name = format!("first token beyond AppSync's own time, the model thinks {} ms", pace.thinking_ms);
            targets.push(target(name, waits + 5.0, average(answers, |measured| first_token_overhead(&measured.answer)), "ms"));
        }
    }
    if let Some(long) = results.answers(Subject::Functions, memory_mb, LONG) {
        targets.push(target("mutations of a 2,000-token answer".to_owned(), 130.0, average(long, mutations), ""));
        targets.push(target("p95 lag of a 2,000-token answer".to_owned(), 300.0, percentile(&lags(long), 0.95), "ms"));
    }
    for (name, bytes) in &results.circumstances.zips {
        targets.push(target(format!("{name}.zip"), 4.0, *bytes as f64 / 1e6, "MB"));
    }
    if let Some(questions) = results.questions(Subject::Functions, memory_mb) {
        let overhead: Vec<_> = questions.total_ms.iter().zip(&questions.sns_ms).map(|(total, sns)| total - sns).collect();
        targets.push(target("warm data source beyond SNS's own time, median".to_owned(), 3.0, median(&overhead), "ms"));
    }
    targets
}

/// The targets for an answer of ordinary length.
fn ordinary(answers: &Answers, pace: Pace) -> Vec<Target> {
    let at = |what: &str| format!("{what}, a token every {} ms", pace.interval_ms);
    let lags = lags(answers);
    // The baseline sends START, one mutation per six tokens and END, whatever machine it runs on.
    let baseline = (2 + pace.tokens.div_ceil(6)) as f64;
    let cpu = average(answers, |measured| measured.cpu_ms);
    vec![
        target(
            at("first token beyond AppSync's own time"),
            5.0,
            average(answers, |measured| first_token_overhead(&measured.answer)),
            "ms",
        ),
        target(at("mean lag"), 80.0, mean(&lags), "ms"),
        target(at("p95 lag"), 130.0, percentile(&lags, 0.95), "ms"),
        target(at("end lag"), 80.0, average(answers, |measured| measured.answer.end_lag_ms), "ms"),
        target(at("mutations"), baseline, average(answers, mutations), ""),
        target(at("CPU time per 300 tokens"), 60.0, cpu * 300.0 / pace.tokens as f64, "ms"),
        target(at("peak memory"), 12.0, answers.peak_memory as f64 / 1e6, "MB"),
        target(at("connections to AppSync"), 1.0, answers.connections as f64, ""),
    ]
}

fn mutations(measured: &Measured) -> f64 {
    measured.answer.mutations as f64
}

fn target(name: String, limit: f64, measured: f64, unit: &'static str) -> Target {
    Target { name, limit, measured, unit }
}
