use crate::text::Text;
use crate::violation::Violation;

/// The words of a question: anything but blank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message(Text);

impl Message {
    /// Takes `words` as they are, unless there is nothing to read in them.
    ///
    /// # Errors
    /// They are blank.
    pub fn parse(words: &str) -> Result<Self, Violation> {
        if words.trim().is_empty() { Err(Violation::new("message", "must not be blank")) } else { Ok(Self(words.into())) }
    }

    /// The same message, if it has `most` characters or fewer.
    ///
    /// # Errors
    /// It is longer.
    pub fn at_most(self, most: usize) -> Result<Self, Violation> {
        if self.as_str().chars().nth(most).is_some() {
            return Err(Violation::new("message", format!("must be at most {most} characters long")));
        }
        Ok(self)
    }

    /// The words themselves. Whoever calls this answers for where they go.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::Message;

    fn check(words: &str, most: usize, expected: Result<&str, &str>) {
        let message = Message::parse(words).and_then(|message| message.at_most(most)).map_err(|violation| violation.to_string());
        assert_eq!(message.as_ref().map(Message::as_str).map_err(String::as_str), expected);
    }

    #[test]
    fn a_message_says_something_and_is_not_too_long() {
        check("Why?", 4, Ok("Why?"));
        check("äöü", 3, Ok("äöü"));
        check("Why?", 3, Err("message must be at most 3 characters long"));
        check("", 3, Err("message must not be blank"));
        check(" \t\n\u{3000}", 9, Err("message must not be blank"));
    }
}
