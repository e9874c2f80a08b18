//! What generated code will do badly, because of how a schema says it. In: schemas. Out: the places, and what to do. None of it
//! stops anybody: `schemactl check` refuses what is no schema.

use schemactl_model::{EventRef, Kind, Source, Span, Value, parse, subschemas};
use schemactl_workspace::Workspace;

use crate::Settings;
use crate::lower::{Schema, lower, root_of};
use crate::schema::dialect_of;

/// Something that generated code will do badly, because of how the schema says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lint {
    /// What it is about.
    pub about: About,
    /// `file:line:col` of the property.
    pub place: String,
    /// What, and what to do.
    pub message: String,
}

/// What a lint is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// Money in a float.
    Money,
    /// A keyword that cannot be read.
    Keyword,
}

/// Properties of events that hold money in a float, since doubles do not keep `0.10`, and `10.00` becomes `10.0`; and keywords that
/// cannot be read, so that any value is taken. Of all events if `references` is empty.
pub fn lints(workspace: &Workspace, references: &[EventRef], settings: &Settings) -> Vec<Lint> {
    let events = workspace.events.values();
    let versions = events.flat_map(|event| event.versions.values().map(move |version| (&event.name, version)));
    let chosen = versions.filter(|(event, version)| {
        let names = |reference: &EventRef| reference.names(event) && reference.matches(&version.version);
        references.is_empty() || references.iter().any(names)
    });
    let schemas = chosen.map(|(_, version)| Schema::from(&version.document));
    schemas.flat_map(|schema| all(schema, None, settings)).collect()
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
    let money = float_money(schema, name, settings).into_iter();
    let mut found: Vec<_> = money.map(|(span, message)| (span, About::Money, message)).collect();
    let mut keywords = Vec::new();
    unreadable(schema, schema.document, &mut keywords);
    found.extend(
        keywords
            .into_iter()
            .map(|(span, message)| (span, About::Keyword, message)),
    );
    found.sort_by_key(|(span, ..)| span.start);
    found.dedup();
    let lint = |(span, about, message): (Span, About, String)| Lint {
        about,
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

/// The keywords of a schema, and of those inside, that are not what the keyword takes.
fn unreadable(schema: Schema<'_>, node: &Value, found: &mut Vec<(Span, String)>) {
    for entry in node.as_object().into_iter().flat_map(schemactl_model::Object::iter) {
        if let Some(wanted) = misread(&entry.key, &entry.value) {
            let message = format!("`{}` is {wanted}: this says nothing, and any value is taken", entry.key);
            found.push((entry.value.span, message));
        }
    }
    for below in subschemas(node, schema.dialect) {
        unreadable(schema, below.value, found);
    }
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
    let is_schema = |value: &Value| matches!(value.kind, Kind::Object(_) | Kind::Bool(_));
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
