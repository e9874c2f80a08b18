//! Sets of JSON values: made from schemas, combined, and asked whether they have an instance. In: schemas as values of `model`.
//! Out: a proof that a set is empty, an instance of it, or why neither is known.
//!
//! ```text
//! schema ─compile─► node        A ⊆ B  ⇔  A ∩ not B is empty
//! ```
//!
//! Written from the theory: schemas are sets in negation normal form (`node`), each question is one conjunction (`solve`),
//! patterns are automata (`language`), numbers are exact (`number`). Nothing here knows why a question is asked, and nothing is
//! replayed: the caller holds every instance against a validator that is not ours before anybody sees it. No I/O.

// The example of the README is a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod algebra;
mod build;
mod compile;
mod constants;
mod datum;
mod evaluate;
mod format;
mod json;
mod language;
mod merge;
mod node;
mod number;
mod parts;
mod schema;
mod semantics;
mod session;
mod solve;
mod tables;
mod text_pool;
mod value_kind;

pub use self::build::JsonType;
pub use self::compile::UnsupportedSetError;
pub use self::format::TextFormatCheck;
pub use self::json::{from_serde_json, to_serde_json};
pub use self::language::match_irregular_pattern;
pub use self::number::Rational;
pub use self::parts::{PartSession, Term};
pub use self::schema::Schema;
pub use self::semantics::Semantics;
pub use self::session::{Emptiness, InstanceSet, SessionOptions, SetSession, with_session};
