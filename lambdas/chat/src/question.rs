use std::fmt;

use serde_json::{Value, json};

use crate::ids::{Broken, Owner, RequestId, SessionId};
use crate::locale::Locale;
use crate::text::Text;

/// One question of one reader, the same whatever carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Which question this is. Every piece of its answer carries it.
    pub request_id: RequestId,
    /// Which conversation it belongs to.
    pub session_id: SessionId,
    /// Whose it is; `None` where callers have no identity (API key).
    pub owner: Option<Owner>,
    /// The reader's language and region.
    pub locale: Locale,
    /// The question itself.
    pub message: Text,
    /// When it was asked, in milliseconds since 1970 UTC. Only for measuring.
    pub asked_at_ms: u64,
}

impl Question {
    /// The question as the JSON text that travels between the functions.
    #[must_use]
    pub fn to_json(&self) -> String {
        json!({
            "requestId": self.request_id.as_str(),
            "sessionId": self.session_id.as_str(),
            "owner": self.owner.as_ref().map(Owner::as_str),
            "locale": self.locale.code(),
            "message": self.message.as_str(),
            "askedAt": self.asked_at_ms,
        })
        .to_string()
    }

    /// Reads what [`Question::to_json`] wrote. Unknown members are ignored, so that a later version may add some.
    ///
    /// # Errors
    /// The first member that is missing or breaks its rule, without its value.
    pub fn from_json(json: &str) -> Result<Self, Malformed> {
        let body: Value = serde_json::from_str(json).map_err(|_| Malformed { member: "body", rule: Broken("must be JSON") })?;
        let text = |member| body[member].as_str().ok_or(Malformed { member, rule: Broken("must be a string") });
        let owner = match &body["owner"] {
            Value::Null => None,
            Value::String(subject) => Some(Owner::parse(subject).map_err(broken("owner"))?),
            _ => return Err(Malformed { member: "owner", rule: Broken("must be a string or null") }),
        };
        let message = text("message")?;
        if message.trim().is_empty() {
            return Err(Malformed { member: "message", rule: Broken("must not be blank") });
        }
        Ok(Self {
            request_id: RequestId::parse(text("requestId")?).map_err(broken("requestId"))?,
            session_id: SessionId::parse(text("sessionId")?).map_err(broken("sessionId"))?,
            owner,
            locale: Locale::parse(text("locale")?).map_err(broken("locale"))?,
            message: message.into(),
            asked_at_ms: body["askedAt"]
                .as_u64()
                .ok_or(Malformed { member: "askedAt", rule: Broken("must be a whole number of milliseconds") })?,
        })
    }
}

fn broken(member: &'static str) -> impl Fn(Broken) -> Malformed {
    move |rule| Malformed { member, rule }
}

/// What keeps a message from being a question. It holds names and rules, never a value, so it may be logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The member of the message that is wrong.
    pub member: &'static str,
    /// The rule it breaks.
    pub rule: Broken,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.member, self.rule)
    }
}

impl std::error::Error for Malformed {}

#[cfg(test)]
mod tests {
    use proptest::prelude::{TestCaseError, prop_assert_eq, proptest};
    use serde_json::{Value, json};

    use super::Question;

    fn body() -> Value {
        json!({
            "requestId": "3f2b8f0e-9c1d-4d7a-8a55-0d6a5b1f2c3d",
            "sessionId": "abcdefghijklmnop",
            "owner": "user-1",
            "locale": "en_US",
            "message": "Why is the sky blue?",
            "askedAt": 1_767_225_600_000_u64,
            "somethingNew": [1, 2],
        })
    }

    fn check_malformed(member: &str, value: Value, expected: &str) {
        let mut body = body();
        body[member] = value;
        let malformed = Question::from_json(&body.to_string()).err().map(|malformed| malformed.to_string());
        assert_eq!(malformed.as_deref(), Some(expected));
    }

    #[test]
    fn unknown_members_are_ignored() {
        assert!(Question::from_json(&body().to_string()).is_ok());
    }

    #[test]
    fn a_malformed_question_is_described_by_its_shape_only() {
        check_malformed("sessionId", json!("short"), "sessionId must be 16 to 128 characters of A-Z a-z 0-9 _ -");
        check_malformed("requestId", json!("42"), "requestId must be a UUID");
        check_malformed("locale", json!("tlh"), "locale must be an Amazon Lex V2 locale, such as en_US");
        check_malformed("message", json!(" \n"), "message must not be blank");
        check_malformed("message", json!(7), "message must be a string");
        check_malformed("owner", json!(7), "owner must be a string or null");
        check_malformed("askedAt", json!("now"), "askedAt must be a whole number of milliseconds");
        assert_eq!(Question::from_json("{").map_err(|malformed| malformed.to_string()), Err("body must be JSON".to_owned()));
    }

    proptest! {
        #[test]
        fn a_question_survives_the_journey(message in "\\S\\PC{0,40}", owner in proptest::option::of("\\PC{1,40}"), at in 0..u64::MAX) {
            let mut body = body();
            body["message"] = message.into();
            body["owner"] = owner.into();
            body["askedAt"] = at.into();
            let question = Question::from_json(&body.to_string()).map_err(|malformed| TestCaseError::fail(malformed.to_string()))?;
            prop_assert_eq!(Question::from_json(&question.to_json()), Ok(question.clone()));
            body.as_object_mut().map(|members| members.remove("somethingNew"));
            prop_assert_eq!(question.to_json(), body.to_string());
        }
    }
}
