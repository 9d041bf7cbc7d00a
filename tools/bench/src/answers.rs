//! Streamed answers of one process under its CPU share.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use fakes::bedrock::Answer as Script;
use fakes::events::sns_event;
use fakes::runtime_api::Outcome;
use serde_json::{Value, json};

use crate::artifacts::Artifacts;
use crate::environment::{Limited, Services};
use crate::lag::{follow, milliseconds};
use crate::plan::Pace;
use crate::results::{Answers, Measured, Subject};

/// The function's timeout as deployed.
const TIMEOUT: Duration = Duration::from_mins(2);
/// English words of the lengths a tokenizer's tokens have.
const WORDS: [&str; 12] =
    [" the", " answer", " to", " your", " question", " is", " long", ",", " and", " carefully", " worded", "."];

/// Starts a function, asks it once cold and `warm` times warm.
pub async fn measure(
    services: &Services,
    artifacts: &Artifacts,
    subject: Subject,
    memory_mb: u64,
    pace: Pace,
    warm: usize,
) -> Result<Answers, String> {
    let connections_before = services.appsync.server().connections();
    let launch = services.launch(artifacts, subject, "orchestrator", memory_mb);
    let mut limited = Limited::start(launch, memory_mb).await?;
    let cold = ask(services, &mut limited, pace).await?;
    let mut answers = Vec::with_capacity(warm);
    for index in 0..warm {
        // How long the end takes depends on where in a flush interval it falls: lengths a little around the nominal one show all
        // of an interval, not one lucky or unlucky place in it.
        let tokens = pace.tokens + 2 * index + 1 - warm;
        answers.push(ask(services, &mut limited, Pace { tokens, ..pace }).await?);
    }
    let peak_memory = limited.function.peak_memory();
    limited.stop().await;
    let connections = services.appsync.server().connections() - connections_before;
    Ok(Answers { subject, memory_mb, pace, cold, warm: answers, connections, peak_memory })
}

async fn ask(services: &Services, limited: &mut Limited, pace: Pace) -> Result<Measured, String> {
    services.bedrock.forget();
    services.appsync.forget();
    let texts = (0..pace.tokens).map(|index| WORDS[index % WORDS.len()]);
    services.bedrock.script([Script::paced(
        texts,
        Duration::from_millis(pace.thinking_ms),
        Duration::from_millis(pace.interval_ms),
    )]);
    let process = limited.function.id();
    let used_before = limited.group.used(process);
    let asked = Instant::now();
    let outcome = limited.function.invoke(&question(), TIMEOUT).await;
    let duration_ms = milliseconds(asked.elapsed());
    let cpu_ms = milliseconds(limited.group.used(process).saturating_sub(used_before));
    if !matches!(outcome, Outcome::Success(_)) {
        return Err(format!("the question was not answered: {outcome:?}\n{}", limited.function.output()));
    }
    services.check()?;
    let answer = follow(asked, &services.bedrock.emitted(), &services.appsync.mutations())?;
    Ok(Measured { answer, cpu_ms, duration_ms })
}

/// A question the function has not seen: one that it has would be taken for a repeated delivery.
fn question() -> Value {
    static ASKED: AtomicU32 = AtomicU32::new(0);
    let number = ASKED.fetch_add(1, Ordering::Relaxed);
    // Now, so that START leaves as late as it ever does.
    let asked_at = time::OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000;
    let message = json!({
        "requestId": format!("00000000-0000-4000-8000-{number:012}"),
        "sessionId": "a-session-of-the-benchmark-0001",
        "owner": null,
        "locale": "en_US",
        "message": "What does it cost to stream an answer?",
        "askedAt": asked_at,
    });
    sns_event([message.to_string().as_str()])
}
