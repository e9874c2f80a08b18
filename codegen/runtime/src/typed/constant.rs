//! Values that a schema fixes: the macro `constant!` for a type with nothing inside.

use serde::Deserializer;
use serde::de::Error;
use serde_json::Value;

use super::FromJson;

/// Says which value a unit type stands for: `constant!(Name = "text")`, or `constant!(Name = json "1.5")` for other JSON.
#[doc(hidden)]
#[macro_export]
macro_rules! constant {
    ($name:ident = $text:literal) => {
        $crate::constant!(@impls $name, $text, expect_text);
        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str($text)
            }
        }
    };
    ($name:ident = json $text:literal) => {
        $crate::constant!(@impls $name, $text, expect_json);
        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                let value: $crate::serde_json::Value =
                    $crate::serde_json::from_str($text).map_err($crate::serde::ser::Error::custom)?;
                $crate::serde::Serialize::serialize(&value, serializer)
            }
        }
    };
    (@impls $name:ident, $text:literal, $expect:ident) => {
        /// As JSON.
        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::constant!(@debug $expect f $text)
            }
        }

        impl $crate::__private::FromJson for $name {
            fn from_json<'de, D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::__private::$expect(deserializer, $text).map(|()| Self)
            }
        }

        $crate::object!(@deserialize $name);
    };
    (@debug expect_text $f:ident $text:literal) => { ::core::fmt::Debug::fmt($text, $f) };
    (@debug expect_json $f:ident $text:literal) => { $f.write_str($text) };
}

/// A type of another shape under a name: `newtype!(Name: Inner)` for `struct Name(pub Inner)`.
#[doc(hidden)]
#[macro_export]
macro_rules! newtype {
    ($name:ident: $inner:ty) => {
        impl ::core::convert::From<$inner> for $name {
            fn from(inner: $inner) -> Self {
                Self(inner)
            }
        }

        impl ::core::convert::AsRef<$inner> for $name {
            fn as_ref(&self) -> &$inner {
                &self.0
            }
        }

        impl $crate::__private::FromJson for $name {
            fn from_json<'de, D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::__private::FromJson::from_json(deserializer).map(Self)
            }
        }

        $crate::object!(@deserialize $name);

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::__private::ToJson::to_json(&self.0, serializer)
            }
        }
    };
}

/// Reads a text that has to be the one of the schema.
pub fn expect_text<'de, D: Deserializer<'de>>(deserializer: D, expected: &'static str) -> Result<(), D::Error> {
    let found = String::from_json(deserializer)?;
    if found == expected {
        return Ok(());
    }
    Err(D::Error::custom(format_args!("expected {expected:?}, found {found:?}")))
}

/// Reads a value that has to be the one of the schema.
pub fn expect_json<'de, D: Deserializer<'de>>(deserializer: D, expected: &'static str) -> Result<(), D::Error> {
    let found = Value::from_json(deserializer)?;
    let value: Value = serde_json::from_str(expected).map_err(D::Error::custom)?;
    if crate::check::compare_values(&found, &value) != Some(false) {
        return Ok(());
    }
    Err(D::Error::custom(format_args!("expected {expected}, found {found}")))
}
