//! The trait of generated event types, and how they become the JSON of a `detail`.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One version of an event's detail.
pub trait Event: Serialize + DeserializeOwned {
    /// The EventBridge `source`, such as `com.myapp.orders`.
    const SOURCE: &'static str;
    /// The EventBridge `detail-type`, such as `order.placed`.
    const DETAIL_TYPE: &'static str;
    /// The version of the schema, such as `1.0`.
    const VERSION: EventVersion;
    /// The name of the schema in the EventBridge Schema Registry, such as `com.myapp.orders@OrderPlaced`.
    const SCHEMA_NAME: &'static str;
    /// The property of the detail that holds the version, such as `version`.
    const VERSION_FIELD: &'static str;
}

/// The version of an event's schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventVersion {
    /// Readers of one major take every version of it.
    pub major: u64,
    /// Grows with every compatible change.
    pub minor: u64,
    /// Grows with every change that means the same.
    pub patch: u64,
    /// As it is written, such as `1.0`.
    pub text: &'static str,
}

/// Returns the detail as JSON text: what goes into a `PutEvents` entry.
pub fn encode_detail<E: Event>(event: &E) -> Result<String, serde_json::Error> {
    serde_json::to_string(event)
}

/// Returns whether the version that an event names, such as `1.7`, belongs to the major.
pub fn is_of_major(version: &str, major: u64) -> bool {
    let first = version.split('.').next().unwrap_or_default();
    first.bytes().all(|byte| byte.is_ascii_digit()) && first.parse() == Ok(major)
}

/// Returns whether the version that an event names, such as `1.7` or `1.7.0`, is that of major, minor and patch.
pub fn is_version(version: &str, [major, minor, patch]: [u64; 3]) -> bool {
    let is = |part: &str, number| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()) && part.parse() == Ok(number)
    };
    let mut parts = version.split('.');
    let named = [parts.next(), parts.next()].map(Option::unwrap_or_default);
    is(named[0], major) && is(named[1], minor) && is(parts.next().unwrap_or("0"), patch) && parts.next().is_none()
}

/// The version field of an event type: writes the version of the schema, reads every version of its major. `IS_TEXT`: the schema
/// allows nothing but texts there; otherwise `null` and the like are read as if nothing was said.
pub struct VersionOf<E, const IS_TEXT: bool = true>(PhantomData<E>);

impl<E, const IS_TEXT: bool> Default for VersionOf<E, IS_TEXT> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<E, const IS_TEXT: bool> Clone for VersionOf<E, IS_TEXT> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E, const IS_TEXT: bool> Copy for VersionOf<E, IS_TEXT> {}

impl<E, const IS_TEXT: bool> PartialEq for VersionOf<E, IS_TEXT> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<E, const IS_TEXT: bool> Eq for VersionOf<E, IS_TEXT> {}

impl<E, const IS_TEXT: bool> PartialOrd for VersionOf<E, IS_TEXT> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<E, const IS_TEXT: bool> Ord for VersionOf<E, IS_TEXT> {
    fn cmp(&self, _: &Self) -> Ordering {
        Ordering::Equal
    }
}

impl<E, const IS_TEXT: bool> Hash for VersionOf<E, IS_TEXT> {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl<E: Event, const IS_TEXT: bool> fmt::Display for VersionOf<E, IS_TEXT> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(E::VERSION.text)
    }
}

impl<E: Event, const IS_TEXT: bool> fmt::Debug for VersionOf<E, IS_TEXT> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(E::VERSION.text)
    }
}

impl<E: Event, const IS_TEXT: bool> Serialize for VersionOf<E, IS_TEXT> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(E::VERSION.text)
    }
}

impl<E: Event, const IS_TEXT: bool> crate::typed::FromJson for VersionOf<E, IS_TEXT> {
    fn from_json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }
}

impl<E: Event, const IS_TEXT: bool> crate::typed::ToJson for VersionOf<E, IS_TEXT> {
    fn to_json<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }
}

impl<'de, E: Event, const IS_TEXT: bool> Deserialize<'de> for VersionOf<E, IS_TEXT> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let version = if IS_TEXT {
            String::deserialize(deserializer)?
        } else {
            match serde_json::Value::deserialize(deserializer)? {
                serde_json::Value::String(version) => version,
                _ => return Ok(Self::default()),
            }
        };
        if is_of_major(&version, E::VERSION.major) {
            return Ok(Self::default());
        }
        Err(D::Error::custom(format_args!(
            "version {version:?} is of another major than {}, which this type reads",
            E::VERSION.text
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_takes_the_versions_of_its_major_only() {
        for (version, expected) in [
            ("1.0", true),
            ("1.12", true),
            ("1", true),
            ("1.2.3", true),
            ("10.0", false),
            ("2.1", false),
            ("+1.0", false),
            ("", false),
            ("v1", false),
        ] {
            assert_eq!(is_of_major(version, 1), expected, "{version}");
        }
    }

    #[test]
    fn a_version_is_the_same_with_or_without_its_patch() {
        for (version, expected) in [
            ("1.2", true),
            ("1.2.0", true),
            ("1.2.1", false),
            ("1", false),
            ("1.2.0.0", false),
            ("1.+2", false),
            ("1.2.", false),
            ("1.20", false),
            ("", false),
        ] {
            assert_eq!(is_version(version, [1, 2, 0]), expected, "{version}");
        }
    }
}
