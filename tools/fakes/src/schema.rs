//! The contract, read with a GraphQL parser from `deployment/api`: what an input must be, and what a document asks for. The only
//! reader of the schema in Rust, so that no test and no fake has a reading of its own.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use graphql_parser::query::{Definition as Executable, OperationDefinition, Selection, SelectionSet, parse_query};
use graphql_parser::schema::{Definition, Document, Type, TypeDefinition, parse_schema};
use serde_json::{Map, Value};

static SCHEMA: LazyLock<Document<'static, String>> = LazyLock::new(|| {
    parse_schema(include_str!("../../../deployment/api/schema.graphql")).expect("the deployed schema is GraphQL")
});

/// The fields of the type or input `name`, in the schema's order, each with its type.
///
/// # Panics
/// Where the schema has no such type: a test that asks for it is out of date.
#[must_use]
pub fn fields(name: &str) -> Vec<(&'static str, &'static Type<'static, String>)> {
    match definition(name) {
        Some(TypeDefinition::InputObject(input)) => {
            input.fields.iter().map(|field| (field.name.as_str(), &field.value_type)).collect()
        }
        Some(TypeDefinition::Object(object)) => {
            object.fields.iter().map(|field| (field.name.as_str(), &field.field_type)).collect()
        }
        _ => panic!("the schema has no type {name}"),
    }
}

fn definition(name: &str) -> Option<&'static TypeDefinition<'static, String>> {
    let types = SCHEMA.definitions.iter().filter_map(|definition| match definition {
        Definition::TypeDefinition(definition) => Some(definition),
        _ => None,
    });
    types.into_iter().find(|definition| {
        let of = match definition {
            TypeDefinition::Enum(it) => &it.name,
            TypeDefinition::InputObject(it) => &it.name,
            TypeDefinition::Interface(it) => &it.name,
            TypeDefinition::Object(it) => &it.name,
            TypeDefinition::Scalar(it) => &it.name,
            TypeDefinition::Union(it) => &it.name,
        };
        of == name
    })
}

/// What a document asks for: one operation with one root field.
#[derive(Debug, PartialEq, Eq)]
pub struct Operation {
    /// `Query`, `Mutation` or `Subscription`.
    pub root: &'static str,
    /// The root field.
    pub field: String,
    /// The fields it selects, in order.
    pub selected: Vec<String>,
}

/// Reads a document as GraphQL does and holds its fields to the schema.
///
/// # Errors
/// It is no GraphQL, it is not one operation with one root field, or it asks for what the schema has not.
pub fn operation(document: &str) -> Result<Operation, String> {
    let document = parse_query::<String>(document).map_err(|error| format!("the document is no GraphQL: {error}"))?;
    let [Executable::Operation(operation)] = &document.definitions[..] else {
        return Err("the document is not one operation".to_owned());
    };
    let (root, set) = match operation {
        OperationDefinition::Query(query) => ("Query", &query.selection_set),
        OperationDefinition::Mutation(mutation) => ("Mutation", &mutation.selection_set),
        OperationDefinition::Subscription(subscription) => ("Subscription", &subscription.selection_set),
        OperationDefinition::SelectionSet(set) => ("Query", set),
    };
    let [Selection::Field(call)] = &set.items[..] else {
        return Err("the operation does not ask for one root field".to_owned());
    };
    check_selection(root, set)?;
    let selected = call.selection_set.items.iter().filter_map(|item| match item {
        Selection::Field(field) => Some(field.name.clone()),
        _ => None,
    });
    Ok(Operation { root, field: call.name.clone(), selected: selected.collect() })
}

/// Every field of a selection exists in `parent`, all the way down.
fn check_selection(parent: &str, set: &SelectionSet<'_, String>) -> Result<(), String> {
    let known: BTreeMap<_, _> = fields(parent).into_iter().collect();
    for item in &set.items {
        let Selection::Field(field) = item else { return Err("fragments are not used here".to_owned()) };
        let of = known.get(field.name.as_str()).ok_or_else(|| format!("{parent} has no field {:?}", field.name))?;
        let of = named(of);
        let has_fields = matches!(definition(of), Some(TypeDefinition::Object(_)));
        if has_fields == field.selection_set.items.is_empty() {
            return Err(format!("{parent}.{} is a {of}: its selection does not fit", field.name));
        }
        if has_fields {
            check_selection(of, &field.selection_set)?;
        }
    }
    Ok(())
}

/// The name at the heart of a type.
fn named<'a>(of: &'a Type<'static, String>) -> &'a str {
    match of {
        Type::NamedType(name) => name,
        Type::ListType(inner) | Type::NonNullType(inner) => named(inner),
    }
}

/// Checks a value of the input `name` the way GraphQL's input coercion does.
///
/// # Errors
/// The first field that is missing, unknown or of another type.
pub fn check_input(name: &str, input: &Map<String, Value>) -> Result<(), String> {
    let known = fields(name);
    if let Some(unknown) = input.keys().find(|key| known.iter().all(|(field, _)| field != key)) {
        return Err(format!("{name} has no field {unknown:?}"));
    }
    match known.into_iter().find(|(field, of)| !fits(input.get(*field).unwrap_or(&Value::Null), of)) {
        Some((field, of)) => Err(format!("{name}.{field} is not a {of}")),
        None => Ok(()),
    }
}

fn fits(value: &Value, of: &Type<'static, String>) -> bool {
    match of {
        Type::NonNullType(inner) => !value.is_null() && fits(value, inner),
        _ if value.is_null() => true,
        Type::ListType(inner) => value.as_array().is_some_and(|items| items.iter().all(|item| fits(item, inner))),
        Type::NamedType(name) => match (name.as_str(), definition(name)) {
            ("String" | "ID", _) => value.is_string(),
            ("Int", _) => value.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
            ("Float", _) => value.is_number(),
            ("Boolean", _) => value.is_boolean(),
            (_, Some(TypeDefinition::Enum(of))) => of.values.iter().any(|known| Some(known.name.as_str()) == value.as_str()),
            (_, Some(TypeDefinition::InputObject(_))) => value.as_object().is_some_and(|input| check_input(name, input).is_ok()),
            _ => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(input: Value) -> Result<(), String> {
        match input {
            Value::Object(input) => check_input("SendMessageInput", &input),
            _ => Err("not an object".to_owned()),
        }
    }

    #[test]
    fn an_input_is_held_to_the_schema() {
        let good = json!({"sessionId": "s", "message": "m", "locale": "en_US", "sequence": 1, "event": "DELTA", "owner": null});
        assert_eq!(check(good), Ok(()));
        for (wrong, named) in [
            (json!({"sessionId": "s", "message": "m"}), "locale"),
            (json!({"sessionId": "s", "message": "m", "locale": null}), "locale"),
            (json!({"sessionId": "s", "message": "m", "locale": "en_US", "sequence": "1"}), "sequence"),
            (json!({"sessionId": "s", "message": "m", "locale": "en_US", "sequence": 1_u64 << 31}), "sequence"),
            (json!({"sessionId": "s", "message": "m", "locale": "en_US", "event": "TOKEN"}), "event"),
            (json!({"sessionId": "s", "message": "m", "locale": "en_US", "text": "x"}), "text"),
        ] {
            assert!(check(wrong).is_err_and(|why| why.contains(named)), "{named}");
        }
    }

    #[test]
    fn every_recorded_piece_is_an_input_of_the_schema() {
        for recorded in crate::pieces::RECORDED {
            assert_eq!(check(Value::Object(crate::pieces::read(recorded))), Ok(()));
        }
    }

    #[test]
    fn a_document_is_held_to_the_schema() {
        let read = operation("query ($i: GetLlmResponseInput!) { getLlmResponse(input: $i) { requestId messages { content } } }");
        let selected = vec!["requestId".to_owned(), "messages".to_owned()];
        assert_eq!(read, Ok(Operation { root: "Query", field: "getLlmResponse".to_owned(), selected }));
        for (wrong, why) in [
            ("query {", "no GraphQL"),
            ("query A { getLlmResponse { requestId } } query B { getLlmResponse { requestId } }", "one operation"),
            ("query { a: getLlmResponse { requestId } b: getLlmResponse { requestId } }", "one root field"),
            ("mutation { getLlmResponse { requestId } }", "Mutation has no field"),
            ("query { getLlmResponse { text } }", "no field \"text\""),
            ("query { getLlmResponse { messages { text } } }", "Message has no field"),
            ("query { getLlmResponse { messages } }", "does not fit"),
            ("query { getLlmResponse }", "does not fit"),
        ] {
            assert!(operation(wrong).is_err_and(|said| said.contains(why)), "{wrong}");
        }
    }
}
