//! The service's fixed words in words for whoever asks in a terminal. The only home of these texts; the page has its own, in the
//! reader's language.

use chat::{Advice, ErrorCode, StopReason};

/// Why a question was not taken that may be asked again at once.
pub const BUSY: &str = "the service has too many questions at the moment and did not take this one; ask again in a moment";
/// Why nobody can say yet whether there will be an answer.
pub const OUTCOME_UNKNOWN: &str = "it is not known whether the question was taken; its answer may still arrive";

/// What an error word means and what to do about it. `None`: a word that is newer than this program.
#[must_use]
pub fn of_error(word: &str) -> Option<String> {
    let code = ErrorCode::ALL.into_iter().find(|code| is_spelt(code.as_str(), word))?;
    let reason = match code {
        ErrorCode::ModelThrottled => "the model has too many questions at the moment",
        ErrorCode::QuotaExhausted => "what the model may be asked today is used up",
        ErrorCode::ModelUnavailable => "the model cannot be reached or is not ready",
        ErrorCode::ModelTimeout => "the model fell silent",
        ErrorCode::ModelInterrupted => "the model broke off in the middle of the answer",
        ErrorCode::ModelError => "the model failed while it was answering",
        ErrorCode::ModelRejected => "the model does not take this question",
        ErrorCode::ModelMisconfigured => "the model refuses every question as the service is set up",
        ErrorCode::EmptyAnswer => "the model finished without a word",
        ErrorCode::Deadline => "the answer took longer than the service may take",
        ErrorCode::DeliveryFailed => "a part of the answer could not be delivered",
        ErrorCode::QuestionUnreadable => "the service could not read the question, as may happen while it is updated",
        ErrorCode::Internal => "the service itself failed",
    };
    let advice = match code.advice() {
        Advice::AskAgain => "ask again in a moment",
        Advice::Rephrase => "ask in other words, or for less",
        Advice::Report => "tell whoever runs the service",
        Advice::AskTomorrow => "ask again tomorrow",
    };
    Some(format!("{reason}; {advice}"))
}

/// Why an answer that did end may still disappoint.
#[must_use]
pub fn of_stop(reason: &str) -> Option<&'static str> {
    match StopReason::parse(reason) {
        StopReason::EndTurn | StopReason::StopSequence | StopReason::Unknown => None,
        StopReason::MaxTokens => Some("the answer was cut: it reached the limit of output tokens"),
        StopReason::ToolUse => Some("the answer was cut: the model wanted a tool that it may not call"),
        StopReason::GuardrailIntervened => Some("a guardrail replaced or cut the answer"),
        StopReason::ContentFiltered => Some("the model's own filter cut the answer"),
        StopReason::ModelContextWindowExceeded => Some("the answer was cut: with the question it fills what the model can hold"),
        StopReason::MalformedModelOutput | StopReason::MalformedToolUse => {
            Some("the answer was cut: what the model wrote next could not be understood")
        }
    }
}

/// Whether a word is this code: `model_throttled` in an answer is `ModelThrottled` among the errors of a request.
fn is_spelt(code: &str, word: &str) -> bool {
    let plain = |text: &str| text.replace('_', "").to_ascii_lowercase();
    plain(code) == plain(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_words_of_its_own_in_either_spelling() {
        let texts = ErrorCode::ALL.map(|code| of_error(code.as_str()));
        for (at, text) in texts.iter().enumerate() {
            assert!(text.is_some() && !texts[at + 1..].contains(text), "{text:?}");
        }
        assert_eq!(of_error("QuotaExhausted"), of_error("quota_exhausted"));
        assert_eq!(of_error("a_word_of_the_future"), None);
    }

    #[test]
    fn only_what_disappoints_is_explained() {
        let ordinary = |reason: &StopReason| of_stop(reason.as_str()).is_none();
        let ordinary: Vec<_> = StopReason::ALL.into_iter().filter(ordinary).collect();
        assert_eq!(ordinary, [StopReason::EndTurn, StopReason::StopSequence, StopReason::Unknown]);
    }
}
