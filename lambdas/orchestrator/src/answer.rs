//! One answer: a reader and a publisher, joined.

use std::time::Duration;

use chat::{AnswerId, Question};
use tokio::time::Instant;

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
    source: &S,
    sink: &K,
    pace: Pace,
    deadline: Instant,
) -> Report {
    let started = Instant::now();
    let before = |margin| deadline.checked_sub(margin).unwrap_or(started);
    let buffer = Buffer::new(pace.buffer_limit);
    let patience = Patience { idle: pace.idle_timeout, cutoff: before(FAREWELL) };

    let reading = async { buffer.end(reader::read(source, question, &buffer, patience).await) };
    let publishing = publisher::publish(sink, question, answer_id, &buffer, pace.flush_interval, before(LAST_WORDS));
    tokio::pin!(publishing);
    let delivery = tokio::select! {
        // The model is asked first: it is what the reader waits for. The start leaves while it thinks.
        biased;
        () = reading => publishing.await,
        delivery = &mut publishing => delivery,
    };
    Report { delivery, ending: buffer.ending(), first_text: buffer.first().map(|first| first - started), took: started.elapsed() }
}

#[cfg(test)]
mod tests;
