//! Publishes an answer: start, text at the pacer's pace, end or error.

use std::time::Duration;

use chat::{AnswerId, ErrorCode, Event, Piece, Recipient, Usage};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::buffer::Receiver;
use super::context::Context;
use super::ending::Ending;
use super::pacer::{Pacer, Step};
use super::sink::AnswerSink;

/// What became of an answer on its way out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivery {
    /// Pieces published.
    pub pieces: u32,
    /// Tries beyond the first, over all pieces.
    pub retries: u32,
    /// When the first text arrived.
    pub first_text: Option<Instant>,
    /// From the arrival of the first text until it was published.
    pub first_lag: Option<Duration>,
    /// Why the reader got an error instead of the end.
    pub error: Option<ErrorCode>,
    /// The reader knows how the answer ended.
    pub told: bool,
}

/// Publishes the answer that arrives in `buffer` and ends as `ending` says. Returns when nothing is left to publish, with the
/// ending where it was waited for.
pub async fn publish<K: AnswerSink>(
    sink: &K,
    context: &Context,
    buffer: &Receiver,
    ending: impl Future<Output = Ending>,
) -> (Delivery, Option<Ending>) {
    let until = context.publishing_ends();
    let mut publisher = Publisher::new(sink, &context.question.recipient, context.answer_id, until);
    let ending = match publisher.text(context, buffer).await {
        Ok(()) => Some(ending.await),
        Err(Undelivered) => None,
    };
    publisher.end(ending).await;
    (publisher.delivery, ending)
}

/// Tells `recipient` that there is no answer, because of `code`.
pub async fn tell<K: AnswerSink>(
    sink: &K,
    recipient: &Recipient,
    answer_id: AnswerId,
    code: ErrorCode,
    until: Instant,
) -> Delivery {
    let mut publisher = Publisher::new(sink, recipient, answer_id, until);
    publisher.apologise(code, None).await;
    publisher.delivery
}

/// A piece did not reach the sink, or was refused by it.
struct Undelivered;

struct Publisher<'a, K> {
    /// Where pieces go.
    sink: &'a K,
    /// Whom they are for; each piece says so.
    recipient: &'a Recipient,
    /// Which run writes them; each piece says so.
    answer_id: AnswerId,
    /// When nothing more is published.
    until: Instant,
    /// The number of the next piece. It goes up only when a piece is known to be published: one that was not leaves its number to
    /// the next, so that readers see no gap.
    sequence: u32,
    /// What is known so far; returned at the end.
    delivery: Delivery,
}

impl<'a, K: AnswerSink> Publisher<'a, K> {
    fn new(sink: &'a K, recipient: &'a Recipient, answer_id: AnswerId, until: Instant) -> Self {
        Self { sink, recipient, answer_id, until, sequence: 0, delivery: Delivery::default() }
    }

    /// Publishes the start and all the text. Returns when no more text will come and none waits.
    async fn text(&mut self, context: &Context, buffer: &Receiver) -> Result<(), Undelivered> {
        start_is_due(context, buffer).await;
        self.send(Event::Start).await?;
        let mut pacer = Pacer::new(context.pace.flush_interval, K::ENOUGH_TEXT);
        loop {
            let waiting = buffer.waiting();
            if waiting.closed && waiting.bytes == 0 {
                return Ok(());
            }
            match pacer.step(Instant::now(), waiting) {
                Step::Send => {
                    let arrived = buffer.since();
                    pacer.sent(Instant::now());
                    self.send(Event::Delta(buffer.take(K::LONGEST_TEXT).into())).await?;
                    self.note_first(arrived);
                }
                Step::Wait(None) => buffer.changed().await,
                Step::Wait(Some(until)) => tokio::select! {
                    () = buffer.changed() => {}
                    () = sleep_until(until) => {}
                },
            }
        }
    }

    fn note_first(&mut self, arrived: Option<Instant>) {
        if self.delivery.first_text.is_none() {
            self.delivery.first_text = arrived;
            self.delivery.first_lag = arrived.map(|arrived| arrived.elapsed());
        }
    }

    /// Tells the reader how the answer ended; `None` where a piece of it could not be delivered.
    async fn end(&mut self, ending: Option<Ending>) {
        let usage = ending.and_then(|ending| ending.usage);
        let code = match ending.map_or(Err(ErrorCode::DeliveryFailed), |ending| ending.outcome) {
            Ok(stop_reason) => match self.send(Event::End { stop_reason, usage }).await {
                Ok(()) => {
                    self.delivery.told = true;
                    return;
                }
                Err(Undelivered) => ErrorCode::DeliveryFailed,
            },
            Err(code) => code,
        };
        self.apologise(code, usage).await;
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
        let piece = Piece { recipient: self.recipient, answer_id: self.answer_id, sequence: self.sequence, event };
        let Ok(published) = timeout_at(self.until, self.sink.publish(&piece, self.until)).await else {
            tracing::error!(sequence = self.sequence, event = piece.kind(), "no time left to publish");
            return Err(Undelivered);
        };
        self.delivery.retries += published.retries;
        if !published.delivered {
            tracing::error!(sequence = self.sequence, event = piece.kind(), "piece not published");
            return Err(Undelivered);
        }
        self.sequence += 1;
        self.delivery.pieces += 1;
        Ok(())
    }
}

/// Waits until the start may leave, since a client that has just asked may not be listening yet. Text ends the wait: it needs the
/// start before it. An early failure does not: a client that is not listening would never learn of it.
async fn start_is_due(context: &Context, buffer: &Receiver) {
    let text = async {
        while buffer.waiting().bytes == 0 {
            buffer.changed().await;
        }
    };
    tokio::select! {
        () = sleep_until(context.start_at()) => {}
        () = text => {}
    }
}
