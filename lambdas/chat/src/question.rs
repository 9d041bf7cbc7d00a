use serde_json::{Value, json};

use crate::ids::{Owner, RequestId, SessionId};
use crate::locale::Locale;
use crate::message::Message;
use crate::violation::Violation;

/// Which shape [`Question::to_json`] writes. Version 0, from before there were versions, is the same without this number.
/// The functions are updated one after the other, so each version must be read by the one before it and after it.
const VERSION: u64 = 1;

/// Whom an answer is for, and in which language. Every piece of it carries all of this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Which question is answered.
    pub request_id: RequestId,
    /// Which conversation it belongs to.
    pub session_id: SessionId,
    /// Whose it is; `None` where callers have no identity (API key).
    pub owner: Option<Owner>,
    /// The reader's language and region.
    pub locale: Locale,
}

/// One question of one reader, the same whatever carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Whom the answer is for.
    pub recipient: Recipient,
    /// The question itself.
    pub message: Message,
    /// When it was asked, in milliseconds since 1970 UTC, by the clock of the function that took it. Only for measuring.
    pub asked_at_ms: u64,
}

impl Question {
    /// The question as the JSON text that travels between the functions.
    #[must_use]
    pub fn to_json(&self) -> String {
        let Recipient { request_id, session_id, owner, locale } = &self.recipient;
        json!({
            "version": VERSION,
            "requestId": request_id.as_str(),
            "sessionId": session_id.as_str(),
            "owner": owner.as_ref().map(Owner::as_str),
            "locale": locale.code(),
            "message": self.message.as_str(),
            "askedAt": self.asked_at_ms,
        })
        .to_string()
    }

    /// Reads what [`Question::to_json`] wrote, in this version or a neighbour. Unknown members are ignored, so that a later
    /// version may add some.
    ///
    /// # Errors
    /// The first member that is missing or breaks its rule, and whom to tell where that can be read.
    pub fn from_json(json: &str) -> Result<Self, Unreadable> {
        let body: Value = serde_json::from_str(json)
            .map_err(|_| Unreadable { violation: Violation::new("body", "must be JSON"), recipient: None })?;
        Self::read(&body).map_err(|violation| Unreadable { violation, recipient: whom_to_tell(&body) })
    }

    fn read(body: &Value) -> Result<Self, Violation> {
        Ok(Self {
            recipient: Recipient {
                request_id: RequestId::parse(text(body, "requestId")?)?,
                session_id: SessionId::parse(text(body, "sessionId")?)?,
                owner: owner(body)?,
                locale: Locale::parse(text(body, "locale")?)?,
            },
            message: Message::parse(text(body, "message")?)?,
            asked_at_ms: body["askedAt"]
                .as_u64()
                .ok_or_else(|| Violation::new("askedAt", "must be a whole number of milliseconds"))?,
        })
    }
}

/// A message that is no question of a known version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{violation}")]
pub struct Unreadable {
    /// What is wrong with it.
    pub violation: Violation,
    /// Who waits for an answer; `None` where that cannot be read either.
    pub recipient: Option<Recipient>,
}

fn text<'a>(body: &'a Value, field: &'static str) -> Result<&'a str, Violation> {
    body[field].as_str().ok_or_else(|| Violation::new(field, "must be a string"))
}

fn owner(body: &Value) -> Result<Option<Owner>, Violation> {
    match &body["owner"] {
        Value::Null => Ok(None),
        Value::String(subject) => Owner::parse(subject).map(Some),
        _ => Err(Violation::new("owner", "must be a string or null")),
    }
}

/// The recipient of a message whose rest may be of any shape. An unknown locale is read as English: being told counts more.
fn whom_to_tell(body: &Value) -> Option<Recipient> {
    let locale = body["locale"].as_str().and_then(|code| Locale::parse(code).ok());
    Some(Recipient {
        request_id: RequestId::parse(text(body, "requestId").ok()?).ok()?,
        session_id: SessionId::parse(text(body, "sessionId").ok()?).ok()?,
        owner: owner(body).ok()?,
        locale: locale.or_else(|| Locale::parse("en_US").ok())?,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{TestCaseError, prop_assert_eq, proptest};
    use serde_json::{Value, json};

    use super::Question;

    /// A question as the first version wrote it, word by word.
    const VERSION_0: &str = include_str!("../fixtures/question-version-0.json");
    /// The same as this version writes it.
    const VERSION_1: &str = include_str!("../fixtures/question-version-1.json");

    fn body() -> Value {
        json!({
            "version": 1,
            "requestId": "3f2b8f0e-9c1d-4d7a-8a55-0d6a5b1f2c3d",
            "sessionId": "abcdefghijklmnop",
            "owner": "user-1",
            "locale": "en_US",
            "message": "Why is the sky blue?",
            "askedAt": 1_767_225_600_000_u64,
            "somethingNew": [1, 2],
        })
    }

    /// Changes one field and expects this violation, and whether there is somebody to tell.
    fn check(field: &str, value: Value, expected: &str, somebody: bool) {
        let mut body = body();
        body[field] = value;
        let unreadable = Question::from_json(&body.to_string()).err();
        let found = unreadable.map(|unreadable| (unreadable.to_string(), unreadable.recipient.is_some()));
        assert_eq!(found, Some((expected.to_owned(), somebody)));
    }

    #[test]
    fn unknown_members_and_later_versions_are_read() {
        assert!(Question::from_json(&body().to_string()).is_ok());
        let mut later = body();
        later["version"] = json!(2);
        assert!(Question::from_json(&later.to_string()).is_ok());
    }

    #[test]
    fn the_version_before_this_one_is_read_and_can_read_this_one() -> Result<(), super::Unreadable> {
        let question = Question::from_json(VERSION_0)?;
        assert_eq!(Question::from_json(VERSION_1)?, question);
        assert_eq!(question.to_json(), VERSION_1.trim_end());
        // What version 0 demanded of a message, which it read by member and ignored what it did not know.
        let (old, new): (Value, Value) = (serde_json::from_str(VERSION_0).unwrap(), serde_json::from_str(VERSION_1).unwrap());
        for (member, value) in old.as_object().unwrap() {
            assert_eq!(&new[member], value, "{member}");
        }
        Ok(())
    }

    #[test]
    fn a_violation_is_described_by_its_shape_only_and_the_reader_is_known_where_possible() {
        check("sessionId", json!("short"), "sessionId must be 16 to 128 characters of A-Z a-z 0-9 _ -", false);
        check("requestId", json!("42"), "requestId must be a UUID", false);
        check("locale", json!("tlh"), "locale must be an Amazon Lex V2 locale, such as en_US", true);
        check("message", json!(" \n"), "message must not be blank", true);
        check("message", json!(["parts", "of", "it"]), "message must be a string", true);
        check("owner", json!(7), "owner must be a string or null", false);
        check("askedAt", json!("now"), "askedAt must be a whole number of milliseconds", true);
        check("askedAt", json!(1.5), "askedAt must be a whole number of milliseconds", true);
        assert_eq!(Question::from_json("{").map_err(|unreadable| unreadable.to_string()), Err("body must be JSON".to_owned()));
    }

    proptest! {
        #[test]
        fn a_question_survives_the_journey(message in "\\S\\PC{0,40}", owner in proptest::option::of("\\PC{1,40}"), at in 0..u64::MAX) {
            let mut body = body();
            body["message"] = message.into();
            body["owner"] = owner.into();
            body["askedAt"] = at.into();
            let question = Question::from_json(&body.to_string()).map_err(|unreadable| TestCaseError::fail(unreadable.to_string()))?;
            prop_assert_eq!(Question::from_json(&question.to_json()), Ok(question.clone()));
            body.as_object_mut().map(|members| members.remove("somethingNew"));
            prop_assert_eq!(question.to_json(), body.to_string());
        }
    }
}
