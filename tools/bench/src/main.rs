//! Measures both functions and a baseline with the blog's algorithm in one run, and writes `docs/performance.md` and its
//! picture. `--quick` measures a little of everything and writes nothing.
//!
//! The services are the fakes; the functions run as processes under the CPU quota their memory size has on Lambda.
#![allow(
    clippy::expect_used,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a measurement that cannot be taken must stop the run; counts and times here are far below 2^52"
)]

mod answers;
mod artifacts;
mod chart;
mod control_group;
mod environment;
mod lag;
mod plan;
mod prices;
mod questions;
mod report;
mod results;
mod stats;
mod tables;
mod targets;

use crate::artifacts::Artifacts;
use crate::plan::Plan;

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<(), String> {
    let quick = match std::env::args().nth(1).as_deref() {
        None => false,
        Some("--quick") => true,
        Some(other) => return Err(format!("unknown argument {other}; only --quick is known")),
    };
    let artifacts = Artifacts::prepare()?;
    let results = environment::measure(&artifacts, &Plan::new(quick)).await?;
    println!("{}", report::text(&results));
    if !quick {
        report::write(&artifacts.workspace, &results)?;
    }
    Ok(())
}
