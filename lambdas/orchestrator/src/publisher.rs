//! Publishes an answer: start, text at the pacer's pace, end or error.

use std::time::Duration;

use chat::{AnswerId, ErrorCode, Event, Question, StreamEvent, Usage};
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::buffer::Buffer;
use crate::pacer::{Pacer, Step};
use crate::sink::AnswerSink;

/// The longest text of one piece, in bytes. AppSync delivers events up to 240 KB. JSON can turn one byte into six, so this much
/// text takes at most 192 KB, and what goes around it takes a few.
pub const CHUNK_LIMIT: usize = 32 * 1024;

/// What became of an answer on its way out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivery {
    /// Pieces published.
    pub mutations: u32,
    /// Tries beyond the first, over all pieces.
    pub retries: u32,
    /// From the arrival of the first text until it was published.
    pub first_lag: Option<Duration>,
    /// Why the reader got an error instead of the end.
    pub error: Option<ErrorCode>,
    /// The reader knows how the answer ended.
    pub told: bool,
}

/// Publishes the answer that arrives in `buffer`, until `until` at the latest, and returns when nothing is left to publish.
pub async fn publish<K: AnswerSink>(
    sink: &K,
    question: &Question,
    answer_id: AnswerId,
    buffer: &Buffer,
    interval: Duration,
    until: Instant,
) -> Delivery {
    let mut publisher = Publisher { sink, question, answer_id, until, sequence: 0, delivery: Delivery::default() };
    let error = match publisher.text(buffer, interval).await {
        Ok(()) => match buffer.ending().map(|ending| (ending.outcome, ending.usage)) {
            Some((Ok(stop_reason), usage)) => match publisher.send(Event::End { stop_reason, usage }).await {
                Ok(()) => None,
                Err(Undelivered) => Some((ErrorCode::DeliveryFailed, usage)),
            },
            Some((Err(code), usage)) => Some((code, usage)),
            None => Some((ErrorCode::Internal, None)),
        },
        Err(Undelivered) => Some((ErrorCode::DeliveryFailed, None)),
    };
    match error {
        None => publisher.delivery.told = true,
        Some((code, usage)) => publisher.apologise(code, usage).await,
    }
    publisher.delivery
}

/// A piece did not reach AppSync, or was refused by it.
struct Undelivered;

struct Publisher<'a, K> {
    sink: &'a K,
    question: &'a Question,
    answer_id: AnswerId,
    until: Instant,
    /// The next piece's. It moves on when a piece is known to be published, so that readers see no gap.
    sequence: u32,
    delivery: Delivery,
}

impl<K: AnswerSink> Publisher<'_, K> {
    /// Publishes the start and all the text. Returns when the answer has ended and no text waits.
    async fn text(&mut self, buffer: &Buffer, interval: Duration) -> Result<(), Undelivered> {
        self.send(Event::Start).await?;
        let mut pacer = Pacer::new(interval);
        loop {
            let ended = buffer.ending().is_some();
            let waiting = buffer.waiting();
            if ended && waiting.is_none() {
                return Ok(());
            }
            match pacer.step(Instant::now(), waiting) {
                Step::Send => {
                    buffer.next_due(pacer.sent(Instant::now()));
                    self.send(Event::Delta(buffer.take(CHUNK_LIMIT).into())).await?;
                    if self.delivery.first_lag.is_none() {
                        self.delivery.first_lag = buffer.first().map(|first| first.elapsed());
                    }
                }
                Step::Wait(None) => buffer.changed().await,
                Step::Wait(Some(until)) => tokio::select! {
                    () = buffer.changed() => {}
                    () = sleep_until(until) => {}
                },
            }
        }
    }

    /// Tells the reader that the answer failed: the start if there was none, the apology, the marker. Each of the last two
    /// ends the answer for some clients, so either is enough to have told the reader.
    async fn apologise(&mut self, code: ErrorCode, usage: Option<Usage>) {
        self.delivery.error = Some(code);
        if self.sequence == 0 && self.send(Event::Start).await.is_err() {
            return;
        }
        let shown = self.send(Event::Apology(code)).await.is_ok();
        let marked = self.send(Event::Failed { code, usage }).await.is_ok();
        self.delivery.told = shown || marked;
    }

    async fn send(&mut self, event: Event) -> Result<(), Undelivered> {
        let event = StreamEvent { question: self.question, answer_id: self.answer_id, sequence: self.sequence, event };
        let published = timeout_at(self.until, self.sink.publish(&event, self.until)).await;
        let Ok(published) = published else {
            tracing::error!(sequence = self.sequence, kind = event.kind(), "no time left to publish");
            return Err(Undelivered);
        };
        self.delivery.retries += published.retries;
        match published.outcome {
            Ok(()) => {
                self.sequence += 1;
                self.delivery.mutations += 1;
                Ok(())
            }
            Err(error) => {
                tracing::error!(sequence = self.sequence, kind = event.kind(), %error, "piece not published");
                Err(Undelivered)
            }
        }
    }
}
