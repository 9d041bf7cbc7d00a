//! The engine: one run takes an answer from a source to a sink, piece by piece, and reports how it went. It knows no AWS.
//!
//! Two tasks are joined by a [`buffer`]: [`intake`] takes the model's text and never waits for the [`publisher`], which hands
//! pieces to an [`AnswerSink`](sink::AnswerSink) at the pace of the [`pacer`].

pub mod backoff;
pub mod buffer;
pub mod context;
pub mod ending;
pub mod intake;
pub mod pacer;
pub mod publisher;
pub mod sink;
pub mod source;

#[cfg(test)]
pub(crate) mod scripted;
#[cfg(test)]
mod tests;

use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{JoinSet, yield_now};
use tokio::time::Instant;
use tracing::Instrument;

use context::Context;
use ending::Ending;
use publisher::Delivery;
use sink::AnswerSink;
use source::AnswerSource;

/// What became of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How the answer went out.
    pub delivery: Delivery,
    /// How it came in; `None` where publishing failed first. The model is then no longer read, so that nothing more is paid for.
    pub ending: Option<Ending>,
    /// From the receipt of the question to the first text.
    pub first_text: Option<Duration>,
    /// From the receipt of the question to the last piece.
    pub took: Duration,
}

/// Answers the question of `context` from `source` to `sink`.
pub async fn answer<S: AnswerSource, K: AnswerSink>(context: &Context, source: &Arc<S>, sink: &K) -> Report {
    let (sender, receiver) = buffer::buffer(context.pace.buffer_limit);
    // A task of its own, so that the model is read while a piece is published. In a set, so that it ends with this function: a task
    // that is only spawned would read on after publishing has failed.
    let mut intake = JoinSet::new();
    intake.spawn(intake::take_in(Arc::clone(source), context.clone(), sender).in_current_span());
    // The model is asked before anything is published: the reader waits for it.
    yield_now().await;
    let ending = async {
        match intake.join_next().await {
            Some(Ok(ending)) => ending,
            Some(Err(failed)) if failed.is_panic() => resume_unwind(failed.into_panic()),
            // Cancelled, which happens only when the set is dropped: this future is gone by then.
            _ => Ending::internal(),
        }
    };
    let (delivery, ending) = publisher::publish(sink, context, &receiver, ending).await;
    let first_text = delivery.first_text.map(|arrived: Instant| arrived - context.received);
    Report { delivery, ending, first_text, took: context.received.elapsed() }
}
