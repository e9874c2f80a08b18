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

            /// Every variant that the schema lists.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

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

        $crate::text_enum!(@convert $name $($open)?);

        impl ::core::convert::AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
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
    (@convert $name:ident) => {
        impl ::core::convert::TryFrom<&str> for $name {
            type Error = $crate::UnlistedValueError;

            fn try_from(text: &str) -> ::core::result::Result<Self, $crate::UnlistedValueError> {
                Self::of_text(text).ok_or_else(|| $crate::UnlistedValueError::new(text, Self::VALUES))
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = $crate::UnlistedValueError;

            // A variant may be called `Err` or `Error`, as the associated types are.
            fn from_str(text: &str) -> ::core::result::Result<Self, $crate::UnlistedValueError> {
                <Self as ::core::convert::TryFrom<&str>>::try_from(text)
            }
        }
    };
    // `TryFrom` is there for whatever has `From`.
    (@convert $name:ident open) => {
        impl ::core::convert::From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::of_text(text).unwrap_or_else(|| Self::Unknown(text.to_owned()))
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = ::core::convert::Infallible;

            fn from_str(text: &str) -> ::core::result::Result<Self, ::core::convert::Infallible> {
                Ok(Self::from(text))
            }
        }
    };
    (@unknown open $value:ident) => { Self::Unknown($value) };
    (@other $text:ident) => { None };
    (@other $text:ident open) => { Some(Self::Unknown($text.to_owned())) };
}

/// The text is no value that the schema lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnlistedValueError {
    text: String,
    values: &'static [&'static str],
}

impl UnlistedValueError {
    /// Creates the error for a text, with the values that the schema lists.
    #[doc(hidden)]
    pub fn new(text: &str, values: &'static [&'static str]) -> Self {
        Self {
            text: text.to_owned(),
            values,
        }
    }
}

impl fmt::Display for UnlistedValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not listed, expected one of ", self.text)?;
        for (at, value) in self.values.iter().enumerate() {
            write!(f, "{}`{value}`", if at == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

impl std::error::Error for UnlistedValueError {}

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

#[cfg(test)]
#[allow(
    unreachable_pub,
    dead_code,
    reason = "what the macro writes is for generated modules"
)]
mod tests {
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    enum Level {
        Error,
        Err,
    }
    crate::text_enum!(Level; Error = "error", Err = "err");

    #[test]
    fn variants_are_called_as_associated_types_are() {
        assert_eq!("err".parse::<Level>(), Ok(Level::Err));
        assert_eq!(Level::try_from("error"), Ok(Level::Error));
        assert!(Level::try_from("warn").is_err());
    }
}
