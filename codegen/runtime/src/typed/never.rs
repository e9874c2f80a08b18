//! What a schema allows no value for: the schema `false`, or one that contradicts itself. In: nothing that could be read. Out: an error.

use std::fmt;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{FromJson, ToJson};

/// A value that nobody can make. A property of this type is absent: the schema allows no value for it.
///
/// # Examples
///
/// ```
/// use schemactl_runtime::Never;
///
/// let refund: Option<Never> = None;
/// // There is no other value, so that no code is needed for one.
/// match refund {
///     None => {}
///     Some(never) => match never {},
/// }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Never {}

impl fmt::Debug for Never {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

impl FromJson for Never {
    fn from_json<'de, D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(D::Error::custom("the schema allows no value here"))
    }
}

impl<'de> Deserialize<'de> for Never {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_json(deserializer)
    }
}

impl Serialize for Never {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        match *self {}
    }
}

impl ToJson for Never {
    fn to_json<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        match *self {}
    }
}

#[cfg(test)]
#[allow(unreachable_pub, reason = "what the macro writes is for generated modules")]
mod tests {
    use super::Never;

    #[derive(Clone, Debug, PartialEq)]
    struct Order {
        id: String,
        refund: Option<Never>,
        notes: Option<Vec<Never>>,
    }
    crate::object!(Order; id(text), refund, notes);

    #[test]
    fn what_no_value_is_valid_for_is_absent() {
        let text = r#"{"id":"1","notes":[]}"#;
        let read: Order = serde_json::from_str(text).unwrap();
        assert_eq!((read.refund, read.notes.as_deref()), (None, Some(&[][..])));
        assert_eq!(serde_json::to_string(&read).unwrap(), text);
        for (text, place) in [
            (r#"{"id":"1","refund":1}"#, "`refund`"),
            (r#"{"id":"1","refund":null}"#, "`refund`"),
            (r#"{"id":"1","notes":[{}]}"#, "`notes[0]`"),
        ] {
            let error = serde_json::from_str::<Order>(text).unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("{place}: the schema allows no value here")),
                "{error}"
            );
        }
    }
}
