//! The trait of generated event types, and how they become the JSON of a `detail`.

use std::fmt;
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

/// The detail as JSON text: what goes into a `PutEvents` entry.
pub fn encode<E: Event>(event: &E) -> Result<String, serde_json::Error> {
    serde_json::to_string(event)
}

/// Whether the version that an event names, such as `1.7`, belongs to the major.
pub fn is_of_major(version: &str, major: u64) -> bool {
    let first = version.split('.').next().unwrap_or_default();
    first.bytes().all(|byte| byte.is_ascii_digit()) && first.parse() == Ok(major)
}

/// The version field of an event type: writes the version of the schema, reads every version of its major.
pub struct VersionOf<E>(PhantomData<E>);

impl<E> Default for VersionOf<E> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<E> Clone for VersionOf<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Copy for VersionOf<E> {}

impl<E> PartialEq for VersionOf<E> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<E> Eq for VersionOf<E> {}

impl<E: Event> fmt::Debug for VersionOf<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(E::VERSION.text)
    }
}

impl<E: Event> Serialize for VersionOf<E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(E::VERSION.text)
    }
}

impl<E: Event> crate::FromJson for VersionOf<E> {
    fn from_json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }
}

impl<'de, E: Event> Deserialize<'de> for VersionOf<E> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let version = String::deserialize(deserializer)?;
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
}
