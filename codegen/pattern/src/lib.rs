//! EventBridge event patterns: read and check them with EventBridge's own messages, build them, write them as JSON, match
//! events against them as aws/event-ruler 2.0.1 does.
//!
//! Programs link this crate at run time, so it needs serde and serde_json only. It knows no schemas: whether a pattern can
//! match an event of a schema is asked elsewhere.

// The example of the README is a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod ast;
pub mod build;
mod emit;
mod error;
pub mod field;
mod fold;
mod glob;
mod match_;
mod matcher;
mod network;
mod parse;
mod raw;
mod rebuild;
mod scalar;
mod written;

pub use ast::{FieldPattern, Pattern};
pub use build::PatternBuilder;
pub use error::{MAX_CHARACTERS, MAX_DEPTH, MAX_OR_COMBINATIONS, PatternError};
pub use field::{AnyField, BoolField, MapField, NumberField, Place, StringField};
pub use match_::CompiledPattern;
pub use matcher::{AnythingBut, Bound, Matcher, NumericRange};
pub use scalar::{Number, Scalar};
