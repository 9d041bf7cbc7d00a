use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::error::ErrorCode;
use crate::ids::{AnswerId, Owner};
use crate::question::Recipient;
use crate::stop_reason::StopReason;
use crate::text::Text;

/// Message text of the first piece, for clients that do not read `event`.
pub const START_MARKER: &str = "#START_STREAM#";
/// Message text of the last piece of a complete answer, for clients that do not read `event`.
pub const END_MARKER: &str = "#END_STREAM#";
/// Message text of the last piece of a failed answer, for clients that do not read `event`.
pub const ERROR_MARKER: &str = "#STREAM_ERROR#";

/// How many tokens of the model's quota and price an answer took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// Tokens of the question with everything sent along.
    pub input_tokens: u32,
    /// Tokens of the answer.
    pub output_tokens: u32,
}

/// What one piece of an answer says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The question was taken up; the model is thinking.
    Start,
    /// More text.
    Delta(Text),
    /// The answer is complete.
    End {
        /// Why the model stopped.
        stop_reason: StopReason,
        /// Absent where the model did not tell.
        usage: Option<Usage>,
    },
    /// The answer failed: words to show the reader. It ends the answer for clients that read `event`.
    Apology(ErrorCode),
    /// The answer failed: the marker that ends it for clients that do not read `event`. Follows the apology.
    Failed {
        /// The same as in the apology.
        code: ErrorCode,
        /// Absent where the model did not tell.
        usage: Option<Usage>,
    },
}

/// One published message of a run. It serialises to the `SendMessageInput` of the schema; absent members are left out.
#[derive(Clone, Debug)]
pub struct Piece<'a> {
    /// Whom it is for.
    pub recipient: &'a Recipient,
    /// Which run answers it.
    pub answer_id: AnswerId,
    /// 0, 1, 2 … without a gap within one run; the start is 0.
    pub sequence: u32,
    /// What this piece says.
    pub event: Event,
}

impl Piece<'_> {
    /// The text a client shows or, if it does not read `event`, takes for a marker.
    #[must_use]
    pub fn message(&self) -> &str {
        match &self.event {
            Event::Start => START_MARKER,
            Event::Delta(text) => text.as_str(),
            Event::End { .. } => END_MARKER,
            Event::Apology(code) => code.apology(self.recipient.locale),
            Event::Failed { .. } => ERROR_MARKER,
        }
    }

    /// The schema's word for the kind of event.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.event {
            Event::Start => "START",
            Event::Delta(_) => "DELTA",
            Event::End { .. } => "END",
            Event::Apology(_) | Event::Failed { .. } => "ERROR",
        }
    }
}

impl Serialize for Piece<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut input = serializer.serialize_map(None)?;
        input.serialize_entry("sessionId", self.recipient.session_id.as_str())?;
        input.serialize_entry("message", self.message())?;
        input.serialize_entry("locale", self.recipient.locale.code())?;
        input.serialize_entry("requestId", self.recipient.request_id.as_str())?;
        input.serialize_entry("answerId", &format_args!("{}", self.answer_id))?;
        input.serialize_entry("sequence", &self.sequence)?;
        input.serialize_entry("event", self.kind())?;
        if let Some(owner) = self.recipient.owner.as_ref().map(Owner::as_str) {
            input.serialize_entry("owner", owner)?;
        }
        if let Event::End { stop_reason, .. } = &self.event {
            input.serialize_entry("stopReason", stop_reason.as_str())?;
        }
        if let Event::End { usage: Some(usage), .. } | Event::Failed { usage: Some(usage), .. } = &self.event {
            input.serialize_entry("inputTokens", &usage.input_tokens)?;
            input.serialize_entry("outputTokens", &usage.output_tokens)?;
        }
        if let Event::Apology(code) | Event::Failed { code, .. } = &self.event {
            input.serialize_entry("errorCode", code.as_str())?;
        }
        input.end()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Event, Piece, Usage};
    use crate::{AnswerId, ErrorCode, Question, StopReason, Unreadable};

    const ANSWER: AnswerId = AnswerId(0xa7);

    fn question(owner: &Value) -> Result<Question, Unreadable> {
        let body = json!({
            "requestId": "3f2b8f0e-9c1d-4d7a-8a55-0d6a5b1f2c3d", "sessionId": "abcdefghijklmnop", "owner": owner,
            "locale": "de_DE", "message": "Warum?", "askedAt": 1,
        });
        Question::from_json(&body.to_string())
    }

    /// A piece serialises to the recorded one, member by member, in its order.
    fn check(sequence: u32, event: Event, recorded: &str) -> Result<(), Box<dyn std::error::Error>> {
        let question = question(&json!("user-1"))?;
        let piece = Piece { recipient: &question.recipient, answer_id: ANSWER, sequence, event };
        assert_eq!(serde_json::to_string_pretty(&piece)?, recorded.trim_end());
        Ok(())
    }

    #[test]
    fn each_event_becomes_the_recorded_piece() -> Result<(), Box<dyn std::error::Error>> {
        let usage = Some(Usage { input_tokens: 7, output_tokens: 9 });
        let code = ErrorCode::ModelThrottled;
        let end = Event::End { stop_reason: StopReason::EndTurn, usage };
        check(0, Event::Start, include_str!("../../../deployment/api/pieces/start.json"))?;
        check(1, Event::Delta("Weil".into()), include_str!("../../../deployment/api/pieces/delta.json"))?;
        check(2, end, include_str!("../../../deployment/api/pieces/end.json"))?;
        check(2, Event::Apology(code), include_str!("../../../deployment/api/pieces/apology.json"))?;
        check(3, Event::Failed { code, usage }, include_str!("../../../deployment/api/pieces/marker.json"))
    }

    #[test]
    fn what_is_not_known_is_left_out() -> Result<(), Box<dyn std::error::Error>> {
        let question = question(&Value::Null)?;
        let event = Event::Failed { code: ErrorCode::Deadline, usage: None };
        let piece = serde_json::to_value(Piece { recipient: &question.recipient, answer_id: ANSWER, sequence: 3, event })?;
        for absent in ["owner", "stopReason", "inputTokens", "outputTokens"] {
            assert_eq!(piece.get(absent), None, "{absent}");
        }
        Ok(())
    }
}
