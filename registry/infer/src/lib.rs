//! Schemas from events. In: events, as values that were read strictly. Out: a JSON Schema of draft-04 or 2020-12, or the
//! OpenApi3 document that EventBridge's discovery makes, with the envelope as `AWSEvent`. Pure functions: no I/O, no clock, and
//! the same events in any order give the same schema.
//!
//! An inferred schema is a description of what was seen, never narrower: every event it was made from is valid under it, which
//! `tests/sound.rs` holds it to. What one event cannot tell (an upper bound, a list of allowed values) is left open.
//!
//! ```
//! use schemactl_infer::{InferredDialect, Shape, json_schema, read_events};
//! use schemactl_model::Source;
//!
//! let events = read_events(&Source::new("events.json", r#"[{"id": 1}, {"id": 2, "note": null}]"#)).unwrap();
//! let schema = json_schema(&Shape::of(&events), InferredDialect::Draft202012, None);
//! assert_eq!(schema["required"], serde_json::json!(["id"]));
//! ```

// The example of the README is a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod discover;
mod envelope;
mod format;
mod groups;
mod json_schema;
mod layout;
mod openapi;
mod read;
mod shape;

pub use discover::{infer_discovered_schema, infer_group_schema, infer_registered_schema};
pub use envelope::{EnvelopedEvent, type_name};
pub use groups::{EventGroup, EventGrouper, discovered_name};
pub use json_schema::{InferredDialect, json_schema};
pub use layout::print_schema;
pub use openapi::write_openapi;
pub use read::{has_event_per_line, read_events, read_text_events, split_event_lines};
pub use shape::{NumberShape, ObjectShape, Shape, Text};
