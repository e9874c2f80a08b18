//! Types that are not generated, in the fields of generated types: a user's own, those of other crates, and texts of a kind. In: serde's traits,
//! or `FromStr`. Out: the traits by which generated types read and write their parts.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{FromJson, ToJson};

/// Lets types of yours stand in generated types, for `replace` and `format` of schemactl-generate. They implement `Serialize` and `Deserialize`.
///
/// # Examples
///
/// ```
/// #[derive(Clone, Debug, PartialEq)]
/// pub struct Iban(String);
/// # impl schemactl_runtime::serde::Serialize for Iban {
/// #     fn serialize<S: schemactl_runtime::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
/// #         serializer.serialize_str(&self.0)
/// #     }
/// # }
/// # impl<'de> schemactl_runtime::serde::Deserialize<'de> for Iban {
/// #     fn deserialize<D: schemactl_runtime::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
/// #         String::deserialize(deserializer).map(Self)
/// #     }
/// # }
/// schemactl_runtime::json_type!(Iban);
/// ```
#[macro_export]
macro_rules! json_type {
    ($($name:ty),+ $(,)?) => {$(
        impl $crate::__private::FromJson for $name {
            fn from_json<'de, D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::serde::Deserialize::deserialize(deserializer)
            }
        }

        impl $crate::__private::ToJson for $name {
            fn to_json<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::serde::Serialize::serialize(self, serializer)
            }
        }
    )+};
}

json_type!(IpAddr, Ipv4Addr, Ipv6Addr);
#[cfg(feature = "uuid")]
json_type!(uuid::Uuid);
#[cfg(feature = "url")]
json_type!(url::Url);
#[cfg(feature = "chrono")]
json_type!(
    chrono::NaiveDate,
    chrono::NaiveTime,
    chrono::DateTime<chrono::FixedOffset>,
    chrono::DateTime<chrono::Utc>
);
#[cfg(feature = "jiff")]
json_type!(
    jiff::civil::Date,
    jiff::civil::Time,
    jiff::SignedDuration,
    jiff::Span,
    jiff::Timestamp
);

/// A text that means a value of a type, such as `TextOf<uuid::Uuid>`. It takes any text and keeps it, as [`Timestamp`](crate::Timestamp)
/// does: where formats are annotations, any text can be sent, and what is parsed and written again may be spelt in another way.
///
/// # Examples
///
/// ```
/// use std::net::IpAddr;
///
/// use schemactl_runtime::TextOf;
///
/// let text: TextOf<IpAddr> = schemactl_runtime::serde_json::from_str("\"0:0:0:0:0:0:0:1\"")?;
/// assert_eq!(text.value()?, IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1]));
/// assert_eq!(text.as_str(), "0:0:0:0:0:0:0:1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct TextOf<T> {
    text: String,
    kind: PhantomData<fn() -> T>,
}

impl<T> TextOf<T> {
    /// Creates it from any text.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            kind: PhantomData,
        }
    }

    /// Returns the text as it was sent.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl<T: FromStr> TextOf<T> {
    /// Returns the value that the text means.
    ///
    /// # Errors
    ///
    /// Fails if the text is no such value.
    pub fn value(&self) -> Result<T, T::Err> {
        self.text.parse()
    }
}

impl<T: fmt::Display> From<T> for TextOf<T> {
    fn from(value: T) -> Self {
        Self::new(value.to_string())
    }
}

impl<T> AsRef<str> for TextOf<T> {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl<T> From<TextOf<T>> for String {
    fn from(text: TextOf<T>) -> Self {
        text.text
    }
}

impl<T> Clone for TextOf<T> {
    fn clone(&self) -> Self {
        Self::new(self.text.clone())
    }
}

impl<T> fmt::Debug for TextOf<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

impl<T> fmt::Display for TextOf<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<T> PartialEq for TextOf<T> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<T> Eq for TextOf<T> {}

impl<T> PartialOrd for TextOf<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// By the text.
impl<T> Ord for TextOf<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

impl<T> Hash for TextOf<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl<T> Serialize for TextOf<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de, T> Deserialize<'de> for TextOf<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

impl<T> FromJson for TextOf<T> {
    fn from_json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }
}

impl<T> ToJson for TextOf<T> {
    fn to_json<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }
}
