//! What was probably meant. In: what was written, and what there is. Out: the closest of it, if it is close.

use super::message::shorten_quote;
use super::shape::{TYPES, fits_shape};
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
    alias.map(|(_, meant)| *meant).or_else(|| find_closest(&lower, TYPES))
}

/// Returns the candidate that differs least from a text, if it differs in a third of its characters or less.
pub(super) fn find_closest<'c>(text: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let length = text.chars().count();
    let most = (length / 3).max(1);
    let near = candidates
        .into_iter()
        .take(MOST_CANDIDATES)
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= most)
        .map(|candidate| (edit_distance(text, candidate), candidate))
        .filter(|(distance, _)| *distance <= most);
    near.min().map(|(_, candidate)| candidate)
}

/// Candidates that are compared: a document of ten thousand definitions may have as many broken references.
const MOST_CANDIDATES: usize = 2_000;

/// Characters of a text that are compared: names that are longer are never a slip of another one.
const LONGEST: usize = 100;

/// Returns how many characters have to be inserted, removed, replaced or swapped with their neighbour: at least 100 for different texts of
/// which one is longer than that, since those are no slips of each other.
pub fn edit_distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().max(other.len()) > LONGEST {
        return if one == other { 0 } else { LONGEST };
    }
    let mut rows = vec![vec![0; other.len() + 1]; one.len() + 1];
    for row in 0..=one.len() {
        for column in 0..=other.len() {
            if row == 0 || column == 0 {
                rows[row][column] = row + column;
                continue;
            }
            let replaced = rows[row - 1][column - 1] + usize::from(one[row - 1] != other[column - 1]);
            let mut least = replaced.min(rows[row - 1][column] + 1).min(rows[row][column - 1] + 1);
            let is_swap =
                row > 1 && column > 1 && one[row - 1] == other[column - 2] && one[row - 2] == other[column - 1];
            if is_swap {
                least = least.min(rows[row - 2][column - 2] + 1);
            }
            rows[row][column] = least;
        }
    }
    rows[one.len()][other.len()]
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

    /// One slip is one: a letter that is missing, one too many, another one, or two that are swapped. What is swapped is not changed again: a
    /// word that needs that is another word.
    #[test]
    fn slips_are_counted() {
        for (one, other, slips) in [
            ("", "", 0),
            ("type", "type", 0),
            ("tpye", "type", 1),
            ("typ", "type", 1),
            ("typee", "type", 1),
            ("tyqe", "type", 1),
            ("requierd", "required", 1),
            ("propreties", "properties", 1),
            ("ca", "abc", 3),
            ("größe", "grösse", 2),
            ("", "abc", 3),
        ] {
            assert_eq!(edit_distance(one, other), slips, "{one} {other}");
            assert_eq!(edit_distance(other, one), slips, "{other} {one}");
        }
        let long = "a".repeat(LONGEST + 1);
        assert_eq!((edit_distance(&long, &long), edit_distance(&long, "a")), (0, LONGEST));
    }
}
