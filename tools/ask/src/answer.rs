//! Puts the pieces of one answer in order and notices what is wrong with them. No I/O, no clock.
//!
//! AppSync promises neither order nor single delivery nor delivery: a piece is known by its `sequence`, and text leaves
//! here only when everything before it has arrived or has been given up.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use chat::ERROR_MARKER;
use serde::{Deserialize, Serialize};

/// What a piece means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Event {
    /// The question was taken up.
    Start,
    /// More text.
    Delta,
    /// The answer is complete.
    End,
    /// The answer ended early.
    Error,
    /// A word this client does not know yet: keeps its place in the order and is otherwise passed over.
    #[serde(other)]
    Unknown,
}

/// One `SendMessageResponse`. The time stamp is left out on purpose: a piece that was published twice is still the
/// same piece.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Piece {
    /// The session it was published to.
    pub session_id: String,
    /// Which question it belongs to.
    pub request_id: Option<String>,
    /// Which run of the orchestrator wrote it; absent from services that do not say.
    pub answer_id: Option<String>,
    /// Its place in the answer, from 0.
    pub sequence: Option<u32>,
    /// What it means.
    pub event: Option<Event>,
    /// Text of the answer in a DELTA, the apology in the first ERROR, otherwise a marker.
    pub message: String,
    /// Bedrock's word, on END.
    pub stop_reason: Option<String>,
    /// Tokens read, on END and ERROR.
    pub input_tokens: Option<u64>,
    /// Tokens written, on END and ERROR.
    pub output_tokens: Option<u64>,
    /// The service's fixed word, on ERROR.
    pub error_code: Option<String>,
}

/// What becomes known when a piece takes its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Released {
    /// The model is thinking.
    Started,
    /// The next text of the answer.
    Text {
        /// Its place in the answer.
        sequence: u32,
        /// The text.
        text: String,
    },
    /// Nothing more follows.
    Ended(Ending),
}

/// How an answer ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// By END.
    Complete {
        /// Bedrock's word, such as `end_turn` or `max_tokens`.
        stop_reason: Option<String>,
        /// Tokens read.
        input_tokens: Option<u64>,
        /// Tokens written.
        output_tokens: Option<u64>,
    },
    /// By ERROR.
    Failed {
        /// The service's fixed word, `unknown` where it sent none.
        error_code: String,
        /// The sentence meant for the reader; absent where only the marker arrived.
        apology: Option<String>,
    },
}

/// What is wrong with an answer that did end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// These places were given up.
    Missing(Vec<u32>),
    /// These places arrived twice with different contents.
    Conflicting(Vec<u32>),
    /// So many pieces had no sequence or no event.
    Malformed(u32),
    /// So many pieces belonged to another question or session.
    Foreign(u32),
    /// So many pieces came from another run: the question was delivered, answered and paid twice.
    OtherRun(u32),
    /// So many pieces arrived after a later one.
    Reordered(u32),
    /// So many pieces arrived again.
    Repeated(u32),
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(places) => write!(f, "missing sequence {}", join(places)),
            Self::Conflicting(places) => {
                write!(f, "two different messages for sequence {}", join(places))
            }
            Self::Malformed(count) => write!(f, "{count} without sequence or event"),
            Self::Foreign(count) => write!(f, "{count} of another question"),
            Self::OtherRun(count) => write!(f, "{count} of another answer to the same question"),
            Self::Reordered(count) => write!(f, "{count} out of order"),
            Self::Repeated(count) => write!(f, "{count} repeated"),
        }
    }
}

/// Comma-separated, for a reader.
fn join(places: &[u32]) -> String {
    places.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// What arrived, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tally {
    /// Distinct pieces of this answer.
    pub messages: u32,
    /// Pieces that arrived after one with a higher sequence; they were put in their place.
    pub reordered: u32,
    /// Pieces that arrived again unchanged; they were dropped.
    pub repeated: u32,
    /// Pieces of another question or session; they were ignored.
    pub foreign: u32,
    /// Pieces of another run that answers the same question; they were ignored.
    pub other_run: u32,
    /// Pieces without sequence or event; they were dropped.
    pub malformed: u32,
    /// Sequences that arrived twice with different contents; the first was kept.
    pub conflicting: BTreeSet<u32>,
    /// Sequences that were given up.
    pub missing: BTreeSet<u32>,
}

/// How much is asked of an answer besides its being complete.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Demands {
    /// Nobody else's pieces may arrive. Only fair where the session is this conversation's own.
    pub private: bool,
    /// Pieces must arrive in order and once, from one run, which neither AppSync nor SNS promises.
    pub orderly: bool,
}

impl Tally {
    /// What is wrong, by the given demands; empty for a whole answer.
    #[must_use]
    pub fn flaws(&self, demands: Demands) -> Vec<Flaw> {
        let places = |set: &BTreeSet<u32>| set.iter().copied().collect::<Vec<_>>();
        let mut flaws = Vec::new();
        let mut note = |wrong: bool, flaw: Flaw| {
            if wrong {
                flaws.push(flaw);
            }
        };
        note(!self.missing.is_empty(), Flaw::Missing(places(&self.missing)));
        note(!self.conflicting.is_empty(), Flaw::Conflicting(places(&self.conflicting)));
        note(self.malformed > 0, Flaw::Malformed(self.malformed));
        note(demands.private && self.foreign > 0, Flaw::Foreign(self.foreign));
        note(demands.orderly && self.other_run > 0, Flaw::OtherRun(self.other_run));
        note(demands.orderly && self.reordered > 0, Flaw::Reordered(self.reordered));
        note(demands.orderly && self.repeated > 0, Flaw::Repeated(self.repeated));
        flaws
    }
}

/// Puts the pieces of one question's answer in order.
#[derive(Debug)]
pub struct Assembler {
    session_id: String,
    request_id: String,
    /// The run whose answer this is: the first that was heard of.
    answer_id: Option<String>,
    /// The sequence that may leave next.
    next: u32,
    /// Every distinct piece, to tell a repetition from a contradiction. An answer is small enough to keep.
    seen: BTreeMap<u32, Piece>,
    tally: Tally,
    ended: bool,
}

impl Assembler {
    /// Collects only what was published to this session for this request.
    #[must_use]
    pub fn new(session_id: String, request_id: String) -> Self {
        Self { session_id, request_id, answer_id: None, next: 0, seen: BTreeMap::new(), tally: Tally::default(), ended: false }
    }

    /// What has been counted so far.
    #[must_use]
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Takes one piece as it arrived and returns what may now be shown, in order. Nothing leaves after the end.
    pub fn accept(&mut self, piece: Piece) -> Vec<Released> {
        if piece.session_id != self.session_id || piece.request_id.as_deref() != Some(&self.request_id) {
            self.tally.foreign += 1;
            return Vec::new();
        }
        if self.is_of_another_run(&piece) {
            self.tally.other_run += 1;
            return Vec::new();
        }
        let sequence = piece.sequence.filter(|&sequence| sequence <= MAX_SEQUENCE);
        let (Some(sequence), Some(_)) = (sequence, piece.event) else {
            self.tally.malformed += 1;
            return Vec::new();
        };
        if self.answer_id.is_none() {
            self.answer_id.clone_from(&piece.answer_id);
        }
        if let Some(known) = self.seen.get(&sequence) {
            if *known == piece {
                self.tally.repeated += 1;
            } else {
                self.tally.conflicting.insert(sequence);
            }
            return Vec::new();
        }
        self.tally.messages += 1;
        // A piece that was given up and comes after all is late, and no longer missing from what was received; the
        // reader has been shown the text without it, so it still counts as missing.
        if self.seen.last_key_value().is_some_and(|(&highest, _)| sequence < highest) {
            self.tally.reordered += 1;
        }
        self.seen.insert(sequence, piece);
        self.release()
    }

    /// Two runs number their pieces alike, and their texts do not fit together. A piece that names no run fits any.
    fn is_of_another_run(&self, piece: &Piece) -> bool {
        matches!((&self.answer_id, &piece.answer_id), (Some(ours), Some(its)) if ours != its)
    }

    /// Sequences that hold back text that has arrived, if any.
    #[must_use]
    pub fn gap(&self) -> Option<std::ops::Range<u32>> {
        if self.ended {
            return None;
        }
        let (&after, _) = self.seen.range(self.next..).next()?;
        (after > self.next).then_some(self.next..after)
    }

    /// Gives up the present gap, if there is one, and returns what it held back.
    pub fn give_up_gap(&mut self) -> Vec<Released> {
        let Some(gap) = self.gap() else {
            return Vec::new();
        };
        self.next = gap.end;
        // A hostile or broken sequence must not cost memory: the ends of a very long gap tell enough.
        self.tally.missing.extend(gap.clone().take(GAP_LISTED));
        self.tally.missing.insert(gap.end - 1);
        self.release()
    }

    /// Moves past every piece whose turn has come.
    fn release(&mut self) -> Vec<Released> {
        let mut released = Vec::new();
        while !self.ended {
            let Some(piece) = self.seen.get(&self.next) else {
                break;
            };
            released.extend(meaning(self.next, piece));
            self.ended = matches!(released.last(), Some(Released::Ended(_)));
            self.next += 1;
        }
        released
    }
}

/// The largest sequence there can be: GraphQL's Int has 32 bits and a sign.
const MAX_SEQUENCE: u32 = i32::MAX.cast_unsigned();

/// How many sequences of one gap are listed, besides its last.
const GAP_LISTED: usize = 1000;

/// What a piece says once its turn has come.
fn meaning(sequence: u32, piece: &Piece) -> Option<Released> {
    match piece.event? {
        Event::Unknown => None,
        Event::Start => Some(Released::Started),
        Event::Delta => Some(Released::Text { sequence, text: piece.message.clone() }),
        Event::End => Some(Released::Ended(Ending::Complete {
            stop_reason: piece.stop_reason.clone(),
            input_tokens: piece.input_tokens,
            output_tokens: piece.output_tokens,
        })),
        Event::Error => Some(Released::Ended(Ending::Failed {
            error_code: piece.error_code.clone().unwrap_or_else(|| "unknown".to_owned()),
            // The marker is for clients that do not read `event`; any other text is the apology.
            apology: (piece.message != ERROR_MARKER).then(|| piece.message.clone()),
        })),
    }
}

#[cfg(test)]
mod tests;
