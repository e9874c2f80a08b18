//! Is the new version safe? Decides whether one schema's events are all events of another; when not, shows the event that
//! breaks.
//!
//! ```text
//! old, new ─policy─► writer, reader ─Engine::contains─► Verdict ─replay─► Comparison ─► Bump
//! ```
//!
//! In: schemas as values of `model`. Out: verdicts. `Compatible` is a proof, `Incompatible` carries a witness that was
//! replayed through a validator that is not ours, everything else is `Undecided`, with its reason. No I/O: references are
//! resolved inside the documents, and nothing is ever fetched.

// The example of the README is a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod assumptions;
mod bump;
mod change;
mod compare;
mod confirm;
mod containment;
mod cost;
mod diff;
mod edit;
mod engine;
mod equality;
mod event_path;
mod explain;
mod judge;
mod policy;
mod prepared;
mod replay;
mod settings;
mod shrink;
mod validity;
mod verdict;

pub use bump::{Bump, are_equivalent, are_one_contract, declare_same_properties, needed_bump};
pub use change::{Change, ChangeKind, Effect};
pub use compare::{
    Comparer, Comparison, PreparedVersion, breaks, compare, compare_and_explain, directions, with_comparer,
};
pub use containment::ContainmentEngine;
pub use engine::{Engine, KeptSchema, Questions, Satisfiability, SchemaStore, ask_questions};
pub use event_path::{EventPath, EventStep};
pub use explain::{
    Break, BreakLines, ExampleSource, Examples, Explained, Explanation, Impact, KnownBreaks, changes,
    collect_example_events, explain,
};
pub use judge::{EventJudge, EventValidity};
pub use policy::{Policy, Transformed, UnknownPolicy, without_version_pin};
pub use replay::{ReplayError, ReplayViolation, Validator};
pub use settings::ComparisonSettings;
pub use validity::{find_schema_faults, metaschema_errors, review_document, review_schema};
pub use verdict::Verdict;
// The words that a question is put in: whoever asks one names no other crate for them.
pub use schemactl_containment::{Schema, Semantics, Term};

/// Returns the engine that the commands use.
pub fn default_engine(semantics: Semantics) -> impl Engine {
    ContainmentEngine::new(semantics)
}
