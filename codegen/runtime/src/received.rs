//! An event with the envelope in which it arrived, and the enums over several events that hold them. In: an envelope. Out: the typed event beside
//! it; generated code says which events there are.

use serde::{Serialize, Serializer};

use crate::envelope::Envelope;

/// An event and the envelope in which it arrived. It is written as it arrived, with every property of the detail.
#[derive(Clone, Debug, PartialEq)]
pub struct ReceivedEvent<T> {
    envelope: Envelope,
    event: T,
}

impl<T> ReceivedEvent<T> {
    /// Creates it from an envelope and the event that its detail is.
    pub fn new(envelope: Envelope, event: T) -> Self {
        Self { envelope, event }
    }

    /// Returns the envelope: the ID, the time, and the detail as it arrived.
    pub fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    /// Returns the event.
    pub fn event(&self) -> &T {
        &self.event
    }

    /// Returns the event without its envelope.
    pub fn into_event(self) -> T {
        self.event
    }

    /// Returns both.
    pub fn into_parts(self) -> (Envelope, T) {
        (self.envelope, self.event)
    }
}

/// Writes the envelope as it arrived.
impl<T> Serialize for ReceivedEvent<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.envelope.serialize(serializer)
    }
}

/// What an enum over several events reads and writes beside its own `read`: `event_group!(Billing; OrderPlaced, PaymentDeclined)`.
#[doc(hidden)]
#[macro_export]
macro_rules! event_group {
    ($group:ident; $($variant:ident),*) => {
        impl $group {
            /// Reads an envelope. An event that is not in the group stays as it is.
            pub fn from_envelope(envelope: $crate::Envelope) -> ::core::result::Result<Self, $crate::DecodeError> {
                Self::read(envelope)
            }

            /// Reads an event as EventBridge delivers it: the envelope, or a message of SQS or SNS around it.
            pub fn from_event(event: &str) -> ::core::result::Result<Self, $crate::DecodeError> {
                Self::read($crate::Envelope::parse(event)?)
            }

            /// Returns the envelope in which the event arrived.
            pub fn envelope(&self) -> &$crate::Envelope {
                match self {
                    $(Self::$variant(received) => received.envelope(),)*
                    Self::Unknown(envelope) => envelope,
                }
            }
        }

        /// Writes the envelope as it arrived.
        impl $crate::serde::Serialize for $group {
            fn serialize<S: $crate::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::serde::Serialize::serialize(self.envelope(), serializer)
            }
        }

        /// Reads an envelope.
        impl<'de> $crate::serde::Deserialize<'de> for $group {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                let envelope = <$crate::Envelope as $crate::serde::Deserialize>::deserialize(deserializer)?;
                Self::read(envelope).map_err($crate::serde::de::Error::custom)
            }
        }
    };
}
