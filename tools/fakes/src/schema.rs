//! The part of `deployment/api/schema.graphql` that a mutation must obey: the fields of an input and of a type, read from the
//! file itself, so that the fake cannot drift from what is deployed.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

const SCHEMA: &str = include_str!("../../../deployment/api/schema.graphql");

/// Fields of `input` or `type` `name`, with their types as written (`String!`, `Int`, `StreamEvent`).
#[must_use]
pub fn fields(kind: &str, name: &str) -> BTreeMap<&'static str, &'static str> {
    let opening = format!("{kind} {name} ");
    let body = block(&opening);
    body.filter_map(|line| line.split_once(": ")).map(|(field, of)| (field, of.split_whitespace().next().unwrap_or(of))).collect()
}

/// Values of the enumeration `name`.
#[must_use]
pub fn values(name: &str) -> Vec<&'static str> {
    block(&format!("enum {name} ")).collect()
}

/// The lines between the braces of the definition that starts with `opening`, descriptions left out.
fn block(opening: &str) -> impl Iterator<Item = &'static str> {
    let mut lines = SCHEMA.lines().skip_while({
        let opening = opening.to_owned();
        move |line| !line.starts_with(&opening)
    });
    assert!(lines.next().is_some(), "the schema defines {opening}");
    lines.take_while(|line| *line != "}").map(str::trim).filter(|line| !line.starts_with('"') && !line.is_empty())
}

/// Checks a `SendMessageInput` the way GraphQL's input coercion does.
///
/// # Errors
/// The first field that is missing, unknown or of another type.
pub fn check_send_message_input(input: &Map<String, Value>) -> Result<(), String> {
    let fields = fields("input", "SendMessageInput");
    if let Some(unknown) = input.keys().find(|key| !fields.contains_key(key.as_str())) {
        return Err(format!("SendMessageInput has no field {unknown:?}"));
    }
    for (field, of) in fields {
        let value = input.get(field).unwrap_or(&Value::Null);
        let fits = match of.trim_end_matches('!') {
            _ if value.is_null() => !of.ends_with('!'),
            "String" => value.is_string(),
            "Int" => value.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
            enumeration => value.as_str().is_some_and(|value| values(enumeration).contains(&value)),
        };
        if !fits {
            return Err(format!("SendMessageInput.{field} is not a {of}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(input: Value) -> Result<(), String> {
        match input {
            Value::Object(input) => check_send_message_input(&input),
            _ => Err("not an object".to_owned()),
        }
    }

    #[test]
    fn an_input_is_held_to_the_schema() {
        let good = json!({"sessionId": "s", "message": "m", "locale": "en_US", "sequence": 1, "event": "DELTA", "owner": null});
        assert_eq!(check(good), Ok(()));
        for (wrong, named) in [
            (json!({"sessionId": "s", "message": "m"}), "locale"),
            (json!({"sessionId": "s", "message": "m", "locale": "en_US", "sequence": "1"}), "sequence"),
            (json!({"sessionId": "s", "message": "m", "locale": "en_US", "event": "TOKEN"}), "event"),
            (json!({"sessionId": "s", "message": "m", "locale": "en_US", "text": "x"}), "text"),
        ] {
            assert!(check(wrong).is_err_and(|why| why.contains(named)), "{named}");
        }
    }
}
