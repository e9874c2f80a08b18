//! A JSON text as it was written: keys in order, repeated keys kept. In: a text or a [`Value`]. Out: [`Raw`]. Event patterns
//! need both: of two conditions on one field the later one counts, and EventBridge reports the first mistake of the text.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value};

/// A JSON value in the order of its text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Raw {
    Null,
    Bool(bool),
    Number(Number),
    String(String),
    Array(Vec<Raw>),
    Object(Vec<(String, Raw)>),
}

impl Raw {
    /// Returns the value as far as `levels` of nesting go, `None` if it is nested deeper: a caller's [`Value`] may be deeper than the
    /// stack.
    pub(crate) fn from_value(value: &Value, levels: usize) -> Option<Self> {
        let inner = levels.checked_sub(1)?;
        Some(match value {
            Value::Null => Self::Null,
            Value::Bool(flag) => Self::Bool(*flag),
            Value::Number(number) => Self::Number(number.clone()),
            Value::String(text) => Self::String(text.clone()),
            Value::Array(items) => Self::Array(
                items
                    .iter()
                    .map(|item| Self::from_value(item, inner))
                    .collect::<Option<_>>()?,
            ),
            Value::Object(fields) => Self::Object(
                fields
                    .iter()
                    .map(|(name, field)| Some((name.clone(), Self::from_value(field, inner)?)))
                    .collect::<Option<_>>()?,
            ),
        })
    }

    /// Returns the levels of nesting. serde_json reads no text deep enough to make this recursion a danger.
    pub(crate) fn depth(&self) -> usize {
        let inner = match self {
            Self::Array(items) => items.iter().map(Self::depth).max(),
            Self::Object(fields) => fields.iter().map(|(_, field)| field.depth()).max(),
            _ => None,
        };
        1 + inner.unwrap_or(0)
    }

    /// Returns the number that a value behind a [`NUMBER_TOKEN`] stands for.
    pub(crate) fn wrapped_number(&self) -> Option<Number> {
        match self {
            Self::String(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// How EventBridge's messages quote a value they did not expect: a scalar as itself, anything else by its bracket.
    pub(crate) fn token(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(flag) => flag.to_string(),
            Self::Number(number) => number.to_string(),
            Self::String(text) => text.clone(),
            Self::Array(_) => "[".to_owned(),
            Self::Object(_) => "{".to_owned(),
        }
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

/// The one key of the object as which serde_json gives a number if a program that links this crate turns on its feature
/// `arbitrary_precision`.
pub(crate) const NUMBER_TOKEN: &str = "$serde_json::private::Number";

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Raw, E> {
        Ok(Raw::Bool(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Raw, E> {
        Ok(Raw::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Raw, E> {
        Ok(Raw::Number(number.into()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Raw, E> {
        Number::from_f64(number)
            .map(Raw::Number)
            .ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Raw, E> {
        Ok(Raw::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Raw, E> {
        Ok(Raw::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element()? {
            array.push(item);
        }
        Ok(Raw::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Raw, A::Error> {
        let mut object = Vec::new();
        while let Some((name, field)) = fields.next_entry::<String, Raw>()? {
            match field.wrapped_number().filter(|_| name == NUMBER_TOKEN) {
                Some(number) => return Ok(Raw::Number(number)),
                None => object.push((name, field)),
            }
        }
        Ok(Raw::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_order_and_repeated_keys() {
        let raw: Raw = serde_json::from_str(r#"{"b": 1, "a": [null, 2.5], "b": "x"}"#).unwrap();
        let Raw::Object(fields) = raw else { panic!("an object") };
        let names: Vec<_> = fields.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["b", "a", "b"]);
    }

    #[test]
    fn counts_levels_from_the_outside() {
        let value = serde_json::json!({"a": [1]});
        assert!(Raw::from_value(&value, 3).is_some());
        assert!(Raw::from_value(&value, 2).is_none());
    }
}
