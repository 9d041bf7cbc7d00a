//! What AppSync sends, and every rule a question can break.

use std::collections::HashMap;

use chat::{Locale, Message, Owner, Question, Recipient, RequestId, SessionId, Violation};
use serde_json::Value;
use serde_json::value::RawValue;

/// What SNS takes for a message and its attributes together, in bytes: <https://docs.aws.amazon.com/general/latest/gr/sns.html>.
const SNS_LIMIT: usize = 262_144;

/// Kept free for the attributes: two names and types, the word `Question` and a trace header of a few hundred bytes.
const ATTRIBUTES: usize = 1_024;

/// Met only where the configured limit is high and the text takes several bytes a character, or six once it is escaped.
const TOO_MANY_BYTES: &str = "takes more bytes than the 256 KiB a question may have on its way";

/// Half of a surrogate pair, which JSON can write and no text can hold.
const NOT_UNICODE: &str = "must be valid Unicode text";

/// Reads the question out of the event that the resolver sent, either the payload itself or the whole request document, since
/// AWS's pages disagree about which of the two the function receives. `now_ms` becomes the time of asking.
///
/// The owner comes from the verified identity, never from the input.
///
/// # Errors
/// Every violated rule, in the order of the input's fields.
pub fn question(event: &str, max_message_chars: usize, now_ms: u64) -> Result<Question, Vec<Violation>> {
    let event: Value = serde_json::from_str(event).map_err(|_| not_unicode(event))?;
    let payload = if event["payload"].is_object() { &event["payload"] } else { &event };
    let input = &payload["arguments"]["input"];
    let mut violations = Vec::new();

    let session_id = field("sessionId", &input["sessionId"], SessionId::parse, &mut violations);
    let message = |text: &str| Message::parse(text)?.at_most(max_message_chars);
    let message = field("message", &input["message"], message, &mut violations);
    let locale = field("locale", &input["locale"], Locale::parse, &mut violations);
    let chosen = &input["requestId"];
    let request_id = if chosen.is_null() { &payload["requestId"] } else { chosen };
    let request_id = field("requestId", request_id, RequestId::parse, &mut violations);
    let owner = owner(&payload["identity"], &mut violations);

    let (Some(session_id), Some(message), Some(locale), Some(request_id), true) =
        (session_id, message, locale, request_id, violations.is_empty())
    else {
        return Err(violations);
    };
    let recipient = Recipient { request_id, session_id, owner, locale };
    let question = Question { recipient, message, asked_at_ms: now_ms };
    if question.to_json().len() > SNS_LIMIT - ATTRIBUTES {
        return Err(vec![Violation::new("message", TOO_MANY_BYTES)]);
    }
    Ok(question)
}

fn field<T>(
    name: &'static str,
    value: &Value,
    parse: impl Fn(&str) -> Result<T, Violation>,
    violations: &mut Vec<Violation>,
) -> Option<T> {
    let parsed = match value.as_str() {
        Some(text) => parse(text),
        None => Err(Violation::new(name, "must be a string")),
    };
    parsed.map_err(|violation| violations.push(violation)).ok()
}

/// Whose question it is: nobody's where callers have no identity. A token without a subject is refused, since its answer could
/// reach nobody.
fn owner(identity: &Value, violations: &mut Vec<Violation>) -> Option<Owner> {
    match identity {
        Value::Object(claims) => {
            let subject = claims.get("sub").unwrap_or(&Value::Null);
            field("sub", subject, Owner::parse, violations)
        }
        // Without an identity AppSync sends null.
        _ => None,
    }
}

/// Which field keeps `event` from being read as text. Each is looked at by itself, as the JSON it was written as.
fn not_unicode(event: &str) -> Vec<Violation> {
    let fields = |json: &str| serde_json::from_str::<HashMap<String, Box<RawValue>>>(json).unwrap_or_default();
    let inside = |outer: &HashMap<String, Box<RawValue>>, name| outer.get(name).map(|inner| fields(inner.get()));
    let event = fields(event);
    let payload = inside(&event, "payload").filter(|payload| !payload.is_empty()).unwrap_or(event);
    let input = inside(&payload, "arguments").and_then(|arguments| inside(&arguments, "input")).unwrap_or_default();
    let broken = |name: &&'static str| input.get(*name).is_some_and(|raw| serde_json::from_str::<Value>(raw.get()).is_err());
    let mut names: Vec<_> = ["sessionId", "message", "locale", "requestId"].into_iter().filter(broken).collect();
    if names.is_empty() {
        names.push("input");
    }
    names.into_iter().map(|name| Violation::new(name, NOT_UNICODE)).collect()
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
        let violations = question(&event.to_string(), 20, 7).err().unwrap_or_default();
        let found: Vec<_> = violations.iter().map(|violation| (violation.field, violation.rule.as_ref())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_good_question_is_taken_from_the_payload_or_the_whole_document() {
        let plain = question(&payload().to_string(), 20, 7);
        assert_eq!(plain.as_ref().map(|question| (question.asked_at_ms, question.message.as_str())), Ok((7, "Why?")));
        let document = json!({"operation": "Invoke", "payload": payload()});
        assert_eq!(question(&document.to_string(), 20, 7), plain);
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
        check(|event| event["identity"] = json!({"sub": "u".repeat(257)}), &[("sub", "must be 1 to 256 characters")]);
    }

    #[test]
    fn a_token_without_a_subject_is_refused_since_nobody_could_hear_the_answer() {
        check(|event| event["identity"] = json!({}), &[("sub", "must be a string")]);
        check(|event| event["identity"] = json!({"sub": null}), &[("sub", "must be a string")]);
        check(|event| event["identity"] = json!({"sub": ["a"]}), &[("sub", "must be a string")]);
        check(|event| event["identity"] = json!({"sub": ""}), &[("sub", "must be 1 to 256 characters")]);
    }

    #[test]
    fn half_a_surrogate_pair_is_refused_by_the_field_it_is_in() {
        let event = payload().to_string();
        for (field, right) in [("message", "Why?"), ("locale", "en_US"), ("sessionId", "abcdefghijklmnop")] {
            for wrong in [r"x\ud83d", r"\udc00y", r"\ud83d\ud83d"] {
                let broken = event.replace(&format!("\"{right}\""), &format!("\"{wrong}\""));
                assert_ne!(broken, event);
                for event in [broken.clone(), format!(r#"{{"payload": {broken}}}"#)] {
                    let violations = question(&event, 20, 7).err().unwrap_or_default();
                    assert_eq!(violations, [chat::Violation::new(field, "must be valid Unicode text")], "{event}");
                }
            }
        }
    }

    #[test]
    fn events_of_any_other_shape_are_refused_in_words() {
        for event in [
            "null",
            "[]",
            "7",
            "\"text\"",
            "{}",
            r#"{"payload": []}"#,
            r#"{"arguments": {"input": []}}"#,
            r#"{"identity": "\ud800"}"#,
        ] {
            let violations = question(event, 20, 7).err().unwrap_or_default();
            assert!(!violations.is_empty(), "{event}");
        }
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
        let violations = question(&event.to_string(), 60_000, 7).err().unwrap_or_default();
        assert_eq!(
            violations.first().map(|violation| (violation.field, violation.rule.as_ref())),
            Some(("message", TOO_MANY_BYTES))
        );
    }

    #[test]
    fn the_owner_is_the_verified_subject_and_never_the_input() {
        let mut event = payload();
        event["arguments"]["input"]["owner"] = json!("someone-else");
        assert_eq!(question(&event.to_string(), 20, 7).map(|question| question.recipient.owner), Ok(None));
        event["identity"] = json!({"sub": "user-1", "issuer": "https://issuer"});
        let owner =
            question(&event.to_string(), 20, 7).map(|question| question.recipient.owner.map(|owner| owner.as_str().to_owned()));
        assert_eq!(owner, Ok(Some("user-1".to_owned())));
    }

    #[test]
    fn the_callers_request_id_wins() {
        let mut event = payload();
        event["arguments"]["input"]["requestId"] = json!("00000000-0000-4000-8000-000000000000");
        let id = question(&event.to_string(), 20, 7).map(|question| question.recipient.request_id.to_string());
        assert_eq!(id.as_deref(), Ok("00000000-0000-4000-8000-000000000000"));
    }

    proptest! {
        #[test]
        fn an_accepted_question_is_one_the_orchestrator_can_read(session in "[A-Za-z0-9_-]{16,128}", text in any::<String>(), subject in "\\PC{0,300}") {
            let mut event = payload();
            event["arguments"]["input"]["sessionId"] = session.into();
            event["arguments"]["input"]["message"] = text.clone().into();
            event["identity"] = json!({"sub": subject.clone()});
            match question(&event.to_string(), 8_000, 7) {
                Ok(question) => prop_assert_eq!(chat::Question::from_json(&question.to_json()), Ok(question)),
                Err(_) => prop_assert!(text.trim().is_empty() || Owner::parse(&subject).is_err()),
            }
        }
    }
}
