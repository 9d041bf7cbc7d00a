use std::fmt;

/// Why a model gave no answer, or not all of it. The variant says what to do, the code says to the world what happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The same thing may work in a moment: try again while the reader has seen no text, then treat it as `Tell`.
    #[error("{0}, may pass")]
    Retry(ErrorCode),
    /// Trying again changes nothing: end the answer and tell the reader.
    #[error("{0}")]
    Tell(ErrorCode),
}

impl Error {
    /// What happened, whatever is done about it.
    #[must_use]
    pub fn code(self) -> ErrorCode {
        let (Self::Retry(code) | Self::Tell(code)) = self;
        code
    }
}

/// What happened, as one fixed word that clients, logs and metrics share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// The account's quota for a minute is used up.
    ModelThrottled,
    /// The account's quota for a day, or for good, is used up: no second try helps today.
    QuotaExhausted,
    /// The model could not be reached, was not ready, or answered with a server error.
    ModelUnavailable,
    /// The model was silent for longer than the idle timeout.
    ModelTimeout,
    /// The stream was cut, or ended without saying that the answer is complete.
    ModelInterrupted,
    /// The model failed while it was answering.
    ModelError,
    /// The model refused the question: it is too long, or of a kind that the model does not take.
    ModelRejected,
    /// The model refuses every question: it may not be used, does not exist, or does not take what it is configured to be asked with.
    ModelMisconfigured,
    /// The model finished without a word.
    EmptyAnswer,
    /// The function's time is up.
    Deadline,
    /// A piece of the answer could not be published.
    DeliveryFailed,
    /// What arrived is no question that this version can read.
    QuestionUnreadable,
    /// A fault of this software.
    Internal,
}

impl ErrorCode {
    /// Every code, for documentation and tests.
    pub const ALL: [Self; 13] = [
        Self::ModelThrottled,
        Self::QuotaExhausted,
        Self::ModelUnavailable,
        Self::ModelTimeout,
        Self::ModelInterrupted,
        Self::ModelError,
        Self::ModelRejected,
        Self::ModelMisconfigured,
        Self::EmptyAnswer,
        Self::Deadline,
        Self::DeliveryFailed,
        Self::QuestionUnreadable,
        Self::Internal,
    ];

    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ModelThrottled => "model_throttled",
            Self::QuotaExhausted => "quota_exhausted",
            Self::ModelUnavailable => "model_unavailable",
            Self::ModelTimeout => "model_timeout",
            Self::ModelInterrupted => "model_interrupted",
            Self::ModelError => "model_error",
            Self::ModelRejected => "model_rejected",
            Self::ModelMisconfigured => "model_misconfigured",
            Self::EmptyAnswer => "empty_answer",
            Self::Deadline => "deadline",
            Self::DeliveryFailed => "delivery_failed",
            Self::QuestionUnreadable => "question_unreadable",
            Self::Internal => "internal",
        }
    }

    /// What the reader can do about it.
    #[must_use]
    pub const fn advice(self) -> Advice {
        match self {
            Self::ModelRejected | Self::EmptyAnswer | Self::Deadline => Advice::Rephrase,
            Self::ModelMisconfigured | Self::Internal => Advice::Report,
            Self::QuotaExhausted => Advice::AskTomorrow,
            Self::ModelThrottled
            | Self::ModelUnavailable
            | Self::ModelTimeout
            | Self::ModelInterrupted
            | Self::ModelError
            | Self::DeliveryFailed
            | Self::QuestionUnreadable => Advice::AskAgain,
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a reader can do after an error; each has an apology in every language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// Ask the same again in a moment.
    AskAgain,
    /// Ask differently: shorter, or in other words.
    Rephrase,
    /// Tell whoever runs the service; asking again will not help.
    Report,
    /// Ask again tomorrow: what may be asked today is used up.
    AskTomorrow,
}

#[cfg(test)]
mod tests {
    use super::ErrorCode;

    #[test]
    fn every_code_has_its_own_word() {
        for (at, code) in ErrorCode::ALL.iter().enumerate() {
            assert!(ErrorCode::ALL[at + 1..].iter().all(|other| other.as_str() != code.as_str()), "{code}");
            assert!(code.as_str().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{code}");
        }
    }
}
