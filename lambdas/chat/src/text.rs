use std::fmt;

use serde::{Deserialize, Serialize};

/// Words of a reader or of a model. Printing it for debugging shows its length only, so that no log can hold content by accident.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text(String);

impl Text {
    /// The words themselves. Whoever calls this answers for where they go.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for Text {
    fn from(words: String) -> Self {
        Self(words)
    }
}

impl From<&str> for Text {
    fn from(words: &str) -> Self {
        Self(words.to_owned())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::Text;

    #[test]
    fn debugging_a_text_shows_no_word_of_it() {
        assert_eq!(format!("{:?}", Text::from("my salary is 12")), "Text(15 bytes)");
    }
}
