//! What generated event code links: the [`Event`] trait, the EventBridge [`Envelope`], decoding by version, publishing.
//!
//! In: details as typed values or as JSON. Out: typed values, `PutEvents` entries, errors that name field and version. It
//! knows no schema and reads no file; the code generated from the schemas does the rest. AWS is behind the feature `aws`;
//! without it, this crate is serde, serde_json and the event patterns.

#[cfg(feature = "aws")]
mod aws;
mod check;
#[cfg(any(feature = "chrono", feature = "jiff"))]
mod clocks;
mod decode;
mod envelope;
mod event;
mod memory;
mod publish;
mod timestamp;
mod typed;

pub use check::{Constraints, Invalid, Violation};
pub use decode::{DecodeError, Named, decode, text_of, version_of};
pub use envelope::{Envelope, EnvelopeError};
pub use event::{Event, EventVersion, VersionOf, encode, is_of_major, is_version};
pub use memory::MemoryBus;
pub use publish::{Answer, Bus, Entry, EntryError, PublishError, Published, Publisher};
pub use timestamp::{NotATimestamp, Timestamp};
pub use typed::{Decimal, DecimalText, FromJson, Integer, NotADecimal};
#[doc(hidden)]
pub use typed::{
    HeldText, HeldValue, Members, Object, Writer, expect_json, expect_text, read_object, read_text, take, which,
};

#[cfg(feature = "aws")]
pub use aws::EventBridgeBus;
pub use schemactl_pattern as pattern;
/// What generated code derives with, so that a consumer need not name it.
pub use serde;
/// Values of fields whose schema leaves the type open.
pub use serde_json;
