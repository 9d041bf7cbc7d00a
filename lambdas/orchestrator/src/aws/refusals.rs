//! Whose fault it is that Bedrock refused: the question's, the configuration's, the quota's or the model's.
//!
//! One exception type stands for several of them, and only AWS's text tells which. So the texts are listed here, each with
//! where it was seen, and everything unlisted has a safe reading.

use chat::{ErrorCode, Question};

/// How much of AWS's text goes into a log, in characters.
const LONGEST_TEXT: usize = 300;

/// So many characters in a row are a quotation.
const QUOTATION: usize = 8;

/// What a `ValidationException` says when this one question cannot be answered: it is too long. Everything else it can say is
/// about how the model is asked, which the reader cannot change and the operator must hear of: a model that takes no system
/// prompt, not both `temperature` and `top_p`, fewer tokens, no streaming; an identifier that is wrong or needs a profile; a
/// guardrail that does not exist.
const ABOUT_THE_QUESTION: [&str; 7] = [
    // "Input is too long for requested model." https://github.com/aws-samples/bedrock-chat/issues/95
    "input is too long",
    // "prompt is too long: 212392 tokens > 200000 maximum", Anthropic's own words passed on.
    "prompt is too long",
    // "input length and `max_tokens` exceed context limit: …", Anthropic's own words passed on.
    "exceed context limit",
    // "The model returned the following errors: Too many input tokens. Max input tokens: 8192", Titan and Cohere.
    "too many input tokens",
    // "This model's maximum context length is 32768 tokens.", Mistral and Llama.
    "maximum context length",
    // "Input Tokens Exceeded: Number of input tokens exceeds maximum length.", Nova.
    "input tokens exceeds maximum",
    // "Malformed input request: expected maxLength: 42000, actual: 46735, …" https://github.com/ryanadoty/Amazon-Bedrock-Amazon-RDS-POC/issues/9
    "expected maxlength",
];

/// What a `ThrottlingException` says when waiting does not help today:
/// "Too many tokens per day, please wait before trying again." <https://github.com/anthropics/claude-code/issues/236>
const FOR_TODAY: [&str; 2] = ["per day", "daily"];

/// What a `ValidationException` with this text means.
#[must_use]
pub fn validation(text: &str) -> ErrorCode {
    if contains_one_of(text, &ABOUT_THE_QUESTION) { ErrorCode::ModelRejected } else { ErrorCode::ModelMisconfigured }
}

/// What a `ThrottlingException` with this text means.
#[must_use]
pub fn throttling(text: &str) -> ErrorCode {
    if contains_one_of(text, &FOR_TODAY) { ErrorCode::QuotaExhausted } else { ErrorCode::ModelThrottled }
}

fn contains_one_of(text: &str, known: &[&str]) -> bool {
    let text = text.to_lowercase();
    known.iter().any(|known| text.contains(known))
}

/// AWS's text as it may be logged: cut, and only where it quotes neither the question nor the system prompt.
#[must_use]
pub fn loggable(text: &str, question: &Question, system_prompt: Option<&str>) -> String {
    let text: String = text.chars().take(LONGEST_TEXT).collect();
    let secrets = [Some(question.message.as_str()), system_prompt];
    if secrets.into_iter().flatten().any(|secret| quotes(&text, secret)) {
        "left out: it quotes what was asked".to_owned()
    } else {
        text
    }
}

/// Whether `text` repeats a few characters in a row of `secret`, or all of a shorter one.
fn quotes(text: &str, secret: &str) -> bool {
    let secret = secret.trim();
    if secret.chars().count() <= QUOTATION {
        return !secret.is_empty() && text.contains(secret);
    }
    let ends: Vec<_> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    ends.windows(QUOTATION + 1).any(|window| secret.contains(&text[window[0]..window[QUOTATION]]))
}

#[cfg(test)]
mod tests {
    use chat::{ErrorCode, Message, Question};

    use super::{loggable, throttling, validation};
    use crate::answer::scripted::question;

    #[test]
    fn aws_texts_about_a_question_that_is_too_long_are_the_questions_fault() {
        for text in [
            "Input is too long for requested model.",
            "The model returned the following errors: Input is too long for requested model.",
            "The model returned the following errors: prompt is too long: 212392 tokens > 200000 maximum",
            "The model returned the following errors: input length and `max_tokens` exceed context limit: 199000 + 8192 > 200000",
            "400 Bad Request: Too many input tokens. Max input tokens: 8192, request input token count: 12022",
            "This model's maximum context length is 32768 tokens. Please reduce the length of the prompt",
            "Input Tokens Exceeded: Number of input tokens exceeds maximum length. Please update the input to try again.",
            "Malformed input request: expected maxLength: 42000, actual: 46735, please reformat your input and try again.",
        ] {
            assert_eq!(validation(text), ErrorCode::ModelRejected, "{text}");
        }
    }

    #[test]
    fn aws_texts_about_how_the_model_is_asked_are_the_operators_fault() {
        for text in [
            "This model doesn't support system messages. Try again without system messages or use a model that supports them.",
            "Invocation of model ID meta.llama3-2-3b-instruct-v1:0 with on-demand throughput isn’t supported. Retry your request \
             with the ID or ARN of an inference profile that contains this model.",
            "The provided model identifier is invalid.",
            "The maximum tokens you requested exceeds the model limit of 4096. Try again with a maximum tokens value that is lower.",
            "The model returned the following errors: `temperature` and `top_p` cannot both be specified for this model.",
            "The model is unsupported for streaming",
            "The guardrail identifier or version provided in the request does not exist.",
            "Operation not allowed",
            "Malformed input request: extraneous key [topK] is not permitted, please reformat your input and try again.",
            "",
        ] {
            assert_eq!(validation(text), ErrorCode::ModelMisconfigured, "{text}");
        }
    }

    #[test]
    fn a_quota_for_a_day_is_told_from_one_for_a_minute() {
        assert_eq!(throttling("Too many tokens per day, please wait before trying again."), ErrorCode::QuotaExhausted);
        assert_eq!(throttling("Too many tokens, please wait before trying again."), ErrorCode::ModelThrottled);
        assert_eq!(throttling("Too many requests, please wait before trying again."), ErrorCode::ModelThrottled);
        assert_eq!(throttling(""), ErrorCode::ModelThrottled);
    }

    fn check_loggable(message: &str, prompt: Option<&str>, text: &str, whole: bool) {
        let question = Question { message: Message::parse(message).unwrap(), ..question() };
        assert_eq!(loggable(text, &question, prompt) == text, whole, "{text}");
    }

    #[test]
    fn no_text_that_quotes_what_was_asked_is_logged() {
        let text = "Malformed input request: #/messages/0/content: my salary is 4711 is not allowed";
        check_loggable("Is my salary is 4711 fair?", None, text, false);
        check_loggable("Why is the sky blue?", None, text, true);
        check_loggable("4711", None, text, false);
        check_loggable("Why?", Some("Never say: my salary is 4711."), text, false);
        check_loggable("なぜ空は青いのですか。教えてください", None, "不正: なぜ空は青いのですか", false);
        check_loggable("Why?", None, &"x".repeat(1_000), false);
    }
}
