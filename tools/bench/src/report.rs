//! `docs/performance.md`: the whole page, so that no number on it is typed by hand.

use std::fmt::Write;
use std::path::Path;

use crate::control_group::{PERIOD_US, share};
use crate::plan::{APPSYNC_MS, REFERENCE_MB, SNS_MS, THINKING_MS};
use crate::results::{Results, Subject};
use crate::tables;
use crate::{chart, prices};

/// Picture beside the page.
const PICTURE: &str = "performance.svg";

/// Writes the page and its picture into `docs/`.
pub fn write(workspace: &Path, results: &Results) -> Result<(), String> {
    let docs = workspace.join("docs");
    let put = |name: &str, content: String| {
        std::fs::write(docs.join(name), content).map_err(|error| format!("docs/{name} cannot be written: {error}"))
    };
    put("performance.md", page(results))?;
    put(PICTURE, chart::draw(results))
}

/// The tables alone, for the terminal.
pub fn text(results: &Results) -> String {
    let mut text = circumstances(results);
    for (pace, heading) in tables::PACES {
        let _ = write!(text, "\n{heading}\n{}", tables::answers(results, pace));
    }
    for table in [
        tables::first_tokens(results),
        tables::starts_and_questions(results),
        tables::reached(results),
        tables::costs(results),
        tables::best_buy(results),
    ] {
        let _ = write!(text, "\n{table}\n");
    }
    text
}

fn page(results: &Results) -> String {
    let mut page = String::from(
        "# Performance\n\n\
         <!-- Written by `make bench`. Edit tools/bench, not this page. -->\n\n\
         How late a reader sees what the model has said, what that takes, and what it costs; measured beside a baseline that does\n\
         what the blog post describes, in Python. Lag is the time from the moment the model emits a token to the moment AppSync has\n\
         taken the mutation that completes it.\n\n",
    );
    let _ = write!(page, "![Tokens on the reader's screen over time](./{PICTURE})\n\n");
    let _ = write!(page, "## Targets\n\nAt {REFERENCE_MB} MB.\n\n{}", tables::reached(results));
    page.push_str("\n## Answers\n");
    for (pace, heading) in tables::PACES {
        let _ = write!(page, "\n### {heading}\n\n{}", tables::answers(results, pace));
    }
    let _ = write!(page, "\n### The first token\n\n{}", tables::first_tokens(results));
    let _ = write!(page, "\n## Cold starts and questions\n\n{}", tables::starts_and_questions(results));
    let _ = write!(page, "\n## Cost\n\n{}\n\n{}\n{}", cost_basis(), tables::costs(results), tables::best_buy(results));
    let _ = write!(page, "\n\n## How it was measured\n\n{}\n{}", circumstances(results), method());
    page
}

fn cost_basis() -> String {
    format!(
        "US dollars for 1,000 answers of 300 tokens at 15 ms per token, warm, one reader each: one query, the mutations with one\n\
         update each, one publish, both functions' time at the memory size. Lambda ${:.10} per GB-second (x86) and ${:.2} per\n\
         million requests, SNS ${:.2} per million publishes, AppSync ${:.2} per million operations and ${:.2} per million updates\n\
         of up to 5 KB, all of the us-east-1 class and read from copies of the price pages: check them before you rely on them.\n\
         Model tokens, endpoint hours, logs and connection minutes are left out: they are the same for both.",
        prices::LAMBDA_GB_SECOND,
        prices::LAMBDA_REQUEST * 1e6,
        prices::SNS_PUBLISH * 1e6,
        prices::APPSYNC_OPERATION * 1e6,
        prices::APPSYNC_UPDATE * 1e6,
    )
}

fn circumstances(results: &Results) -> String {
    let around = &results.circumstances;
    let limit = match &around.unlimited {
        None => format!(
            "CPU is limited by a control group to {:.1} % of a core at 256 MB ({} µs periods), in proportion at other sizes, from the end of init on.",
            share(256) * 100.0,
            PERIOD_US
        ),
        Some(reason) => format!("**CPU was not limited**: no control group could be made here ({reason})."),
    };
    let zips: Vec<_> = around.zips.iter().map(|(name, bytes)| format!("{name}.zip {:.2} MB", *bytes as f64 / 1e6)).collect();
    let answers = results.answers(Subject::Functions, REFERENCE_MB, crate::plan::SLOW).map_or(0, |row| row.steady().len());
    format!(
        "Run of {} on {}; load average {:.2} before and {:.2} after. {limit} {}; {}. Warm answers per pace at {REFERENCE_MB} MB: {answers}.\n",
        around.date,
        around.machine,
        around.load.0,
        around.load.1,
        around.python,
        zips.join(", "),
    )
}

fn method() -> String {
    format!(
        "\n\
         - The programs are those in the zips of `make package`, run as processes against in-process fakes over TLS (`tools/fakes`):\n\
        \x20 AppSync answers in {} to {} ms, SNS in {SNS_MS} ms, the model thinks for {} ms. Signatures are checked on every request, and a\n\
        \x20 run whose reader did not receive exactly what the model said fails.\n\
         - Warm answers are a few tokens longer or shorter than the heading says, so that their ends fall everywhere in a flush\n\
        \x20 interval; CPU and mutations are means over them.\n\
         - Most of the CPU time of a function that waits for a network is caches gone cold: it changes by a third with whatever
        \x20 else the host does. Lambda bills time, not CPU, so this figure only has to stay small beside the vCPU share it gets.\n\
         - Between invocations the process is frozen, as on Lambda. Init has no CPU limit, as on Lambda.\n\
         - The baseline (`tools/bench/baseline`) follows the blog's algorithm: START, six deltas per mutation, each over a new HTTPS\n\
        \x20 connection with a new session and signer, awaited inside the loop that reads the model, a new SDK client per question. It has\n\
        \x20 no logging, and a lighter runtime client than AWS's; its dependencies are pinned in `requirements.txt`.\n\
         - The functions load all the system's roots in init. The baseline reads its roots again for every connection, and here trusts\n\
        \x20 the one authority of the fakes, so that each of its connections costs less than it would on Lambda.\n\
         - The measurement comes before whatever else the machine does (weight of its control groups), but shares its caches and memory.\n\
         - Not measured: the network, AppSync's real latency and its way to the browser, Lambda's own overhead. They are the same for\n\
        \x20 both; only the differences between rows mean anything on AWS.\n\n\
         `make bench` repeats it. `cargo run --release -p bench -- --quick` gives a first impression in less than a minute.\n",
        APPSYNC_MS.0,
        APPSYNC_MS.1,
        THINKING_MS,
    )
}
