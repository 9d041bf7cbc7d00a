use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

/// A field that breaks a rule. It holds a name and a rule, never a value, so it may be logged and sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
pub struct Violation {
    /// The field, as it is called on the wire.
    pub field: &'static str,
    /// The rule it breaks, as a phrase that follows the field's name: "must be a UUID".
    pub rule: Cow<'static, str>,
}

impl Violation {
    /// `field` breaks `rule`.
    #[must_use]
    pub fn new(field: &'static str, rule: impl Into<Cow<'static, str>>) -> Self {
        Self { field, rule: rule.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field, self.rule)
    }
}
