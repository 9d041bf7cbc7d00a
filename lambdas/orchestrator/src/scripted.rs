//! A scripted model and a recording AppSync, for tests on a paused clock.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::time::Duration;

use chat::{AnswerId, Error, ErrorCode, Event, Question, StreamEvent, Usage};
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::sink::{AnswerSink, Published};
use crate::source::{AnswerSource, AnswerStream, Piece};

/// The price that scripted answers name.
pub const USAGE: Usage = Usage { input_tokens: 11, output_tokens: 22 };

/// One step of a scripted stream: what comes, after how many milliseconds.
pub type Scripted = (u64, Result<Option<Piece>, Error>);

/// A model that opens as scripted, once per entry, and then streams what the entry says.
#[derive(Default)]
pub struct Script {
    openings: RefCell<VecDeque<Result<Vec<Scripted>, Error>>>,
    pub opened: Cell<u32>,
}

pub struct ScriptedStream(VecDeque<Scripted>);

impl Script {
    pub fn new(openings: impl IntoIterator<Item = Result<Vec<Scripted>, Error>>) -> Self {
        Self { openings: RefCell::new(openings.into_iter().collect()), opened: Cell::default() }
    }
}

impl AnswerSource for Script {
    type Stream = ScriptedStream;

    async fn open(&self, _question: &Question) -> Result<ScriptedStream, Error> {
        self.opened.set(self.opened.get() + 1);
        let opening = self.openings.borrow_mut().pop_front().unwrap_or(Err(Error::Tell(ErrorCode::Internal)));
        opening.map(|steps| ScriptedStream(steps.into()))
    }
}

impl AnswerStream for ScriptedStream {
    async fn next(&mut self) -> Result<Option<Piece>, Error> {
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

/// An AppSync that takes each piece after a while, or does to it what `fate` says.
pub struct Recorder<F> {
    fate: F,
    pub seen: RefCell<Vec<Seen>>,
    in_flight: Cell<u32>,
    pub most_in_flight: Cell<u32>,
}

impl<F: Fn(&StreamEvent<'_>) -> (u64, Result<(), Error>)> Recorder<F> {
    pub fn new(fate: F) -> Self {
        Self { fate, seen: RefCell::default(), in_flight: Cell::default(), most_in_flight: Cell::default() }
    }

    pub fn kinds(&self) -> Vec<String> {
        let word = |seen: &Seen| match &seen.event {
            Event::Start => "start".to_owned(),
            Event::Delta(text) => text.as_str().to_owned(),
            Event::End { stop_reason, .. } => format!("end {stop_reason}"),
            Event::Apology(code) => format!("apology {code}"),
            Event::Failed { code, .. } => format!("failed {code}"),
        };
        self.seen.borrow().iter().map(word).collect()
    }

    pub fn text(&self) -> String {
        let words = |seen: &Seen| match &seen.event {
            Event::Delta(text) => text.as_str().to_owned(),
            _ => String::new(),
        };
        self.seen.borrow().iter().map(words).collect()
    }
}

impl<F: Fn(&StreamEvent<'_>) -> (u64, Result<(), Error>)> AnswerSink for Recorder<F> {
    async fn publish(&self, event: &StreamEvent<'_>, _until: Instant) -> Published {
        self.in_flight.set(self.in_flight.get() + 1);
        self.most_in_flight.set(self.most_in_flight.get().max(self.in_flight.get()));
        let (takes, outcome) = (self.fate)(event);
        sleep(Duration::from_millis(takes)).await;
        self.in_flight.set(self.in_flight.get() - 1);
        if outcome.is_ok() {
            let StreamEvent { answer_id, sequence, ref event, .. } = *event;
            self.seen.borrow_mut().push(Seen { answer_id, sequence, event: event.clone(), at: Instant::now() });
        }
        Published { retries: 0, outcome }
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
    (after, Ok(Some(Piece::Text(words.into()))))
}

/// The end of a complete answer: stop, then its price.
pub fn stop(reason: &str) -> [Scripted; 3] {
    [(0, Ok(Some(Piece::Stop(reason.to_owned())))), (1, Ok(Some(Piece::Usage(USAGE)))), (0, Ok(None))]
}
