//! One of several types: the macro `choice!`. The schema decides which one a value is, by its JSON type or by a tag; nothing
//! is tried in turn. The value is held as a [`Value`] meanwhile, never in serde's own buffer, which does not know numbers
//! where serde_json is built with `arbitrary_precision`; where a decimal is inside, its text is held too.

use serde::Deserializer;
use serde::de::Error;
use serde_json::Value;
use serde_json::value::RawValue;

use super::FromJson;
use super::from_json::at;
use crate::Named;

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

    /// What tells its types apart: the text of a member, or its JSON type as JSON Schema calls it.
    pub fn which<E: Error>(&self, tag: Option<&'static str>) -> Result<String, E> {
        let Some(tag) = tag else {
            return Ok(kind_of(&self.0).to_owned());
        };
        match self.0.get(tag) {
            None | Some(Value::Null) if self.0.is_object() => tagged(tag, Named::Absent),
            Some(Value::String(text)) => tagged(tag, Named::Text(text.clone())),
            Some(_) => tagged(tag, Named::Other),
            None => Err(E::custom(format_args!("{}, expected an object", kind_of(&self.0)))),
        }
    }

    /// Reads it.
    pub fn read<T: FromJson, E: Error>(self) -> Result<T, E> {
        T::from_json(self.0).map_err(E::custom)
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

    /// What tells its types apart.
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
            Some(tag) if kind == "object" => tagged(tag, crate::decode::named(text, tag).map_err(E::custom)?),
            Some(_) => Err(E::custom(format_args!("{kind}, expected an object"))),
        }
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

fn tagged<E: Error>(tag: &'static str, named: Named) -> Result<String, E> {
    match named {
        Named::Text(text) => Ok(text),
        Named::Absent => Err(E::missing_field(tag)),
        Named::Other => Err(at(format_args!("`{tag}`"), &E::custom("expected a string"))),
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
