//! Questions to a warm data source under its CPU share.

use std::time::{Duration, Instant};

use fakes::events::resolver_payload;
use fakes::runtime_api::Outcome;
use serde_json::json;

use crate::artifacts::Artifacts;
use crate::environment::{Limited, Services};
use crate::lag::milliseconds;
use crate::results::{Questions, Subject};

/// The function's timeout as deployed.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Asks once cold, which does not count, and `count` times warm.
pub async fn measure(
    services: &Services,
    artifacts: &Artifacts,
    subject: Subject,
    memory_mb: u64,
    count: usize,
) -> Result<Questions, String> {
    let launch = services.launch(artifacts, subject, "data-source", memory_mb);
    let mut limited = Limited::start(launch, memory_mb).await?;
    let input = json!({"sessionId": "a-session-of-the-benchmark-0001", "message": "What does it cost?", "locale": "en_US"});
    let event = resolver_payload(&input);
    let (mut total_ms, mut sns_ms) = (Vec::with_capacity(count), Vec::with_capacity(count));
    let mut used_before = Duration::ZERO;
    for question in 0..=count {
        if question == 1 {
            used_before = limited.group.used(limited.function.id());
        }
        let asked = Instant::now();
        let outcome = limited.function.invoke(&event, TIMEOUT).await;
        let answered = asked.elapsed();
        if !matches!(&outcome, Outcome::Success(response) if response["messages"][0]["content"] == "success") {
            return Err(format!("the question was not taken: {outcome:?}\n{}", limited.function.output()));
        }
        services.check()?;
        let published = services.sns.published().pop().ok_or("nothing was published")?;
        if question > 0 {
            total_ms.push(milliseconds(answered));
            sns_ms.push(milliseconds(published.answered - published.arrived));
        }
    }
    let used = limited.group.used(limited.function.id()).saturating_sub(used_before);
    let peak_memory = limited.function.peak_memory();
    limited.stop().await;
    Ok(Questions { subject, memory_mb, total_ms, sns_ms, cpu_ms: milliseconds(used) / count as f64, peak_memory })
}
