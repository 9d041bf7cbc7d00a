//! A scripted model and a recording sink, for tests on a paused clock.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use chat::{AnswerId, Error, ErrorCode, Event, Piece, Question, StopReason, Usage};
use serde_json::json;
use tokio::time::{Instant, sleep};

use super::sink::{AnswerSink, Published};
use super::source::{AnswerSource, AnswerStream, ModelEvent};

/// The usage that scripted answers name.
pub const USAGE: Usage = Usage { input_tokens: 11, output_tokens: 22 };

/// One step of a scripted stream: what comes, after how many milliseconds.
pub type Scripted = (u64, Result<Option<ModelEvent>, Error>);

/// A model that opens as scripted, once per entry, and then streams what the entry says.
#[derive(Default)]
pub struct Script {
    openings: Mutex<VecDeque<Result<Vec<Scripted>, Error>>>,
    opened: AtomicU32,
}

pub struct ScriptedStream(VecDeque<Scripted>);

impl Script {
    pub fn new(openings: impl IntoIterator<Item = Result<Vec<Scripted>, Error>>) -> Arc<Self> {
        Arc::new(Self { openings: Mutex::new(openings.into_iter().collect()), opened: AtomicU32::default() })
    }

    /// How often it was opened.
    pub fn opened(&self) -> u32 {
        self.opened.load(Relaxed)
    }
}

impl AnswerSource for Script {
    type Stream = ScriptedStream;

    async fn open(&self, _question: &Question) -> Result<ScriptedStream, Error> {
        self.opened.fetch_add(1, Relaxed);
        let opening = self.openings.lock().unwrap().pop_front().unwrap_or(Err(Error::Tell(ErrorCode::Internal)));
        opening.map(|steps| ScriptedStream(steps.into()))
    }
}

impl AnswerStream for ScriptedStream {
    async fn next(&mut self) -> Result<Option<ModelEvent>, Error> {
        let Some((after, step)) = self.0.pop_front() else { return std::future::pending().await };
        sleep(Duration::from_millis(after)).await;
        step
    }
}

/// One published piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub answer_id: AnswerId,
    pub sequence: u32,
    pub event: Event,
    pub at: Instant,
}

/// A sink that takes each piece after a while, or does to it what `fate` says.
pub struct Recorder<F> {
    fate: F,
    seen: Mutex<Vec<Seen>>,
    in_flight: AtomicU32,
    most_in_flight: AtomicU32,
}

impl<F: Fn(&Piece<'_>) -> (u64, bool)> Recorder<F> {
    pub fn new(fate: F) -> Self {
        Self { fate, seen: Mutex::default(), in_flight: AtomicU32::default(), most_in_flight: AtomicU32::default() }
    }

    pub fn seen(&self) -> MutexGuard<'_, Vec<Seen>> {
        self.seen.lock().unwrap()
    }

    pub fn most_in_flight(&self) -> u32 {
        self.most_in_flight.load(Relaxed)
    }

    pub fn kinds(&self) -> Vec<String> {
        let word = |seen: &Seen| match &seen.event {
            Event::Start => "start".to_owned(),
            Event::Delta(text) => text.as_str().to_owned(),
            Event::End { stop_reason, .. } => format!("end {stop_reason}"),
            Event::Apology(code) => format!("apology {code}"),
            Event::Failed { code, .. } => format!("failed {code}"),
        };
        self.seen().iter().map(word).collect()
    }

    pub fn text(&self) -> String {
        let words = |seen: &Seen| match &seen.event {
            Event::Delta(text) => text.as_str().to_owned(),
            _ => String::new(),
        };
        self.seen().iter().map(words).collect()
    }
}

impl<F: Fn(&Piece<'_>) -> (u64, bool) + Send + Sync> AnswerSink for Recorder<F> {
    const LONGEST_TEXT: usize = 32 * 1024;
    const ENOUGH_TEXT: usize = 4 * 1024;

    async fn publish(&self, piece: &Piece<'_>, _until: Instant) -> Published {
        self.most_in_flight.fetch_max(self.in_flight.fetch_add(1, Relaxed) + 1, Relaxed);
        let (takes, delivered) = (self.fate)(piece);
        sleep(Duration::from_millis(takes)).await;
        self.in_flight.fetch_sub(1, Relaxed);
        if delivered {
            let Piece { answer_id, sequence, ref event, .. } = *piece;
            self.seen().push(Seen { answer_id, sequence, event: event.clone(), at: Instant::now() });
        }
        Published { retries: 0, delivered }
    }
}

pub fn question() -> Question {
    let body = json!({
        "requestId": "3f2b8f0e-9c1d-4d7a-8a55-0d6a5b1f2c3d", "sessionId": "abcdefghijklmnop", "owner": null,
        "locale": "en_US", "message": "Why?", "askedAt": 1,
    });
    Question::from_json(&body.to_string()).unwrap()
}

pub fn text(after: u64, words: &str) -> Scripted {
    (after, Ok(Some(ModelEvent::Text(words.into()))))
}

/// The end of a complete answer: stop, then its usage.
pub fn stop(reason: StopReason) -> [Scripted; 3] {
    [(0, Ok(Some(ModelEvent::Stop(reason)))), (1, Ok(Some(ModelEvent::Usage(USAGE)))), (0, Ok(None))]
}
