//! What a thousand answers cost, in US dollars of the us-east-1 price class.

use crate::results::{Answers, Questions};
use crate::stats::mean;

/// Lambda, x86, per GB and second. <https://aws.amazon.com/lambda/pricing/>, as carried by the artillery package 2.0.28.
pub const LAMBDA_GB_SECOND: f64 = 0.000_016_666_7;
/// Lambda, per invocation; same page.
pub const LAMBDA_REQUEST: f64 = 0.20e-6;
/// SNS, per publish; deliveries to Lambda are free. <https://aws.amazon.com/sns/pricing/>.
pub const SNS_PUBLISH: f64 = 0.50e-6;
/// AppSync, per query or mutation. <https://aws.amazon.com/appsync/pricing/>, quoted in several texts.
pub const APPSYNC_OPERATION: f64 = 4.00e-6;
/// AppSync, per update to one subscriber of up to 5 KB; same page.
pub const APPSYNC_UPDATE: f64 = 2.00e-6;

/// Dollars per thousand answers.
pub struct Cost {
    /// Both functions' time and requests, and SNS.
    pub functions: f64,
    /// One query, and every mutation with its update to one reader.
    pub appsync: f64,
}

impl Cost {
    /// What answers like these, each asked through a data source like this, cost.
    pub fn of(answers: &Answers, questions: &Questions) -> Self {
        let steady = answers.steady();
        let durations: Vec<_> = steady.iter().map(|measured| measured.duration_ms).collect();
        let mutations: Vec<_> = steady.iter().map(|measured| measured.answer.mutations as f64).collect();
        let gigabytes = answers.memory_mb as f64 / 1024.0;
        let seconds = (mean(&durations) + mean(&questions.total_ms)) / 1000.0;
        let functions = seconds * gigabytes * LAMBDA_GB_SECOND + 2.0 * LAMBDA_REQUEST + SNS_PUBLISH;
        let appsync = APPSYNC_OPERATION + mean(&mutations) * (APPSYNC_OPERATION + APPSYNC_UPDATE);
        Self { functions: functions * 1000.0, appsync: appsync * 1000.0 }
    }

    /// Everything together.
    pub fn total(&self) -> f64 {
        self.functions + self.appsync
    }
}
