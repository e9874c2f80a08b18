//! Strings from a list: the macro `text_enum!`.

use std::fmt;

use serde::Deserializer;
use serde::de::{Error, Visitor};

/// Says which text each variant of an enum is: `text_enum!(Name; Variant = "text")`. With `; open` at the end, the variant
/// `Unknown(String)` keeps every other text.
#[doc(hidden)]
#[macro_export]
macro_rules! text_enum {
    ($name:ident; $($variant:ident = $text:literal),* $(; $open:ident)?) => {
        #[allow(dead_code, deprecated)]
        impl $name {
            /// Every value that the schema lists.
            pub const VALUES: &'static [&'static str] = &[$($text),*];

            /// Returns the value as the event carries it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    $($crate::text_enum!(@unknown $open value) => value,)?
                }
            }

            fn of_text(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$variant),)*
                    _ => $crate::text_enum!(@other text $($open)?),
                }
            }
        }

        /// For conditions of patterns, and wherever else a text is wanted.
        impl ::core::convert::From<$name> for String {
            fn from(value: $name) -> Self {
                value.as_str().to_owned()
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::__private::FromJson for $name {
            fn from_json<'de, D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::__private::read_text(deserializer, Self::of_text, Self::VALUES)
            }
        }

        $crate::object!(@deserialize $name);

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
    (@unknown open $value:ident) => { Self::Unknown($value) };
    (@other $text:ident) => { None };
    (@other $text:ident open) => { Some(Self::Unknown($text.to_owned())) };
}

/// Reads one of the texts of a list.
pub fn read_text<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    of_text: fn(&str) -> Option<T>,
    values: &'static [&'static str],
) -> Result<T, D::Error> {
    deserializer.deserialize_str(TextVisitor { of_text, values })
}

struct TextVisitor<T> {
    of_text: fn(&str) -> Option<T>,
    values: &'static [&'static str],
}

impl<T> Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "one of {} strings", self.values.len())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.of_text)(text).ok_or_else(|| E::unknown_variant(text, self.values))
    }
}
