//! What a value in a schema was probably meant to be. In: what was written, and what is allowed. Out: the value that was meant, if one is close.

use super::message::shorten_quote;
use super::shape::{TYPES, fits_shape};
use crate::alike::find_alike;
use crate::dialect::Dialect;
use crate::keyword::KeywordShape;
use crate::parse::parse;
use crate::source::Source;
use crate::value::{Kind, Value};

/// Names of types in other languages.
const ALIASES: &[(&str, &str)] = &[
    ("bigint", "integer"),
    ("bool", "boolean"),
    ("char", "string"),
    ("date", "string"),
    ("date-time", "string"),
    ("datetime", "string"),
    ("decimal", "number"),
    ("dict", "object"),
    ("double", "number"),
    ("enum", "string"),
    ("float", "number"),
    ("hash", "object"),
    ("int", "integer"),
    ("int32", "integer"),
    ("int64", "integer"),
    ("list", "array"),
    ("long", "integer"),
    ("map", "object"),
    ("nil", "null"),
    ("none", "null"),
    ("numeric", "number"),
    ("record", "object"),
    ("set", "array"),
    ("short", "integer"),
    ("str", "string"),
    ("struct", "object"),
    ("text", "string"),
    ("timestamp", "string"),
    ("tuple", "array"),
    ("undefined", "null"),
    ("uuid", "string"),
];

/// Returns the type that a name was meant to be.
pub(super) fn closest_type(name: &str) -> Option<&'static str> {
    let lower = name.to_lowercase();
    let alias = ALIASES.iter().find(|(alias, _)| *alias == lower);
    alias.map(|(_, meant)| *meant).or_else(|| find_alike(&lower, TYPES))
}

/// Returns the value that a keyword was meant to have, as JSON, where its kind alone is wrong.
pub(super) fn meant_value(value: &Value, shape: KeywordShape, dialect: Dialect) -> Option<String> {
    let json = value.to_json();
    let meant = match (shape, &value.kind) {
        (KeywordShape::Bool, Kind::String(text)) => {
            let lower = text.trim().to_lowercase();
            ["true", "false"].contains(&lower.as_str()).then_some(lower)
        }
        (KeywordShape::Bool, Kind::Number(_)) if json == "1" => Some("true".to_owned()),
        (KeywordShape::Bool, Kind::Number(_)) if json == "0" => Some("false".to_owned()),
        (KeywordShape::Count | KeywordShape::Number | KeywordShape::Positive, Kind::String(text)) => {
            let number = parse(&Source::new("value", text.trim())).ok();
            number
                .filter(|number| fits_shape(number, shape, dialect))
                .map(|number| number.to_json())
        }
        (KeywordShape::Count, Kind::Number(number)) if number.is_integer() => {
            Some(number.canonical()).filter(|text| !text.starts_with('-'))
        }
        (KeywordShape::List, Kind::String(_) | Kind::Number(_) | Kind::Bool(_) | Kind::Null)
        | (KeywordShape::Names, Kind::String(_))
        | (KeywordShape::SchemaList, Kind::Object(_)) => Some(format!("[{json}]")),
        (KeywordShape::Types, Kind::Null) => Some("\"null\"".to_owned()),
        (KeywordShape::Text, Kind::Number(_) | Kind::Bool(_)) => Some(format!("\"{json}\"")),
        _ => None,
    };
    // A long value is not worth the line.
    meant.filter(|meant| shorten_quote(meant) == *meant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised_and_other_words_are_not() {
        for (written, meant) in [
            ("strng", Some("string")),
            ("String", Some("string")),
            ("objekt", Some("object")),
            ("int", Some("integer")),
            ("nubmer", Some("number")),
            ("arry", Some("array")),
            ("file", None),
            ("", None),
        ] {
            assert_eq!(closest_type(written), meant, "{written}");
        }
    }
}
