//! The enum over the versions of an event: what its macro `version_enum!` reads and writes. In: a detail in any form. Out: the version that it
//! names; generated code says which versions there are.

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// Writes a value that is kept as its JSON text.
pub fn serialize_text<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    let raw: &RawValue = serde_json::from_str(text).map_err(serde::ser::Error::custom)?;
    raw.serialize(serializer)
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
