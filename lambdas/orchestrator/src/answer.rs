//! One answer: a reader and a publisher, joined.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::Duration;

use chat::{AnswerId, Question};
use tokio::task::{JoinError, JoinSet, yield_now};
use tokio::time::Instant;
use tracing::Instrument;

use crate::buffer::Buffer;
use crate::publisher::{self, Delivery};
use crate::reader::{self, Ending, Patience};
use crate::sink::AnswerSink;
use crate::source::AnswerSource;

/// What is left of an invocation when its answer must end: enough to deliver what waits and to tell the reader.
const FAREWELL: Duration = Duration::from_secs(5);

/// What is left of an invocation when publishing must end: enough to write a summary and fail in an orderly way.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// How answers are given.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// The pacer's first interval.
    pub flush_interval: Duration,
    /// The longest silence of a model that is taken for thinking.
    pub idle_timeout: Duration,
    /// The buffer's limit, in bytes.
    pub buffer_limit: usize,
}

/// What became of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How it went out.
    pub delivery: Delivery,
    /// How it came in; `None` where publishing failed first and reading was stopped, so that nothing more is paid for.
    pub ending: Option<Ending>,
    /// From the question to the first text.
    pub first_text: Option<Duration>,
    /// From the question to the last piece.
    pub took: Duration,
}

/// Answers `question` from `source` to `sink`, as the run `answer_id`. The invocation is over at `deadline`.
pub async fn answer<S: AnswerSource, K: AnswerSink>(
    question: &Question,
    answer_id: AnswerId,
    source: &Arc<S>,
    sink: &K,
    pace: Pace,
    deadline: Instant,
) -> Report {
    let started = Instant::now();
    let before = |margin| deadline.checked_sub(margin).unwrap_or(started);
    let buffer = Arc::new(Buffer::new(pace.buffer_limit));
    let patience = Patience { idle: pace.idle_timeout, cutoff: before(FAREWELL) };

    // A task of its own, so that a token wakes the reader alone. A set, because what is dropped with it stops.
    let mut reading = JoinSet::new();
    reading.spawn(reading_task(Arc::clone(source), question.clone(), Arc::clone(&buffer), patience).in_current_span());
    // The model is asked first: it is what the reader waits for. The start leaves while it thinks.
    yield_now().await;
    let publishing = publisher::publish(sink, question, answer_id, &buffer, pace.flush_interval, before(LAST_WORDS));
    tokio::pin!(publishing);
    let delivery = tokio::select! {
        Some(read) = reading.join_next() => match read.map_err(JoinError::try_into_panic) {
            Err(Ok(panic)) => resume_unwind(panic),
            _ => publishing.await,
        },
        delivery = &mut publishing => delivery,
    };
    Report { delivery, ending: buffer.ending(), first_text: buffer.first().map(|first| first - started), took: started.elapsed() }
}

async fn reading_task<S: AnswerSource>(source: Arc<S>, question: Question, buffer: Arc<Buffer>, patience: Patience) {
    buffer.end(reader::read(&*source, &question, &buffer, patience).await);
}

#[cfg(test)]
mod tests;
