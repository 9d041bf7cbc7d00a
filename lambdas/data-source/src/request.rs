//! What AppSync sends, and every rule a question can break.

use std::borrow::Cow;

use chat::{Broken, Locale, Owner, Question, RequestId, SessionId};
use serde::Serialize;
use serde_json::Value;

/// What SNS takes for a message and its attributes together, in bytes: <https://docs.aws.amazon.com/general/latest/gr/sns.html>.
const SNS_LIMIT: usize = 262_144;

/// Kept free for the attributes: two names and types, the word `Question` and a trace header of a few hundred bytes.
const ATTRIBUTES: usize = 1_024;

/// Met only where the configured limit is high and the text takes several bytes a character, or six once it is escaped.
const TOO_MANY_BYTES: &str = "takes more bytes than the 256 KiB a question may have on its way";

/// A rule that the question breaks, and the field of the input that breaks it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// The input's field.
    pub field: &'static str,
    /// The rule, as a phrase that follows the field's name.
    pub rule: Rule,
}

/// A rule as a phrase; those with a configured limit in them are made when they are broken.
type Rule = Cow<'static, str>;

/// Reads the question out of the event that the resolver sent, either the payload itself or the whole request document, since
/// AWS's pages disagree about which of the two the function receives. `now_ms` becomes the time of asking.
///
/// The owner comes from the verified identity, never from the input.
///
/// # Errors
/// Every violated rule, in the order of the input's fields.
pub fn question(event: &Value, max_message_chars: usize, now_ms: u64) -> Result<Question, Vec<Violation>> {
    let payload = if event["payload"].is_object() { &event["payload"] } else { event };
    let input = &payload["arguments"]["input"];
    let mut violations = Vec::new();

    let session_id = field("sessionId", &input["sessionId"], SessionId::parse, &mut violations);
    let message = field("message", &input["message"], |text| message(text, max_message_chars), &mut violations);
    let locale = field("locale", &input["locale"], Locale::parse, &mut violations);
    let chosen = &input["requestId"];
    let request_id = if chosen.is_null() { &payload["requestId"] } else { chosen };
    let request_id = field("requestId", request_id, RequestId::parse, &mut violations);
    let owner = match &payload["identity"]["sub"] {
        Value::Null => Some(None),
        subject => field("identity", subject, Owner::parse, &mut violations).map(Some),
    };

    let (Some(session_id), Some(message), Some(locale), Some(request_id), Some(owner)) =
        (session_id, message, locale, request_id, owner)
    else {
        return Err(violations);
    };
    let question = Question { request_id, session_id, owner, locale, message: message.as_str().into(), asked_at_ms: now_ms };
    if question.to_json().len() > SNS_LIMIT - ATTRIBUTES {
        return Err(vec![Violation { field: "message", rule: TOO_MANY_BYTES.into() }]);
    }
    Ok(question)
}

fn field<T, E: Into<Violated>>(
    field: &'static str,
    value: &Value,
    parse: impl Fn(&str) -> Result<T, E>,
    violations: &mut Vec<Violation>,
) -> Option<T> {
    let text = value.as_str().ok_or(Violated("must be a string".into()));
    let parsed = text.and_then(|text| parse(text).map_err(Into::into));
    parsed.map_err(|Violated(rule)| violations.push(Violation { field, rule })).ok()
}

/// The rule that a value breaks.
struct Violated(Rule);

impl From<Broken> for Violated {
    fn from(Broken(rule): Broken) -> Self {
        Self(rule.into())
    }
}

fn message(text: &str, max_chars: usize) -> Result<String, Violated> {
    if text.trim().is_empty() {
        Err(Violated("must not be blank".into()))
    } else if text.chars().nth(max_chars).is_some() {
        Err(Violated(format!("must be at most {max_chars} characters long").into()))
    } else {
        Ok(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use chat::Owner;
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
    use serde_json::{Value, json};

    use super::{TOO_MANY_BYTES, question};

    const REQUEST: &str = "3f2b8f0e-9c1d-4d7a-8a55-0d6a5b1f2c3d";

    fn payload() -> Value {
        json!({
            "arguments": {"input": {"sessionId": "abcdefghijklmnop", "message": "Why?", "locale": "en_US"}},
            "identity": null,
            "requestId": REQUEST,
        })
    }

    fn check(change: impl Fn(&mut Value), expected: &[(&str, &str)]) {
        let mut event = payload();
        change(&mut event);
        let violations = question(&event, 20, 7).err().unwrap_or_default();
        let found: Vec<_> = violations.iter().map(|violation| (violation.field, violation.rule.as_ref())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_good_question_is_taken_from_the_payload_or_the_whole_document() {
        let plain = question(&payload(), 20, 7);
        assert_eq!(plain.as_ref().map(|question| (question.asked_at_ms, question.message.as_str())), Ok((7, "Why?")));
        let document = json!({"operation": "Invoke", "payload": payload()});
        assert_eq!(question(&document, 20, 7), plain);
    }

    #[test]
    fn each_rule_names_its_field() {
        check(
            |event| event["arguments"]["input"]["sessionId"] = json!("short"),
            &[("sessionId", "must be 16 to 128 characters of A-Z a-z 0-9 _ -")],
        );
        check(|event| event["arguments"]["input"]["message"] = json!(" \t\n"), &[("message", "must not be blank")]);
        check(
            |event| event["arguments"]["input"]["message"] = json!("ä".repeat(21)),
            &[("message", "must be at most 20 characters long")],
        );
        check(|event| event["arguments"]["input"]["message"] = json!("ä".repeat(20)), &[]);
        check(
            |event| event["arguments"]["input"]["locale"] = json!("xx_XX"),
            &[("locale", "must be an Amazon Lex V2 locale, such as en_US")],
        );
        check(|event| event["arguments"]["input"]["requestId"] = json!("42"), &[("requestId", "must be a UUID")]);
        check(|event| event["identity"] = json!({"sub": "u".repeat(257)}), &[("identity", "must be 1 to 256 characters")]);
    }

    #[test]
    fn every_violation_is_reported_at_once() {
        check(
            |event| event["arguments"] = json!({"input": {"requestId": "7"}}),
            &[
                ("sessionId", "must be a string"),
                ("message", "must be a string"),
                ("locale", "must be a string"),
                ("requestId", "must be a UUID"),
            ],
        );
    }

    #[test]
    fn a_question_that_sns_would_refuse_is_refused_here() {
        let mut event = payload();
        event["arguments"]["input"]["message"] = json!("\u{1}".repeat(60_000));
        let violations = question(&event, 60_000, 7).err().unwrap_or_default();
        assert_eq!(
            violations.first().map(|violation| (violation.field, violation.rule.as_ref())),
            Some(("message", TOO_MANY_BYTES))
        );
    }

    #[test]
    fn the_owner_is_the_verified_subject_and_never_the_input() {
        let mut event = payload();
        event["arguments"]["input"]["owner"] = json!("someone-else");
        assert_eq!(question(&event, 20, 7).map(|question| question.owner), Ok(None));
        event["identity"] = json!({"sub": "user-1", "issuer": "https://issuer"});
        let owner = question(&event, 20, 7).map(|question| question.owner.map(|owner| owner.as_str().to_owned()));
        assert_eq!(owner, Ok(Some("user-1".to_owned())));
    }

    #[test]
    fn the_callers_request_id_wins() {
        let mut event = payload();
        event["arguments"]["input"]["requestId"] = json!("00000000-0000-4000-8000-000000000000");
        let id = question(&event, 20, 7).map(|question| question.request_id.to_string());
        assert_eq!(id.as_deref(), Ok("00000000-0000-4000-8000-000000000000"));
    }

    proptest! {
        #[test]
        fn an_accepted_question_is_one_the_orchestrator_can_read(session in "[A-Za-z0-9_-]{16,128}", text in any::<String>(), subject in "\\PC{0,300}") {
            let mut event = payload();
            event["arguments"]["input"]["sessionId"] = session.into();
            event["arguments"]["input"]["message"] = text.clone().into();
            event["identity"] = json!({"sub": subject.clone()});
            match question(&event, 8_000, 7) {
                Ok(question) => prop_assert_eq!(chat::Question::from_json(&question.to_json()), Ok(question)),
                Err(_) => prop_assert!(text.trim().is_empty() || Owner::parse(&subject).is_err()),
            }
        }
    }
}
