//! A JSON Schema of a shape. In: a shape, a dialect, a title. Out: a schema in which each type has its keywords beside the others:
//! a keyword speaks about its own type only, so a mixture needs no `anyOf`.

use schemactl_model::with_stack_for;
use serde_json::{Map, Value, json};

use crate::shape::{NumberShape, ObjectShape, Shape, Text};

/// What an inferred schema is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InferredDialect {
    /// Draft 4, what the EventBridge Schema Registry holds.
    Draft4,
    /// Draft 2020-12.
    Draft202012,
}

impl InferredDialect {
    fn uri(self) -> &'static str {
        match self {
            Self::Draft4 => "http://json-schema.org/draft-04/schema#",
            Self::Draft202012 => "https://json-schema.org/draft/2020-12/schema",
        }
    }
}

/// Returns the schema of a shape, as a document of its own.
pub fn json_schema(shape: &Shape, dialect: InferredDialect, title: Option<&str>) -> Value {
    let mut schema = with_stack_for(shape.depth(), || write_keywords(shape, dialect));
    schema.insert("$schema".to_owned(), dialect.uri().into());
    if let Some(title) = title {
        schema.insert("title".to_owned(), title.into());
    }
    Value::Object(schema)
}

/// The keywords of a shape.
pub(crate) fn write_keywords(shape: &Shape, dialect: InferredDialect) -> Map<String, Value> {
    let mut schema = Map::new();
    match list_types(shape)[..] {
        [] => {}
        [one] => drop(schema.insert("type".to_owned(), one.into())),
        ref several => drop(schema.insert("type".to_owned(), json!(several))),
    }
    // A format speaks about strings, whatever else a place may hold.
    if let Some(format) = shape.text.as_ref().and_then(|text| format(text, dialect)) {
        schema.insert("format".to_owned(), format.into());
    }
    if let Some(items) = shape.array.as_ref().filter(|items| !items.is_empty()) {
        schema.insert("items".to_owned(), Value::Object(write_keywords(items, dialect)));
    }
    if let Some(object) = &shape.object {
        let properties = object.properties();
        let properties =
            properties.map(|(name, shape)| (name.to_owned(), Value::Object(write_keywords(shape, dialect))));
        schema.insert("properties".to_owned(), Value::Object(properties.collect()));
        write_required(object, &mut schema);
    }
    schema
}

/// Draft-04 does not allow an empty list.
pub(crate) fn write_required(object: &ObjectShape, schema: &mut Map<String, Value>) {
    let required: Vec<_> = object.required().collect();
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
}

/// The types, in the order in which people name them, `null` last.
pub(crate) fn list_types(shape: &Shape) -> Vec<&'static str> {
    let seen = [
        ("object", shape.object.is_some()),
        ("array", shape.array.is_some()),
        ("string", shape.text.is_some()),
        ("number", shape.number == Some(NumberShape::Any)),
        ("integer", shape.number == Some(NumberShape::Integers)),
        ("boolean", shape.boolean),
        ("null", shape.null),
    ];
    let seen = seen.into_iter().filter(|(_, seen)| *seen);
    seen.map(|(name, _)| name).collect()
}

/// Draft-04 knows neither `date` nor `uuid`.
fn format(text: &Text, dialect: InferredDialect) -> Option<&'static str> {
    let formats = text.formats;
    match dialect {
        _ if formats.date_time => Some("date-time"),
        InferredDialect::Draft202012 if formats.date => Some("date"),
        InferredDialect::Draft202012 if formats.uuid => Some("uuid"),
        _ => None,
    }
}

/// The format of strings in an OpenApi3 document.
pub(crate) fn openapi_format(text: &Text) -> Option<&'static str> {
    format(text, InferredDialect::Draft202012)
}
