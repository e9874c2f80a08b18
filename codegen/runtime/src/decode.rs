//! Reading a detail by the version it names. The generated enum over the versions asks [`version_of`] and hands the text to
//! the version's type: no buffering through an intermediate value, so numbers keep their text whatever features serde_json
//! was built with.

use std::fmt;

use crate::{EnvelopeError, Event};
use serde::Deserialize;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};

/// Why an event cannot be read.
#[derive(Debug)]
pub enum DecodeError {
    /// The text is not JSON, or its version cannot be read.
    Version {
        /// The field that holds the version.
        field: &'static str,
        /// What the parser said, with line and column.
        error: serde_json::Error,
    },
    /// The detail does not fit the type of its version.
    Detail {
        /// The event, as in `com.myapp.orders@OrderPlaced`.
        event: &'static str,
        /// The version whose type was tried.
        version: &'static str,
        /// What the parser said, with field, line and column.
        error: serde_json::Error,
    },
    /// The bytes are no UTF-8, which JSON is.
    Encoding(std::str::Utf8Error),
    /// The event around the detail cannot be read.
    Envelope(EnvelopeError),
    /// The envelope is one of another event.
    OtherEvent {
        /// The source and detail-type that were asked for.
        expected: [&'static str; 2],
        /// Those of the envelope.
        found: [String; 2],
    },
}

impl From<EnvelopeError> for DecodeError {
    fn from(error: EnvelopeError) -> Self {
        Self::Envelope(error)
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version { field, error } => write!(f, "cannot read the version in `{field}`: {error}"),
            Self::Detail { event, version, error } => write!(f, "not a {event} {version}: {error}"),
            Self::Encoding(error) => write!(f, "not JSON: {error}"),
            Self::Envelope(error) => error.fmt(f),
            Self::OtherEvent {
                expected: [source, detail_type],
                found,
            } => write!(
                f,
                "another event: detail-type {:?} of source {:?}, expected {detail_type:?} of {source:?}",
                found[1], found[0]
            ),
        }
    }
}

impl std::error::Error for DecodeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Version { error, .. } | Self::Detail { error, .. } => Some(error),
            Self::Encoding(error) => Some(error),
            Self::Envelope(error) => Some(error),
            Self::OtherEvent { .. } => None,
        }
    }
}

/// The text in bytes.
pub fn text_of(detail: &[u8]) -> Result<&str, DecodeError> {
    std::str::from_utf8(detail).map_err(DecodeError::Encoding)
}

/// Reads the JSON text of a detail as one version of its event.
pub fn decode<E: Event>(detail: &str) -> Result<E, DecodeError> {
    serde_json::from_str(detail).map_err(|error| DecodeError::Detail {
        event: E::SCHEMA_NAME,
        version: E::VERSION.text,
        error,
    })
}

/// Reads an event as another version of its major. Numbers keep their digits, since it goes by the text.
pub fn read_as<A: Event, B: Event>(event: &A) -> Result<B, serde_json::Error> {
    serde_json::from_str(&crate::encode(event)?)
}

/// What a detail says of its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// Nothing, or `null`.
    Absent,
    /// A text.
    Text(String),
    /// Something that is no version.
    Other,
}

impl Named {
    /// The text.
    pub fn text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text),
            Self::Absent | Self::Other => None,
        }
    }
}

/// The version that a detail names in its field `field`.
pub fn version_of(detail: &str, field: &'static str) -> Result<Named, DecodeError> {
    named(detail, field).map_err(|error| DecodeError::Version { field, error })
}

/// The version that a detail names further inside: `path` leads to it, and `field` is what the path is called.
pub fn version_at(detail: &str, field: &'static str, path: &[&str]) -> Result<Named, DecodeError> {
    let find = || {
        let mut deserializer = serde_json::Deserializer::from_str(detail);
        let found = serde::Deserializer::deserialize_map(&mut deserializer, PlaceOf(path))?;
        deserializer.end().map(|()| found)
    };
    find().map_err(|error| DecodeError::Version { field, error })
}

/// What an object says in one of its fields.
pub(crate) fn named(object: &str, field: &'static str) -> Result<Named, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(object);
    let found = FieldOf(field).deserialize(&mut deserializer)?;
    deserializer.end().map(|()| found)
}

struct FieldOf(&'static str);

impl<'de> DeserializeSeed<'de> for FieldOf {
    type Value = Named;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for FieldOf {
    type Value = Named;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = Named::Absent;
        while let Some(key) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            if key == self.0 {
                found = match map.next_value::<Option<TextOrOther>>()? {
                    Some(TextOrOther::Text(text)) => Named::Text(text),
                    Some(TextOrOther::Other(IgnoredAny)) => Named::Other,
                    None => Named::Absent,
                };
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

/// What stands at the end of a path of properties. What is no object on the way holds nothing.
struct PlaceOf<'p>(&'p [&'p str]);

impl<'de> DeserializeSeed<'de> for PlaceOf<'_> {
    type Value = Named;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        if self.0.is_empty() {
            return Ok(match Option::<TextOrOther>::deserialize(deserializer)? {
                Some(TextOrOther::Text(text)) => Named::Text(text),
                Some(TextOrOther::Other(IgnoredAny)) => Named::Other,
                None => Named::Absent,
            });
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for PlaceOf<'_> {
    type Value = Named;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (name, rest) = self.0.split_first().unwrap_or((&"", &[]));
        let mut found = Named::Absent;
        while let Some(key) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            if key == *name {
                found = map.next_value_seed(PlaceOf(rest))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        while elements.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Named::Absent)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Named::Absent)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Named::Absent)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Named::Absent)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Named::Absent)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Named::Absent)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(Named::Absent)
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum TextOrOther {
    Text(String),
    Other(IgnoredAny),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_found_wherever_it_stands() {
        let version = |text| version_of(text, "version").unwrap();
        assert_eq!(
            version(r#"{"version":"1.0","a":[{"version":"9"}]}"#),
            Named::Text("1.0".to_owned())
        );
        assert_eq!(
            version(r#"{"a":1e400,"ver\u0073ion":"2\u002e0"}"#),
            Named::Text("2.0".to_owned())
        );
        for (text, named) in [
            (r#"{"version":1.0}"#, Named::Other),
            (r#"{"version":{}}"#, Named::Other),
            (r#"{"version":null}"#, Named::Absent),
            ("{}", Named::Absent),
        ] {
            assert_eq!(version(text), named, "{text}");
        }
    }

    #[test]
    fn a_version_further_inside_is_found_by_its_path() {
        let version = |text| version_at(text, "m.v", &["m", "v"]).unwrap();
        assert_eq!(
            version(r#"{"v":"9","m":{"a":{"v":"8"},"v":"1.0"}}"#),
            Named::Text("1.0".to_owned())
        );
        for (text, named) in [
            (r#"{"m":{"v":1.0}}"#, Named::Other),
            (r#"{"m":{"v":null}}"#, Named::Absent),
            (r#"{"m":{"m":{"v":"1.0"}}}"#, Named::Absent),
            (r#"{"m":[{"v":"1.0"}],"v":"1.0"}"#, Named::Absent),
            (r#"{"m":null}"#, Named::Absent),
            (r#"{"m":"1.0"}"#, Named::Absent),
            (r#"{"m":true,"n":-1}"#, Named::Absent),
            (r#"{"m":1e2}"#, Named::Absent),
            ("{}", Named::Absent),
        ] {
            assert_eq!(version(text), named, "{text}");
        }
        for text in ["[]", "\"m\"", "{\"m\":{\"v\":", "{} x", "null"] {
            let error = version_at(text, "m.v", &["m", "v"]).unwrap_err().to_string();
            assert!(error.contains("`m.v`") && error.contains("line 1"), "{error}");
        }
    }

    #[test]
    fn what_is_no_object_is_an_error_with_a_place() {
        for text in ["[]", "{\"a\":1", "{} x", ""] {
            let error = version_of(text, "version").unwrap_err().to_string();
            assert!(error.contains("`version`") && error.contains("line 1"), "{error}");
        }
    }
}
