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
//! let entry = Entry {
//!     source: "com.myapp.orders".to_owned(),
//!     detail_type: "order.placed".to_owned(),
//!     detail: r#"{"version":"2.0"}"#.to_owned(),
//!     bus: None,
//!     time: None,
//!     resources: Vec::new(),
//!     trace_header: None,
//! };
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
pub use decode::{DecodeError, Named, decode, read_as, text_of, version_at, version_of};
pub use envelope::{Envelope, EnvelopeError};
pub use event::{Event, EventVersion, VersionOf, encode, is_of_major, is_version};
pub use memory::MemoryBus;
pub use publish::{Answer, Bus, Entry, EntryError, PublishError, Published, Publisher};
pub use timestamp::{NotATimestamp, Timestamp};
pub use typed::{Decimal, DecimalText, FromJson, Integer, NotADecimal, UnknownKind};
#[doc(hidden)]
pub use typed::{HeldText, HeldValue, Members, Object, Writer, expect_json, expect_text, read_object, read_text, take};

#[cfg(feature = "aws")]
pub use aws::EventBridgeBus;
pub use schemactl_pattern as pattern;
/// What generated code derives with, so that a consumer need not name it.
pub use serde;
/// Values of fields whose schema leaves the type open.
pub use serde_json;
