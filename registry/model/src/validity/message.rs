//! The sentences: what was found, what was expected, what was probably meant.

use super::{FaultKind, SchemaFault};
use crate::any_reference;
use crate::dialect::Dialect;
use crate::ecma::{EcmaPatternError, RustOnlySyntax};
use crate::keyword::{Keyword, KeywordShape};
use crate::pointer::Pointer;
use crate::value::{Kind, Value};

/// Characters of a value that a message quotes: a line of a terminal holds the sentence around it.
const MOST_QUOTED: usize = 60;

/// Returns a text that is not longer than a message can quote.
pub(super) fn shorten_quote(text: &str) -> String {
    if text.chars().count() <= MOST_QUOTED {
        return text.to_owned();
    }
    text.chars().take(MOST_QUOTED).chain(['…']).collect()
}

/// Returns a value as a message names it.
pub(super) fn quote_value(value: &Value) -> String {
    match &value.kind {
        Kind::Array(elements) if elements.is_empty() => "an empty list".to_owned(),
        Kind::Array(_) => "a list".to_owned(),
        Kind::Object(_) => "an object".to_owned(),
        _ => format!("`{}`", shorten_quote(&value.to_json())),
    }
}

/// Returns what is said of a reference into a document that is not here.
pub(super) fn leads_elsewhere(keyword: Keyword, text: &str) -> String {
    let text = shorten_quote(text);
    format!("`{keyword}` is `{text}`, which refers to another document and cannot be resolved")
}

/// Returns the fault of a value that stands where a schema is expected.
pub(super) fn not_a_schema(
    value: &Value,
    dialect: Dialect,
    pointer: &Pointer,
    keyword: Option<Keyword>,
) -> SchemaFault {
    let expected = match keyword {
        None => "an object or a boolean",
        Some(Keyword::Dependencies) => "a schema or a list of property names",
        Some(keyword) if keyword.takes_boolean_in_draft4() => KeywordShape::Schema.describe(Dialect::Draft202012),
        Some(_) => KeywordShape::Schema.describe(dialect),
    };
    let subject = keyword.map_or_else(|| "the schema".to_owned(), |keyword| name_schema_of(keyword, pointer));
    let meant = match value.kind {
        Kind::Bool(true) => Some("{}"),
        Kind::Bool(false) => Some("{\"not\": {}}"),
        _ => None,
    };
    SchemaFault {
        kind: FaultKind::Value,
        pointer: pointer.clone(),
        span: value.span,
        keyword: keyword.map_or_else(String::new, String::from),
        message: format!("{subject} is {}; expected {expected}", quote_value(value)),
        suggestion: meant.map(|meant| format!("Did you mean `{meant}`?")),
    }
}

/// What a message calls the schema at a place that a keyword leads to.
fn name_schema_of(keyword: Keyword, pointer: &Pointer) -> String {
    let name = pointer.tokens().last().map_or("", String::as_str);
    match keyword {
        any_reference!() => format!("what a `{keyword}` leads to"),
        _ if name == keyword.name() => format!("`{keyword}`"),
        Keyword::AllOf | Keyword::AnyOf | Keyword::OneOf | Keyword::PrefixItems | Keyword::Items => {
            format!("an element of `{keyword}`")
        }
        _ => format!("`{}` of `{keyword}`", shorten_quote(name)),
    }
}

/// Returns the fault of a keyword that is written as another dialect has it.
pub(super) fn known_mistake(
    schema: &Value,
    (keyword, value): (Keyword, &Value),
    dialect: Dialect,
    holder: &Pointer,
) -> Option<SchemaFault> {
    let (message, suggestion) = match (keyword, &value.kind) {
        (Keyword::Items, Kind::Array(_)) if dialect == Dialect::Draft202012 => (
            "`items` is a list; in draft 2020-12 lists of schemas are `prefixItems`".to_owned(),
            "Rename `items` to `prefixItems`, and `additionalItems` to `items`.".to_owned(),
        ),
        (Keyword::ExclusiveMaximum | Keyword::ExclusiveMinimum, _) => exclusive(schema, keyword, value, dialect)?,
        (Keyword::Required, Kind::Bool(required)) => required_flag(*required, holder),
        _ => return None,
    };
    Some(SchemaFault {
        kind: FaultKind::Value,
        pointer: holder.join(keyword),
        span: value.span,
        keyword: keyword.into(),
        message,
        suggestion: Some(suggestion),
    })
}

/// Up to draft-04 a flag beside the bound, since then the bound itself.
fn exclusive(schema: &Value, keyword: Keyword, value: &Value, dialect: Dialect) -> Option<(String, String)> {
    let bound = match keyword {
        Keyword::ExclusiveMaximum => Keyword::Maximum,
        _ => Keyword::Minimum,
    };
    match &value.kind {
        Kind::Bool(flag) if dialect > Dialect::Draft4 => {
            let message = format!("`{keyword}` is `{flag}`; since draft-06 it is a number, the bound itself");
            let suggestion = match (flag, schema.keyword(bound)) {
                (true, Some(limit)) => format!("Write `\"{keyword}\": {}` and remove `{bound}`.", limit.to_json()),
                (true, None) => format!("Write the bound, such as `\"{keyword}\": 0`."),
                (false, _) => format!("Remove `{keyword}`."),
            };
            Some((message, suggestion))
        }
        Kind::Number(limit) if dialect == Dialect::Draft4 => Some((
            format!("`{keyword}` is `{limit}`; in draft-04 it is `true` or `false` beside `{bound}`"),
            format!("Write `\"{bound}\": {limit}, \"{keyword}\": true`."),
        )),
        Kind::Bool(_) if schema.keyword(bound).is_none() => Some((
            format!("`{keyword}` has no `{bound}` beside it, which draft-04 requires"),
            format!("Add `{bound}`, or remove `{keyword}`."),
        )),
        _ => None,
    }
}

/// Draft-03 wrote `required` into the property.
fn required_flag(required: bool, holder: &Pointer) -> (String, String) {
    let message = format!("`required` is `{required}`; expected a list of property names, beside `properties`");
    let suggestion = match holder.tokens() {
        [.., keyword, name] if keyword == Keyword::Properties.name() && required => {
            let name = Value::string(name).to_json();
            format!(
                "Write `\"required\": [{}]` in the schema around the property.",
                shorten_quote(&name)
            )
        }
        _ => "Remove it, and list the required properties in the schema around them.".to_owned(),
    };
    (message, suggestion)
}

/// Returns why a pattern is none.
pub(super) fn pattern_rejected(keyword: Keyword, pattern: &str, rejected: &EcmaPatternError) -> String {
    format!("{}, which ECMA 262 rejects: {rejected}", subject(keyword, pattern))
}

/// Returns what a pattern has that only Rust knows, and what to write.
pub(super) fn pattern_of_rust(keyword: Keyword, pattern: &str, found: &RustOnlySyntax) -> (String, String) {
    let message = format!(
        "{}; `{}` is not ECMA 262 syntax, so validators disagree on it",
        subject(keyword, pattern),
        found.text
    );
    (message, format!("Write {}.", found.ecma))
}

/// Returns why validators that read patterns with the flag `u` reject one.
pub(super) fn pattern_without_unicode(keyword: Keyword, pattern: &str, rejected: &EcmaPatternError) -> String {
    format!(
        "{}, which ECMA 262 rejects with the flag `u`: {rejected}",
        subject(keyword, pattern)
    )
}

fn subject(keyword: Keyword, pattern: &str) -> String {
    let pattern = shorten_quote(pattern);
    match keyword {
        Keyword::PatternProperties => format!("`{keyword}` has the key `{pattern}`"),
        _ => format!("`{keyword}` is `{pattern}`"),
    }
}
