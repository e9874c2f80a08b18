//! One of several types: the macro `choice!`. The schema decides which one a value is, by its JSON type or by a tag; nothing
//! is tried in turn. The value is held as a [`Value`] meanwhile, never in serde's own buffer, which does not know numbers
//! where serde_json is built with `arbitrary_precision`; where a decimal is inside, its text is held too.

use serde::Deserializer;
use serde::de::Error;
use serde_json::Value;
use serde_json::value::RawValue;

use super::FromJson;
use super::from_json::at;

/// Says how the variants of an enum are told apart: `choice!(Name; Variant = "string" | "integer")` by JSON type,
/// `choice!(Name by "kind"; Variant = "circle")` by the text of a member. With `; rest Variant` at the end, that variant takes
/// what is left over. `choice!(exact Name; …)` keeps every digit of the numbers inside, and reads from serde_json only.
#[macro_export]
macro_rules! choice {
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
        impl $crate::FromJson for $name {
            fn from_json<'de, D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                let held = $crate::$held::of(deserializer)?;
                let found = $crate::which(held.value(), $tag)?;
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

    /// The value.
    pub fn value(&self) -> &Value {
        &self.0
    }

    /// Reads it.
    pub fn read<T: FromJson, E: Error>(self) -> Result<T, E> {
        T::from_json(self.0).map_err(E::custom)
    }
}

/// The same, with the text of the value, in which numbers have all their digits.
#[derive(Debug)]
pub struct HeldText(Box<RawValue>, Value);

impl HeldText {
    /// Holds a value.
    pub fn of<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <Box<RawValue> as serde::Deserialize>::deserialize(deserializer)?;
        let value = serde_json::from_str(text.get()).map_err(D::Error::custom)?;
        Ok(Self(text, value))
    }

    /// The value.
    pub fn value(&self) -> &Value {
        &self.1
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

/// What tells the types of a value apart: the text of a member, or its JSON type as JSON Schema calls it.
pub fn which<E: Error>(value: &Value, tag: Option<&'static str>) -> Result<String, E> {
    let Some(tag) = tag else {
        return Ok(kind_of(value).to_owned());
    };
    match value.get(tag) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(other) => Err(at(
            format_args!("`{tag}`"),
            &E::custom(format_args!("{other}, expected a string")),
        )),
        None if value.is_object() => Err(E::missing_field(tag)),
        None => Err(E::custom(format_args!("{}, expected an object", kind_of(value)))),
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
