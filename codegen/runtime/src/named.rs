//! The version that a detail names. In: the JSON text of a detail. Out: the version in its version field, wherever that stands. The
//! generated enum over the versions goes by it.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};

use crate::error::DecodeError;

/// What a detail says of its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NamedVersion {
    /// Nothing, or `null`.
    Absent,
    /// A text.
    Text(String),
    /// Something that is no version.
    Other,
}

impl NamedVersion {
    /// Returns the text.
    pub fn text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text),
            Self::Absent | Self::Other => None,
        }
    }
}

/// Returns the version that a detail names in its field `field`.
pub(crate) fn find_version(detail: &str, field: &'static str) -> Result<NamedVersion, DecodeError> {
    read_named(detail, field).map_err(|error| DecodeError::Version { field, error })
}

/// Returns the version that a detail names further inside: `path` leads to it, and `field` is what the path is called.
pub(crate) fn find_version_at(detail: &str, field: &'static str, path: &[&str]) -> Result<NamedVersion, DecodeError> {
    let find = || {
        let mut deserializer = serde_json::Deserializer::from_str(detail);
        let found = serde::Deserializer::deserialize_map(&mut deserializer, PlaceOf(path))?;
        deserializer.end().map(|()| found)
    };
    find().map_err(|error| DecodeError::Version { field, error })
}

/// Returns what an object says in one of its fields.
pub(crate) fn read_named(object: &str, field: &'static str) -> Result<NamedVersion, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(object);
    let found = FieldOf(field).deserialize(&mut deserializer)?;
    deserializer.end().map(|()| found)
}

/// Returns what a value says at the end of a path of properties.
pub(crate) fn read_named_of(value: &serde_json::Value, path: &[&str]) -> Result<NamedVersion, serde_json::Error> {
    serde::Deserializer::deserialize_map(value, PlaceOf(path))
}

struct FieldOf(&'static str);

impl<'de> DeserializeSeed<'de> for FieldOf {
    type Value = NamedVersion;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for FieldOf {
    type Value = NamedVersion;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = NamedVersion::Absent;
        while let Some(key) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            if key == self.0 {
                found = match map.next_value::<Option<TextOrOther>>()? {
                    Some(TextOrOther::Text(text)) => NamedVersion::Text(text),
                    Some(TextOrOther::Other(IgnoredAny)) => NamedVersion::Other,
                    None => NamedVersion::Absent,
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
    type Value = NamedVersion;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        if self.0.is_empty() {
            return Ok(match Option::<TextOrOther>::deserialize(deserializer)? {
                Some(TextOrOther::Text(text)) => NamedVersion::Text(text),
                Some(TextOrOther::Other(IgnoredAny)) => NamedVersion::Other,
                None => NamedVersion::Absent,
            });
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for PlaceOf<'_> {
    type Value = NamedVersion;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (name, rest) = self.0.split_first().unwrap_or((&"", &[]));
        let mut found = NamedVersion::Absent;
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
        Ok(NamedVersion::Absent)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(NamedVersion::Absent)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(NamedVersion::Absent)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(NamedVersion::Absent)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(NamedVersion::Absent)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(NamedVersion::Absent)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(NamedVersion::Absent)
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
        let version = |text| find_version(text, "version").unwrap();
        assert_eq!(
            version(r#"{"version":"1.0","a":[{"version":"9"}]}"#),
            NamedVersion::Text("1.0".to_owned())
        );
        assert_eq!(
            version(r#"{"a":1e400,"ver\u0073ion":"2\u002e0"}"#),
            NamedVersion::Text("2.0".to_owned())
        );
        for (text, named) in [
            (r#"{"version":1.0}"#, NamedVersion::Other),
            (r#"{"version":{}}"#, NamedVersion::Other),
            (r#"{"version":null}"#, NamedVersion::Absent),
            ("{}", NamedVersion::Absent),
        ] {
            assert_eq!(version(text), named, "{text}");
        }
    }

    #[test]
    fn a_version_further_inside_is_found_by_its_path() {
        let version = |text| find_version_at(text, "m.v", &["m", "v"]).unwrap();
        assert_eq!(
            version(r#"{"v":"9","m":{"a":{"v":"8"},"v":"1.0"}}"#),
            NamedVersion::Text("1.0".to_owned())
        );
        for (text, named) in [
            (r#"{"m":{"v":1.0}}"#, NamedVersion::Other),
            (r#"{"m":{"v":null}}"#, NamedVersion::Absent),
            (r#"{"m":{"m":{"v":"1.0"}}}"#, NamedVersion::Absent),
            (r#"{"m":[{"v":"1.0"}],"v":"1.0"}"#, NamedVersion::Absent),
            (r#"{"m":null}"#, NamedVersion::Absent),
            (r#"{"m":"1.0"}"#, NamedVersion::Absent),
            (r#"{"m":true,"n":-1}"#, NamedVersion::Absent),
            (r#"{"m":1e2}"#, NamedVersion::Absent),
            ("{}", NamedVersion::Absent),
        ] {
            assert_eq!(version(text), named, "{text}");
        }
        for text in ["[]", "\"m\"", "{\"m\":{\"v\":", "{} x", "null"] {
            let error = find_version_at(text, "m.v", &["m", "v"]).unwrap_err().to_string();
            assert!(error.contains("`m.v`") && error.contains("line 1"), "{error}");
        }
    }

    #[test]
    fn what_is_no_object_is_an_error_with_a_place() {
        for text in ["[]", "{\"a\":1", "{} x", ""] {
            let error = find_version(text, "version").unwrap_err().to_string();
            assert!(error.contains("`version`") && error.contains("line 1"), "{error}");
        }
    }
}
