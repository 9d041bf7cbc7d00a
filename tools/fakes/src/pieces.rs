//! The recorded pieces of an answer, one per event: what the orchestrator is held to write, and what everything that stands in for
//! it starts from.

use serde_json::{Map, Value};

/// The first piece.
pub const START: &str = include_str!("../../../deployment/api/pieces/start.json");
/// A piece with text.
pub const DELTA: &str = include_str!("../../../deployment/api/pieces/delta.json");
/// The last piece of a complete answer.
pub const END: &str = include_str!("../../../deployment/api/pieces/end.json");
/// The piece that tells the reader why an answer failed.
pub const APOLOGY: &str = include_str!("../../../deployment/api/pieces/apology.json");
/// The last piece of a failed answer.
pub const MARKER: &str = include_str!("../../../deployment/api/pieces/marker.json");
/// All of them.
pub const RECORDED: [&str; 5] = [START, DELTA, END, APOLOGY, MARKER];

/// A recorded piece as the input of a `sendMessage` mutation.
#[must_use]
pub fn read(recorded: &str) -> Map<String, Value> {
    serde_json::from_str(recorded).expect("a recorded piece is a JSON object")
}
