//! How optional properties are read. serde reads `null` into `Option::None`; a schema may tell `null` and absence apart, and
//! may refuse `null`. Generated fields name one of these functions as their `deserialize_with`.

use serde::{Deserialize, Deserializer};

/// For an optional property that may also be `null`: absent is `None` (with serde's `default`), `null` is `Some(None)`.
pub fn null_or<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

/// For an optional property that may not be `null`: absent is `None` (with serde's `default`), `null` is an error.
pub fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// For a required property that may be `null`: `null` is `None`, and absence, which serde would take for `null`, is an error.
pub fn value_or_null<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Both {
        #[serde(default, deserialize_with = "null_or")]
        nullable: Option<Option<u8>>,
        #[serde(default, deserialize_with = "present")]
        optional: Option<u8>,
    }

    #[test]
    fn null_and_absence_are_told_apart() {
        let read = |text| serde_json::from_str::<Both>(text);
        let absent = read("{}").unwrap();
        assert_eq!((absent.nullable, absent.optional), (None, None));
        assert_eq!(read(r#"{"nullable":null}"#).unwrap().nullable, Some(None));
        assert_eq!(read(r#"{"nullable":1}"#).unwrap().nullable, Some(Some(1)));
        assert_eq!(read(r#"{"optional":2}"#).unwrap().optional, Some(2));
        assert!(read(r#"{"optional":null}"#).is_err());
    }
}
