use std::fmt;

/// Why a model stopped, as one of the words of Bedrock's Converse API.
/// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// The answer is complete.
    EndTurn,
    /// A configured sequence came up.
    StopSequence,
    /// The answer reached its longest allowed length.
    MaxTokens,
    /// The model wants a tool to be called.
    ToolUse,
    /// A guardrail stopped the answer or put its own words in its place.
    GuardrailIntervened,
    /// The model's provider stopped the answer.
    ContentFiltered,
    /// Question and answer together fill what the model can hold.
    ModelContextWindowExceeded,
    /// What the model wrote could not be understood.
    MalformedModelOutput,
    /// The model called a tool in a way that could not be understood.
    MalformedToolUse,
    /// No word, or one that this version does not know.
    Unknown,
}

impl StopReason {
    /// Every reason, for documentation and tests.
    pub const ALL: [Self; 10] = [
        Self::EndTurn,
        Self::StopSequence,
        Self::MaxTokens,
        Self::ToolUse,
        Self::GuardrailIntervened,
        Self::ContentFiltered,
        Self::ModelContextWindowExceeded,
        Self::MalformedModelOutput,
        Self::MalformedToolUse,
        Self::Unknown,
    ];

    /// The reason that `word` stands for. What others write does not pass as it is: it would reach logs and readers.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word).unwrap_or(Self::Unknown)
    }

    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EndTurn => "end_turn",
            Self::StopSequence => "stop_sequence",
            Self::MaxTokens => "max_tokens",
            Self::ToolUse => "tool_use",
            Self::GuardrailIntervened => "guardrail_intervened",
            Self::ContentFiltered => "content_filtered",
            Self::ModelContextWindowExceeded => "model_context_window_exceeded",
            Self::MalformedModelOutput => "malformed_model_output",
            Self::MalformedToolUse => "malformed_tool_use",
            Self::Unknown => "unknown",
        }
    }

    /// Whether it tells the reader why there is no text.
    #[must_use]
    pub const fn explains_silence(self) -> bool {
        matches!(self, Self::ContentFiltered | Self::GuardrailIntervened | Self::MaxTokens | Self::ModelContextWindowExceeded)
    }
}

impl fmt::Display for StopReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::StopReason;

    #[test]
    fn a_known_word_is_itself_and_any_other_is_unknown() {
        for reason in StopReason::ALL {
            assert_eq!(StopReason::parse(reason.as_str()), reason);
        }
        for word in ["", "END_TURN", "no value was set", "a canary"] {
            assert_eq!(StopReason::parse(word), StopReason::Unknown);
        }
    }
}
