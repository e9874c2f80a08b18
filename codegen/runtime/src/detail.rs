//! A detail that is still to be read. In: JSON text, or a value that was parsed already. Out: the version that it names, and the type of that
//! version. Numbers are read from the text where there is one; from a value, an exact type takes only what a double tells apart.

use std::borrow::Cow;
use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::decode::decode_detail;
use crate::error::DecodeError;
use crate::event::Event;
use crate::named::{NamedVersion, find_version, find_version_at, read_named_of};
use crate::typed::BufferedValue;

/// The detail of an event as it arrived: its JSON text, from a format that hands out text, and otherwise the value.
#[derive(Clone)]
pub struct EventDetail(BufferedValue);

impl EventDetail {
    /// Returns the JSON text. It is the text that arrived, unless the detail came as a value.
    pub fn text(&self) -> Cow<'_, str> {
        match &self.0 {
            BufferedValue::Text(text) => Cow::Borrowed(text.get()),
            BufferedValue::Value(value) => Cow::Owned(value.to_string()),
        }
    }

    /// Reads it as any type of serde.
    ///
    /// # Errors
    ///
    /// Fails if it is not a value of that type.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        match &self.0 {
            BufferedValue::Text(text) => serde_json::from_str(text.get()),
            BufferedValue::Value(value) => T::deserialize(value),
        }
    }

    /// Returns what generated code reads a version from.
    #[doc(hidden)]
    pub fn source(&self) -> DetailSource<'_> {
        match &self.0 {
            BufferedValue::Text(text) => DetailSource::Text(text.get()),
            BufferedValue::Value(value) => DetailSource::Value(value),
        }
    }
}

impl From<Value> for EventDetail {
    fn from(value: Value) -> Self {
        Self(BufferedValue::Value(value))
    }
}

impl From<Box<RawValue>> for EventDetail {
    fn from(text: Box<RawValue>) -> Self {
        Self(BufferedValue::Text(text))
    }
}

/// Shows the JSON text.
impl fmt::Debug for EventDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl fmt::Display for EventDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

/// Equal if the text is the same, or where one came as a value, the value.
impl PartialEq for EventDetail {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Serialize for EventDetail {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for EventDetail {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        BufferedValue::buffer(deserializer).map(Self)
    }
}

/// What the version of a detail is read from.
#[derive(Clone, Copy, Debug)]
pub enum DetailSource<'d> {
    /// JSON text.
    Text(&'d str),
    /// A value that was parsed already.
    Value(&'d Value),
}

impl DetailSource<'_> {
    /// Returns the version that the detail names in its field `field`.
    pub fn find_version(self, field: &'static str) -> Result<NamedVersion, DecodeError> {
        match self {
            Self::Text(text) => find_version(text, field),
            Self::Value(value) => read_named_of(value, &[field]).map_err(|error| DecodeError::Version { field, error }),
        }
    }

    /// Returns the version that the detail names further inside: `path` leads to it, and `field` is what the path is called.
    pub fn find_version_at(self, field: &'static str, path: &[&str]) -> Result<NamedVersion, DecodeError> {
        match self {
            Self::Text(text) => find_version_at(text, field, path),
            Self::Value(value) => read_named_of(value, path).map_err(|error| DecodeError::Version { field, error }),
        }
    }

    /// Reads the detail as one version of its event.
    pub fn decode<E: Event>(self) -> Result<E, DecodeError> {
        match self {
            Self::Text(text) => decode_detail(text),
            Self::Value(value) => E::deserialize(value).map_err(|error| DecodeError::Detail {
                event: E::SCHEMA_NAME,
                version: E::VERSION.text,
                error,
            }),
        }
    }

    /// Returns the JSON text.
    pub fn to_text(self) -> String {
        match self {
            Self::Text(text) => text.to_owned(),
            Self::Value(value) => value.to_string(),
        }
    }
}

/// What the enum over the versions of an event reads and writes beside its own `read`: `version_enum!(AnyOrder("shop", "order"); V1_0 =
/// v1_0::Order)`.
#[doc(hidden)]
#[macro_export]
macro_rules! version_enum {
    ($any:ident($source:literal, $detail_type:literal); $($variant:ident = $module:ident::$root:ident),*) => {
        #[allow(deprecated)]
        impl $any {
            /// Reads the JSON text of a detail, as the version that it names.
            pub fn decode(detail: &str) -> ::core::result::Result<Self, $crate::DecodeError> {
                Self::read($crate::__private::DetailSource::Text(detail))
            }

            /// Reads the JSON text of a detail, in bytes.
            pub fn decode_slice(detail: &[u8]) -> ::core::result::Result<Self, $crate::DecodeError> {
                $crate::__private::read_text_of(detail).and_then(Self::decode)
            }

            /// Reads a detail that was parsed already.
            pub fn decode_value(detail: &$crate::serde_json::Value) -> ::core::result::Result<Self, $crate::DecodeError> {
                Self::read($crate::__private::DetailSource::Value(detail))
            }

            /// Reads the detail of an envelope, which must be one of this event.
            pub fn from_envelope(envelope: &$crate::Envelope) -> ::core::result::Result<Self, $crate::DecodeError> {
                envelope.is_event($source, $detail_type)?;
                Self::read(envelope.detail.source())
            }

            /// Reads the detail of an event as EventBridge delivers it: the envelope, or a message of SQS or SNS around it.
            pub fn from_event(event: &str) -> ::core::result::Result<Self, $crate::DecodeError> {
                Self::from_envelope(&$crate::Envelope::parse(event)?)
            }
        }

        $(#[allow(deprecated)]
        impl ::core::convert::From<$module::$root> for $any {
            fn from(event: $module::$root) -> Self {
                Self::$variant(event)
            }
        })*

        /// Writes the detail. What an unknown version wrote is written as it arrived.
        #[allow(deprecated)]
        impl $crate::serde::Serialize for $any {
            fn serialize<S: $crate::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(event) => event.serialize(serializer),)*
                    Self::Unknown { detail, .. } => $crate::__private::serialize_text(detail, serializer),
                }
            }
        }

        /// Reads a detail, as the version that it names.
        impl<'de> $crate::serde::Deserialize<'de> for $any {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                let detail = $crate::EventDetail::deserialize(deserializer)?;
                Self::read(detail.source()).map_err($crate::serde::de::Error::custom)
            }
        }
    };
}

/// Writes a value that is kept as its JSON text.
pub fn serialize_text<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    let raw: &RawValue = serde_json::from_str(text).map_err(serde::ser::Error::custom)?;
    raw.serialize(serializer)
}
