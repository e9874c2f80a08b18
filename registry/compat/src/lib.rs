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

mod bump;
mod change;
mod diff;
mod edit;
mod engine;
mod event_path;
mod policy;
mod settings;
mod verdict;
mod version_field;

#[cfg(feature = "replay")]
mod compare;
#[cfg(feature = "replay")]
mod confirm;
mod containment;
#[cfg(feature = "replay")]
mod cost;
#[cfg(feature = "replay")]
mod equality;
#[cfg(feature = "replay")]
mod explain;
#[cfg(feature = "replay")]
mod judge;
#[cfg(feature = "replay")]
mod prepared;
#[cfg(feature = "replay")]
mod replay;
#[cfg(feature = "replay")]
mod shrink;
#[cfg(feature = "replay")]
mod validity;

pub use bump::{Bump, needed_bump};
pub use change::{Change, ChangeKind, Effect};
pub use containment::ContainmentEngine;
pub use engine::{Engine, KeptSchema, Questions, Satisfiability, SchemaStore, ask_questions};
pub use event_path::{EventPath, EventStep};
pub use policy::{Policy, Transformed, UnknownPolicy, without_version_pin};
// The words that a question is put in: whoever asks one names no other crate for them.
pub use schemactl_containment::{Formats, Schema, Semantics, Term, UnknownFormats};
pub use settings::ComparisonSettings;
pub use verdict::Verdict;
pub use version_field::VersionField;
#[cfg(feature = "replay")]
pub use {
    bump::are_equivalent,
    compare::{Comparer, Comparison, PreparedVersion, breaks, compare, compare_and_explain, directions, with_comparer},
    explain::{Break, Examples, Explained, Explanation, Impact, KnownBreaks, changes, explain},
    judge::{EventJudge, EventValidity},
    replay::{ReplayError, ReplayViolation, Validator},
    validity::{find_schema_faults, metaschema_errors, review_document, review_schema},
};

/// The engine that the commands use.
#[cfg(feature = "replay")]
pub fn default_engine(semantics: Semantics) -> impl Engine {
    ContainmentEngine::new(semantics)
}
