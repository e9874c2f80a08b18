//! What generated event code links: the [`Event`] trait, the EventBridge [`Envelope`], decoding by version, publishing.
//!
//! In: details as typed values or as JSON. Out: typed values, `PutEvents` entries, errors that name field and version. It
//! knows no schema and reads no file; the code generated from the schemas does the rest. AWS is behind the feature `aws`;
//! without it, this crate is serde, serde_json and the event patterns.
//!
//! ```
//! use schemactl_runtime::{Entry, Envelope, MemoryBus, Publisher};
//!
//! # async fn publish() -> Result<(), Box<dyn std::error::Error>> {
//! // What generated code makes of an event; here by hand.
//! let entry = Entry::new("com.myapp.orders", "order.placed", r#"{"version":"2.0"}"#);
//! // One request for entries that belong together; `EventBridgeBus` is the real bus.
//! let publisher = Publisher::new(MemoryBus::new());
//! publisher.publish(&[entry.on_bus("orders")]).await?;
//! # Ok(())
//! # }
//!
//! // What a consumer gets, by SQS here. `AnyOrderPlaced::from_event` does this, and reads the detail by its version.
//! let event = r#"{"version":"0","id":"1","detail-type":"order.placed","source":"com.myapp.orders",
//!     "time":"2026-02-01T14:32:00Z","detail":{"version":"2.0"}}"#;
//! let message = serde_json::json!({ "messageId": "2", "body": event }).to_string();
//! assert_eq!(Envelope::parse(&message)?.detail_type, "order.placed");
//! # Ok::<(), schemactl_runtime::EnvelopeError>(())
//! ```

// The example of the README is a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod abi;
#[cfg(feature = "aws")]
mod aws;
mod batch;
mod check;
#[cfg(any(feature = "chrono", feature = "jiff"))]
mod clocks;
mod decode;
mod detail;
mod envelope;
mod error;
mod error_path;
mod event;
mod gap;
mod memory;
mod named;
mod publish;
mod received;
mod timestamp;
mod typed;
mod version_enum;

pub use batch::EntryOutcome;
pub use check::{ValidationError, Violation};
pub use decode::decode_detail;
pub use detail::EventDetail;
pub use envelope::Envelope;
pub use error::{DecodeError, EnvelopeError};
pub use event::{Event, EventVersion, VersionOf, encode_detail};
pub use gap::{GapError, LeaveAbsent};
pub use memory::MemoryBus;
pub use publish::{Bus, Entry, EntryAnswer, EntryError, PublishError, PublishReceipt, Publisher};
pub use received::ReceivedEvent;
pub use timestamp::{Timestamp, TimestampError};
pub use typed::{Decimal, DecimalError, DecimalText, Integer, Never, TextOf, UnknownKind, UnlistedValueError};

#[cfg(feature = "aws")]
pub use aws::EventBridgeBus;
pub use schemactl_pattern as pattern;
/// What generated code derives with, so that a consumer need not name it.
pub use serde;
/// Values of fields whose schema leaves the type open.
pub use serde_json;

/// What generated code and its macros call. It changes without notice, and with it the number that generated code asks for.
#[doc(hidden)]
pub mod __private {
    pub use crate::abi::{ABI, require_abi};
    pub use crate::check::Constraints;
    pub use crate::decode::{read_as, read_text_of};
    pub use crate::detail::DetailSource;
    pub use crate::event::{is_of_major, is_version};
    pub use crate::named::NamedVersion;
    pub use crate::publish::fill_gap;
    pub use crate::typed::{
        FromJson, HeldText, HeldValue, MemberMap, Members, Object, ToJson, Writer, expect_json, expect_text, read_map,
        read_object, read_text, take_required, write_map,
    };
    pub use crate::version_enum::serialize_text;
}
