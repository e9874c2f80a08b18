//! One of several types: the macro `choice!`. The schema decides which one a value is, by its JSON type or by a tag; nothing
//! is tried in turn. Where the union is open, a kind that is not listed is kept as it came. The value is held as a [`Value`] meanwhile, never in serde's own buffer, which does not know numbers
//! where serde_json is built with `arbitrary_precision`; where a decimal is inside, its text is held too.

use std::collections::BTreeMap;

use serde::Deserializer;
use serde::de::Error;
use serde_json::Value;
use serde_json::value::RawValue;

use super::FromJson;
use super::from_json::prefix_error;
use crate::named::{NamedVersion, read_named};

/// Says how the variants of an enum are told apart: `choice!(Name; Variant = "string" | "integer")` by JSON type,
/// `choice!(Name by "kind"; Variant = "circle")` by the text of a member. With `; rest Variant` at the end, that variant takes
/// what is left over. `choice!(exact Name; …)` keeps every digit of the numbers inside, and reads from serde_json only.
/// `choice!(open Name by "kind"; …)` has a variant `Unknown` that keeps a value with another tag; `by json "kind"` gives tags as JSON,
/// for those that are no texts.
#[doc(hidden)]
#[macro_export]
macro_rules! choice {
    (open exact $name:ident by $($tag:tt)+) => {
        $crate::choice!(@open $name, HeldText, $($tag)+);
    };
    (open $name:ident by $($tag:tt)+) => {
        $crate::choice!(@open $name, HeldValue, $($tag)+);
    };
    (@open $name:ident, $held:ident, json $tag:literal; $($variant:ident = $text:literal),*) => {
        $crate::choice!(@kinds $name, $held, which_json, $tag; $($variant = $text),*);
    };
    (@open $name:ident, $held:ident, $tag:literal; $($variant:ident = $text:literal),*) => {
        $crate::choice!(@kinds $name, $held, which_text, $tag; $($variant = $text),*);
    };
    (@kinds $name:ident, $held:ident, $which:ident, $tag:literal; $($variant:ident = $text:literal),*) => {
        impl $crate::__private::FromJson for $name {
            fn from_json<'de, D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                let held = $crate::__private::$held::of(deserializer)?;
                match held.$which($tag, &[$($text),*])?.as_str() {
                    $($text => held.read().map(Self::$variant),)*
                    _ => ::core::result::Result::Ok(Self::Unknown(held.keep())),
                }
            }
        }

        $crate::object!(@deserialize $name);

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(value) => $crate::serde::Serialize::serialize(value, serializer),)*
                    Self::Unknown(value) => $crate::serde::Serialize::serialize(value, serializer),
                }
            }
        }
    };
    (exact $name:ident $(by $tag:literal)?; $($arms:tt)*) => {
        $crate::choice!(@impls $name, HeldText, $crate::choice!(@tag $($tag)?); $($arms)*);
    };
    ($name:ident $(by $tag:literal)?; $($arms:tt)*) => {
        $crate::choice!(@impls $name, HeldValue, $crate::choice!(@tag $($tag)?); $($arms)*);
    };
    (@tag) => { None };
    (@tag $tag:literal) => { Some($tag) };
    (@impls $name:ident, $held:ident, $tag:expr; $($variant:ident = $($text:literal)|+),* $(; rest $rest:ident)?) => {
        #[allow(unreachable_patterns)]
        impl $crate::__private::FromJson for $name {
            fn from_json<'de, D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                let held = $crate::__private::$held::of(deserializer)?;
                let found = held.which($tag)?;
                match found.as_str() {
                    $($($text)|+ => held.read().map(Self::$variant),)*
                    $(_ => held.read().map(Self::$rest),)?
                    _ => Err($crate::serde::de::Error::unknown_variant(&found, &[$($($text),+),*])),
                }
            }
        }

        $crate::object!(@deserialize $name);

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(value) => $crate::serde::Serialize::serialize(value, serializer),)*
                    $(Self::$rest(value) => $crate::serde::Serialize::serialize(value, serializer),)?
                }
            }
        }
    };
}

/// A value that waits for its type.
#[derive(Debug)]
pub struct HeldValue(Value);

impl HeldValue {
    /// Holds a value.
    pub fn of<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::from_json(deserializer).map(Self)
    }

    /// Returns what tells its types apart: the text of a member, or its JSON type as JSON Schema calls it.
    pub fn which<E: Error>(&self, tag: Option<&'static str>) -> Result<String, E> {
        let Some(tag) = tag else {
            return Ok(kind_of(&self.0).to_owned());
        };
        match self.0.get(tag) {
            None | Some(Value::Null) if self.0.is_object() => tagged(tag, NamedVersion::Absent),
            Some(Value::String(text)) => tagged(tag, NamedVersion::Text(text.clone())),
            Some(_) => tagged(tag, NamedVersion::Other),
            None => Err(E::custom(format_args!("{}, expected an object", kind_of(&self.0)))),
        }
    }

    /// Returns the text of a tag that may be none of the known ones.
    pub fn which_text<E: Error>(&self, tag: &'static str, _: &[&str]) -> Result<String, E> {
        self.which(Some(tag))
    }

    /// Returns the JSON of a tag that may be none of the known ones, and is of the same type as one of them.
    pub fn which_json<E: Error>(&self, tag: &'static str, known: &[&str]) -> Result<String, E> {
        json_tag(&self.0, tag, known)
    }

    /// Reads it.
    pub fn read<T: FromJson, E: Error>(self) -> Result<T, E> {
        T::from_json(self.0).map_err(E::custom)
    }

    /// Keeps it as it is.
    pub fn keep(self) -> UnknownKind {
        UnknownKind(BufferedValue::Value(self.0))
    }
}

/// The same for the text of a value, in which numbers have all their digits.
#[derive(Debug)]
pub struct HeldText(Box<RawValue>);

impl HeldText {
    /// Holds a value.
    pub fn of<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <Box<RawValue> as serde::Deserialize>::deserialize(deserializer).map(Self)
    }

    /// Returns what tells its types apart.
    pub fn which<E: Error>(&self, tag: Option<&'static str>) -> Result<String, E> {
        let text = self.0.get();
        let kind = match text.as_bytes().first() {
            Some(b'{') => "object",
            Some(b'[') => "array",
            Some(b'"') => "string",
            Some(b't' | b'f') => "boolean",
            Some(b'n') => "null",
            // One that is too large for a double is whole.
            _ => serde_json::from_str(text).map_or("integer", |number| kind_of(&Value::Number(number))),
        };
        match tag {
            None => Ok(kind.to_owned()),
            Some(tag) if kind == "object" => tagged(tag, read_named(text, tag).map_err(E::custom)?),
            Some(_) => Err(E::custom(format_args!("{kind}, expected an object"))),
        }
    }

    /// Returns the text of a tag that may be none of the known ones.
    pub fn which_text<E: Error>(&self, tag: &'static str, _: &[&str]) -> Result<String, E> {
        self.which(Some(tag))
    }

    /// Returns the JSON of a tag that may be none of the known ones, and is of the same type as one of them.
    pub fn which_json<E: Error>(&self, tag: &'static str, known: &[&str]) -> Result<String, E> {
        let members: BTreeMap<String, &RawValue> = match serde_json::from_str(self.0.get()) {
            Ok(members) => members,
            Err(error) if error.is_data() => return Err(E::custom(format_args!("{error}, expected an object"))),
            Err(error) => return Err(E::custom(error)),
        };
        let value = match members.get(tag).map(|raw| serde_json::from_str(raw.get())) {
            None => serde_json::Map::new(),
            // A tag that is too large for a double is none that is known, and a whole number all the same.
            Some(value) => [(tag.to_owned(), value.unwrap_or_else(|_| u64::MAX.into()))]
                .into_iter()
                .collect(),
        };
        json_tag(&Value::Object(value), tag, known)
    }

    /// Keeps it as it is.
    pub fn keep(self) -> UnknownKind {
        UnknownKind(BufferedValue::Text(self.0))
    }

    /// Reads it.
    pub fn read<T: FromJson, E: Error>(self) -> Result<T, E> {
        T::from_json(&mut serde_json::Deserializer::from_str(self.0.get())).map_err(|error| {
            // A place in this text is none in the event.
            let place = format!(" at line {} column {}", error.line(), error.column());
            let said = error.to_string();
            E::custom(said.strip_suffix(&place).unwrap_or(&said))
        })
    }
}

/// A value of a kind that a schema does not list, as it came: it is written again unchanged.
#[derive(Clone, Debug)]
pub struct UnknownKind(BufferedValue);

#[derive(Clone, Debug)]
enum BufferedValue {
    Value(Value),
    /// With all its digits.
    Text(Box<RawValue>),
}

impl UnknownKind {
    /// Returns the value.
    ///
    /// # Errors
    ///
    /// If it holds a number that no double holds, and was read with all its digits.
    pub fn to_value(&self) -> Result<Value, serde_json::Error> {
        match &self.0 {
            BufferedValue::Value(value) => Ok(value.clone()),
            BufferedValue::Text(text) => serde_json::from_str(text.get()),
        }
    }
}

impl From<Value> for UnknownKind {
    fn from(value: Value) -> Self {
        Self(BufferedValue::Value(value))
    }
}

/// Equal if it is the same JSON; with all digits, if it is written alike.
impl PartialEq for UnknownKind {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (BufferedValue::Text(text), BufferedValue::Text(other)) => text.get() == other.get(),
            _ => matches!((self.to_value(), other.to_value()), (Ok(value), Ok(other)) if value == other),
        }
    }
}

impl serde::Serialize for UnknownKind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            BufferedValue::Value(value) => value.serialize(serializer),
            BufferedValue::Text(text) => text.serialize(serializer),
        }
    }
}

/// The JSON of a tag, integers without fraction and exponent.
fn json_tag<E: Error>(value: &Value, tag: &'static str, known: &[&str]) -> Result<String, E> {
    let members = value
        .as_object()
        .ok_or_else(|| E::custom(format_args!("{}, expected an object", kind_of(value))))?;
    let found = match members.get(tag) {
        None | Some(Value::Null) => return Err(E::missing_field(tag)),
        Some(found) => found,
    };
    let kinds = known.iter().filter_map(|text| serde_json::from_str::<Value>(text).ok());
    let mut kinds: Vec<&str> = kinds.map(|value| kind_of(&value)).collect();
    kinds.dedup();
    if !kinds.contains(&kind_of(found)) {
        let expected = kinds.join(" or ");
        return Err(prefix_error(
            format_args!("`{tag}`"),
            &E::custom(format_args!("{}, expected {expected}", kind_of(found))),
        ));
    }
    Ok(match found.as_f64().filter(|_| !found.is_i64() && !found.is_u64()) {
        Some(whole) => format!("{whole:.0}"),
        None => found.to_string(),
    })
}

fn tagged<E: Error>(tag: &'static str, named: NamedVersion) -> Result<String, E> {
    match named {
        NamedVersion::Text(text) => Ok(text),
        NamedVersion::Absent => Err(E::missing_field(tag)),
        NamedVersion::Other => Err(prefix_error(format_args!("`{tag}`"), &E::custom("expected a string"))),
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if crate::check::is_integer(number) => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug, PartialEq)]
    enum Payment {
        Card(serde_json::Value),
        Unknown(UnknownKind),
    }
    crate::choice!(open exact Payment by "kind"; Card = "card");

    #[derive(Clone, Debug, PartialEq)]
    enum Step {
        First(serde_json::Value),
        Unknown(UnknownKind),
    }
    crate::choice!(open exact Step by json "code"; First = "1");

    #[test]
    fn unknown_kinds_keep_every_digit() {
        let text = r#"{"kind":"wallet","amount":10.00,"large":1e400,"id":123456789012345678901}"#;
        let read: Payment = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), text);
        let Payment::Unknown(kept) = read else {
            panic!("no card")
        };
        assert!(kept.to_value().is_err(), "a double does not hold it");
        let known = serde_json::from_str(r#"{"kind":"card"}"#);
        assert!(matches!(known, Ok(Payment::Card(_))), "a known kind is read as such");
        for text in [r#"{"amount":1}"#, r#"{"kind":1}"#, "[]", "\"card\""] {
            assert!(serde_json::from_str::<Payment>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn tags_of_every_spelling_are_told_apart() {
        let is_first = |text: &str| matches!(serde_json::from_str(text), Ok(Step::First(_)));
        let is_unknown = |text: &str| matches!(serde_json::from_str(text), Ok(Step::Unknown(_)));
        assert!(is_first(r#"{"code":1}"#) && is_first(r#"{"code":1.0}"#) && is_first(r#"{"code":10e-1}"#));
        assert!(is_unknown(r#"{"code":2}"#) && is_unknown(r#"{"code":123456789012345678901234}"#));
        for text in [r#"{"code":"1"}"#, r#"{"code":1.5}"#, r#"{"code":null}"#, "{}", "1"] {
            assert!(!is_first(text) && !is_unknown(text), "{text}");
        }
    }

    #[test]
    fn kept_values_are_equal_by_value() {
        let value = serde_json::json!({"kind": "x", "a": 1});
        let read: Payment = serde_json::from_str(&value.to_string()).unwrap();
        assert_eq!(read, Payment::Unknown(UnknownKind::from(value)));
    }
}
