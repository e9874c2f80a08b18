//! One of several types: the macro `choice!`. The schema decides which one a value is, by its JSON type or by a tag; nothing
//! is tried in turn. The value is held as a [`Value`] meanwhile, never in serde's own buffer, which does not know numbers
//! where serde_json is built with `arbitrary_precision`.

use serde::de::Error;
use serde_json::Value;

use super::FromJson;
use super::from_json::at;

/// Says how the variants of an enum are told apart: `choice!(Name; Variant = "string" | "integer")` by JSON type,
/// `choice!(Name by "kind"; Variant = "circle")` by the text of a member. `Variant = "any"` takes what is left over.
#[macro_export]
macro_rules! choice {
    ($name:ident; $($variant:ident = $($kind:tt)|+),*) => {
        $crate::choice!(@impls $name, value, $crate::kind_of(&value).to_owned(); $($variant = $($kind)|+),*);
    };
    ($name:ident by $tag:literal; $($variant:ident = $($text:tt)|+),*) => {
        $crate::choice!(@impls $name, value, $crate::tag_of(&value, $tag)?; $($variant = $($text)|+),*);
    };
    (@impls $name:ident, $value:ident, $found:expr; $($variant:ident = $($text:tt)|+),*) => {
        #[allow(unreachable_patterns)]
        impl $crate::FromJson for $name {
            fn from_json<'de, D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                let $value = <$crate::serde_json::Value as $crate::FromJson>::from_json(deserializer)?;
                let found = $found;
                match found.as_str() {
                    $($crate::choice!(@pattern $($text)|+) => $crate::read_value($value).map(Self::$variant),)*
                    _ => Err($crate::serde::de::Error::unknown_variant(&found, &[$($($text),+),*])),
                }
            }
        }

        $crate::object!(@deserialize $name);

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(value) => $crate::serde::Serialize::serialize(value, serializer),)*
                }
            }
        }
    };
    (@pattern "any") => { _ };
    (@pattern $($text:tt)|+) => { $($text)|+ };
}

/// The JSON type of a value, as JSON Schema calls it.
pub fn kind_of(value: &Value) -> &'static str {
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

/// The text of a member.
pub fn tag_of<E: Error>(value: &Value, tag: &'static str) -> Result<String, E> {
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

/// Reads a value that was held back.
pub fn read_value<T: FromJson, E: Error>(value: Value) -> Result<T, E> {
    T::from_json(value).map_err(E::custom)
}
