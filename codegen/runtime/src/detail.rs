//! A detail that is still to be read. In: JSON text, or a value that was parsed already. Out: the version that it names, and the type of that
//! version. Numbers are read from the text where there is one; from a value, an exact type takes only what a double tells apart.

use std::borrow::Cow;
use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::decode::{decode_detail, detail_error};
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
            Self::Value(value) => E::deserialize(value).map_err(detail_error::<E>),
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
