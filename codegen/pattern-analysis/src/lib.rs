//! EventBridge event patterns as sets of events. In: a version of an event, as a schema, and patterns. Out: whether a pattern matches none, some
//! or all of its events, and how two patterns relate: proved, or shown with events that were replayed through the matcher of
//! `schemactl-pattern` and a validator.
//!
//! ```text
//! pattern ─encode─► set of events ┐
//! schema  ─compile─► set of events┴─► emptiness of a combination ─► proof, or an event
//! ```

// The example of the README is a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod analysis;
mod causes;
mod encode;
mod error;
mod events;
mod leaf;

pub use self::analysis::{
    Coverage, DetailValidator, Excess, PatternAnalysis, PatternEvents, Relation, VersionEvents, with_pattern_analysis,
};
pub use self::causes::{NeverCause, NeverKind, SchemaVocabulary};
pub use self::error::PatternAnalysisError;
