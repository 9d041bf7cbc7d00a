//! Reads a function's settings and reports every problem at once, so that one deployment is enough to mend them all.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// Reads settings by name and collects what is wrong with them. An empty value counts as unset, as Terraform cannot unset one.
pub struct Settings<'a> {
    lookup: &'a dyn Fn(&str) -> Option<String>,
    problems: Vec<String>,
}

impl<'a> Settings<'a> {
    /// Reads through `lookup`, which returns the value of the setting with that name.
    #[must_use]
    pub fn new(lookup: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self { lookup, problems: Vec::new() }
    }

    /// The value, or `None` where it is unset.
    #[must_use]
    pub fn optional(&self, name: &str) -> Option<String> {
        (self.lookup)(name).filter(|value| !value.is_empty())
    }

    /// The value; a problem where it is unset.
    pub fn required(&mut self, name: &str) -> String {
        self.optional(name).unwrap_or_else(|| {
            self.problem(name, "is required");
            String::new()
        })
    }

    /// A number within `range`, or `None` where it is unset; a problem where it is anything else.
    pub fn number<N: FromStr + PartialOrd + fmt::Display + Copy>(&mut self, name: &str, range: &RangeInclusive<N>) -> Option<N> {
        let value = self.optional(name)?;
        let number = value.parse().ok().filter(|number| range.contains(number));
        if number.is_none() {
            self.problem(name, &format!("must be a number from {} to {}", range.start(), range.end()));
        }
        number
    }

    /// One of `choices`, or `None` where it is unset; a problem where it is anything else.
    pub fn one_of<T: Copy>(&mut self, name: &str, choices: &[(&str, T)]) -> Option<T> {
        let value = self.optional(name)?;
        let choice = choices.iter().find(|choice| choice.0 == value);
        if choice.is_none() {
            let words: Vec<_> = choices.iter().map(|choice| choice.0).collect();
            self.problem(name, &format!("must be one of {}", words.join(", ")));
        }
        choice.map(|choice| choice.1)
    }

    /// Notes that the setting `name` breaks a rule. The value stays out of it: it may be a secret.
    pub fn problem(&mut self, name: &str, rule: &str) {
        self.problems.push(format!("{name} {rule}"));
    }

    /// `value` if nothing was wrong.
    ///
    /// # Errors
    /// Every problem found so far.
    pub fn finish<T>(self, value: T) -> Result<T, Problems> {
        if self.problems.is_empty() { Ok(value) } else { Err(Problems(self.problems)) }
    }
}

/// Everything that is wrong with the settings, by name and rule, without a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("; "))]
pub struct Problems(pub Vec<String>);

#[cfg(test)]
mod tests {
    use super::{Problems, Settings};

    fn lookup(name: &str) -> Option<String> {
        let value = match name {
            "TOPIC" => "arn",
            "EMPTY" => "",
            "COUNT" => "12",
            "LARGE" => "5000",
            "SECRET" => "hunter2",
            _ => return None,
        };
        Some(value.to_owned())
    }

    #[test]
    fn values_are_read_and_empty_means_unset() {
        let mut settings = Settings::new(&lookup);
        assert_eq!(settings.required("TOPIC"), "arn");
        assert_eq!(settings.optional("EMPTY"), None);
        assert_eq!(settings.number("COUNT", &(1..=20)), Some(12_u32));
        assert_eq!(settings.number::<u32>("ABSENT", &(1..=20)), None);
        assert_eq!(settings.one_of("TOPIC", &[("arn", 1), ("url", 2)]), Some(1));
        assert_eq!(settings.finish("ready"), Ok("ready"));
    }

    #[test]
    fn all_problems_are_reported_together_and_without_values() {
        let mut settings = Settings::new(&lookup);
        settings.required("EMPTY");
        settings.number("LARGE", &(1..=20_u32));
        settings.number("SECRET", &(0.0..=1.0));
        settings.one_of("SECRET", &[("sync", ()), ("async", ())]);
        let expected = [
            "EMPTY is required",
            "LARGE must be a number from 1 to 20",
            "SECRET must be a number from 0 to 1",
            "SECRET must be one of sync, async",
        ];
        assert_eq!(settings.finish(()), Err(Problems(expected.map(str::to_owned).to_vec())));
    }
}
