use std::fmt;

use crate::violation::Violation;

/// Which conversation a message belongs to, 16 to 128 characters of `A-Z a-z 0-9 _ -`.
///
/// Under an API key whoever knows it can read the conversation, so it is treated as a secret: it is never printed.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SessionId(String);

impl SessionId {
    /// Takes `id` if it keeps the rule above.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub fn parse(id: &str) -> Result<Self, Violation> {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if (16..=128).contains(&id.len()) && id.bytes().all(known) {
            Ok(Self(id.to_owned()))
        } else {
            Err(Violation::new("sessionId", "must be 16 to 128 characters of A-Z a-z 0-9 _ -"))
        }
    }

    /// The id, for the wire only.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId(secret)")
    }
}

/// Which question a message belongs to: a UUID in its 36-character form.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RequestId(String);

impl RequestId {
    /// Takes `id` as it is written if it is a UUID; any version and either case, since clients compare what they sent.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub fn parse(id: &str) -> Result<Self, Violation> {
        let fits = |(at, byte): (usize, u8)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        };
        let is_uuid = id.len() == 36 && id.bytes().enumerate().all(fits);
        if is_uuid { Ok(Self(id.to_owned())) } else { Err(Violation::new("requestId", "must be a UUID")) }
    }

    /// The id as the caller wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which run of the orchestrator an answer comes from: a number by chance, 16 hexadecimal digits in print.
///
/// A question that is delivered twice may be answered by two runs at the same time, under one request id and the same
/// sequences. Readers keep to the run they hear of first, so that they never see a mixture of two texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnswerId(pub u64);

impl fmt::Display for AnswerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// The OIDC subject a question belongs to; only its answers reach that reader. It names a person, so it is never printed.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Owner(String);

impl Owner {
    /// Takes a subject of 1 to 256 characters: a subscription filter of `AppSync` compares no more than 256
    /// (<https://docs.aws.amazon.com/appsync/latest/devguide/extensions.html>), so a longer one would never see an answer.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub fn parse(subject: &str) -> Result<Self, Violation> {
        if (1..=256).contains(&subject.chars().count()) {
            Ok(Self(subject.to_owned()))
        } else {
            Err(Violation::new("sub", "must be 1 to 256 characters"))
        }
    }

    /// The subject, for the wire only.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Owner(secret)")
    }
}

#[cfg(test)]
mod tests {
    use super::{Owner, RequestId, SessionId};

    fn check_session(id: &str, accepted: bool) {
        assert_eq!(SessionId::parse(id).is_ok(), accepted, "{id}");
    }

    #[test]
    fn a_session_id_is_long_and_plain() {
        check_session("abcdefghijklmnop", true);
        check_session("ABC_def-123_456-789", true);
        check_session(&"x".repeat(128), true);
        check_session("abcdefghijklmno", false);
        check_session(&"x".repeat(129), false);
        check_session("abcdefghijklmno!", false);
        check_session("abcdefghijklmn é", false);
        check_session("", false);
    }

    #[test]
    fn a_request_id_is_a_uuid_of_any_version_and_case() {
        assert!(RequestId::parse("3f2b8f0e-9c1d-4d7a-8a55-0d6a5b1f2c3d").is_ok());
        assert!(RequestId::parse("3F2B8F0E-9C1D-7D7A-8A55-0D6A5B1F2C3D").is_ok());
        for wrong in [
            "",
            "3f2b8f0e9c1d4d7a8a550d6a5b1f2c3d",
            "3f2b8f0e-9c1d-4d7a-8a55-0d6a5b1f2c3g",
            "3f2b8f0e-9c1d-4d7a-8a550-d6a5b1f2c3d",
        ] {
            assert!(RequestId::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_owner_fits_a_subscription_filter() {
        assert!(Owner::parse("auth0|5f7c").is_ok());
        assert!(Owner::parse(&"ü".repeat(256)).is_ok());
        assert!(Owner::parse(&"u".repeat(257)).is_err());
        assert!(Owner::parse("").is_err());
    }

    #[test]
    fn secrets_are_not_printed() -> Result<(), super::Violation> {
        assert_eq!(format!("{:?}", SessionId::parse("abcdefghijklmnop")?), "SessionId(secret)");
        assert_eq!(format!("{:?}", Owner::parse("jane.doe@example.com")?), "Owner(secret)");
        Ok(())
    }
}
