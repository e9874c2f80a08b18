//! What generated code will do badly, because of how a schema says it. In: schemas. Out: the places, and what to do. None of it
//! stops anybody: `schemactl check` refuses what is no schema.

use schemactl_model::{EventRef, Kind, Source, Span, Value, is_schema, parse, review_schema, subschemas};
use schemactl_workspace::Workspace;

use crate::Settings;
use crate::lower::{Schema, lower, root_of};
use crate::schema::dialect_of;

/// Something that generated code will do badly, because of how the schema says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lint {
    /// `file:line:col` of the property.
    pub place: String,
    /// What, and what to do.
    pub message: String,
}

/// Properties of events that hold money in a float, since doubles do not keep `0.10`, and `10.00` becomes `10.0`; and keywords that
/// cannot be read, so that any value is taken. Of all events if `references` is empty.
pub fn lints(workspace: &Workspace, references: &[EventRef], settings: &Settings) -> Vec<Lint> {
    chosen(workspace, references)
        .flat_map(|schema| all(schema, None, settings))
        .collect()
}

/// The schemas of the versions that references name; of all if there are none.
fn chosen<'w>(workspace: &'w Workspace, references: &[EventRef]) -> impl Iterator<Item = Schema<'w>> {
    let events = workspace.events.values();
    let versions = events.flat_map(|event| event.versions.values().map(move |version| (&event.name, version)));
    let chosen = versions.filter(|(event, version)| {
        let names = |reference: &EventRef| reference.names(event) && reference.matches(&version.version);
        references.is_empty() || references.iter().any(names)
    });
    chosen.map(|(_, version)| Schema::from(&version.document))
}

/// The same of one schema file, for the type `name`.
pub fn schema_lints(source: &Source, name: &str, settings: &Settings) -> Vec<Lint> {
    let Ok(document) = parse(source) else {
        return Vec::new();
    };
    let schema = Schema {
        source,
        dialect: dialect_of(&document),
        document: &document,
    };
    all(schema, Some(name), settings)
}

fn all(schema: Schema<'_>, name: Option<&str>, settings: &Settings) -> Vec<Lint> {
    let mut found = float_money(schema, name, settings);
    found.extend(unreadable(schema));
    let doubts = review_schema(schema.document, schema.dialect).warnings;
    found.extend(doubts.into_iter().map(|doubt| (doubt.span, doubt.to_string())));
    placed(schema, found)
}

/// In the order of the source.
fn placed(schema: Schema<'_>, mut found: Vec<(Span, String)>) -> Vec<Lint> {
    found.sort_by_key(|(span, _)| span.start);
    found.dedup();
    let lint = |(span, message): (Span, String)| Lint {
        place: format!("{}:{}", schema.source.path(), schema.source.location(span.start)),
        message,
    };
    found.into_iter().map(lint).collect()
}

fn float_money(schema: Schema<'_>, name: Option<&str>, settings: &Settings) -> Vec<(Span, String)> {
    let Some(root) = root_of(schema, name) else {
        return Vec::new();
    };
    let found = lower(schema, &root, "Event", None, settings).float_money.into_iter();
    let message = |key: &str| {
        format!(
            "`{key}` holds money in a float; let the schema say a string or minor units, or generate decimals (`--money decimal`, \
             `Money::Decimal`)"
        )
    };
    found.map(|(key, span)| (span, message(&key))).collect()
}

/// The keywords of a document's schemas that are not what the keyword takes.
fn unreadable(schema: Schema<'_>) -> Vec<(Span, String)> {
    let (mut found, mut open) = (Vec::new(), vec![schema.document]);
    while let Some(node) = open.pop() {
        for entry in node.as_object().into_iter().flat_map(schemactl_model::Object::iter) {
            if let Some(wanted) = misread(&entry.key, &entry.value) {
                let message = format!("`{}` is {wanted}: this says nothing, and any value is taken", entry.key);
                found.push((entry.value.span, message));
            }
        }
        open.extend(subschemas(node, schema.dialect).into_iter().map(|below| below.value));
    }
    found
}

/// What a keyword is, if the value is something else.
fn misread(keyword: &str, value: &Value) -> Option<&'static str> {
    let is_names = |value: &Value| {
        value
            .as_array()
            .is_some_and(|names| names.iter().all(|name| name.as_str().is_some()))
    };
    let is_type = |value: &Value| {
        const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];
        value.as_str().is_some_and(|name| TYPES.contains(&name))
    };
    let (is_read, wanted) = match keyword {
        "type" => (
            is_type(value) || value.as_array().is_some_and(|types| types.iter().all(is_type)),
            "the name of a JSON type, or a list of them",
        ),
        "properties" | "patternProperties" | "dependentSchemas" => {
            let members = value.as_object();
            let are_schemas = members.is_some_and(|members| members.iter().all(|member| is_schema(&member.value)));
            (are_schemas, "an object of schemas")
        }
        "required" => (is_names(value), "a list of names"),
        "allOf" | "anyOf" | "oneOf" | "prefixItems" => {
            let list = value.as_array().filter(|list| !list.is_empty());
            (list.is_some_and(|list| list.iter().all(is_schema)), "a list of schemas")
        }
        "enum" => (value.as_array().is_some(), "a list of values"),
        "not" | "if" | "then" | "else" | "contains" | "propertyNames" | "additionalProperties" => {
            (is_schema(value), "a schema")
        }
        "pattern" => (value.as_str().is_some(), "a regular expression"),
        "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" | "minimum"
        | "maximum" | "multipleOf" => (matches!(value.kind, Kind::Number(_)), "a number"),
        _ => return None,
    };
    (!is_read).then_some(wanted)
}
